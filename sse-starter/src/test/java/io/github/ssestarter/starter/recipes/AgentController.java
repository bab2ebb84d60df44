package io.github.ssestarter.starter.recipes;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseStream;

@RestController
class AgentController {

	private final ChatClient chat;

	AgentController(ChatModel model) {
		this.chat = ChatClient.create(model);
	}

	@PostMapping("/agent")
	void run(@RequestBody RunAgentInput input, SseStream stream) {
		String message = UUID.randomUUID().toString();
		stream.send(new RunEvent("RUN_STARTED", input.threadId(), input.runId()));
		stream.send(Map.of("type", "TEXT_MESSAGE_START", "messageId", message, "role", "assistant"));
		try (Stream<String> tokens = this.chat.prompt(input.question()).stream().content().toStream(1)) {
			tokens.forEach((token) -> stream
				.send(Map.of("type", "TEXT_MESSAGE_CONTENT", "messageId", message, "delta", token)));
		}
		stream.send(Map.of("type", "TEXT_MESSAGE_END", "messageId", message));
		stream.send(new RunEvent("RUN_FINISHED", input.threadId(), input.runId()));
	}

	record RunAgentInput(String threadId, String runId, List<Message> messages) {

		String question() {
			return this.messages.get(this.messages.size() - 1).content();
		}

	}

	record Message(String role, String content) {
	}

	record RunEvent(String type, String threadId, String runId) {
	}

}
