package io.github.ssestarter.starter.recipes;

import java.util.stream.Stream;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseStream;

@RestController
class AnswerController {

	private final ChatClient chat;

	AnswerController(ChatModel model) {
		this.chat = ChatClient.create(model);
	}

	@GetMapping("/answer")
	void answer(@RequestParam String question, SseStream stream) {
		try (Stream<String> tokens = this.chat.prompt(question).stream().content().toStream(1)) {
			tokens.forEach((token) -> stream.send("token", token));
		}
		stream.send("done", "");
	}

}
