package io.github.ssestarter.starter.recipes;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseStream;

@RestController
class UiMessageController {

	private final ChatClient chat;

	UiMessageController(ChatModel model) {
		this.chat = ChatClient.create(model);
	}

	@PostMapping("/api/chat")
	void chat(@RequestBody Conversation conversation, SseStream stream, HttpServletResponse response) {
		response.setHeader("x-vercel-ai-ui-message-stream", "v1");
		stream.send(Map.of("type", "start"));
		stream.send(Map.of("type", "text-start", "id", "text"));
		try (Stream<String> tokens = this.chat.prompt(conversation.question()).stream().content().toStream(1)) {
			tokens.forEach((token) -> stream.send(Map.of("type", "text-delta", "id", "text", "delta", token)));
		}
		stream.send(Map.of("type", "text-end", "id", "text"));
		stream.send(Map.of("type", "finish"));
		stream.send("[DONE]");
	}

	record Conversation(List<UiMessage> messages) {

		String question() {
			return this.messages.get(this.messages.size() - 1)
				.parts()
				.stream()
				.filter((part) -> part.type().equals("text"))
				.map(Part::text)
				.collect(Collectors.joining());
		}

	}

	record UiMessage(String role, List<Part> parts) {
	}

	record Part(String type, @Nullable String text) {
	}

}
