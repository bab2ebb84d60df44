package io.github.ssestarter.starter.recipes;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseStream;

@RestController
class ChatCompletionController {

	private final ChatClient chat;

	ChatCompletionController(ChatModel model) {
		this.chat = ChatClient.create(model);
	}

	@PostMapping("/v1/chat/completions")
	void complete(@RequestBody Request request, SseStream stream) {
		String id = "chatcmpl-" + UUID.randomUUID();
		String question = request.messages().get(request.messages().size() - 1).content();
		try (Stream<String> tokens = this.chat.prompt(question).stream().content().toStream(1)) {
			tokens.forEach((token) -> stream.send(Chunk.of(id, request.model(), Map.of("content", token), null)));
		}
		stream.send(Chunk.of(id, request.model(), Map.of(), "stop"));
		stream.send("[DONE]");
	}

	record Request(String model, List<Message> messages) {
	}

	record Message(String role, String content) {
	}

	record Chunk(String id, String object, long created, String model, List<Choice> choices) {

		static Chunk of(String id, String model, Map<String, String> delta, @Nullable String finishReason) {
			return new Chunk(id, "chat.completion.chunk", Instant.now().getEpochSecond(), model,
					List.of(new Choice(0, delta, finishReason)));
		}

	}

	record Choice(int index, Map<String, String> delta, @JsonProperty("finish_reason") @Nullable String finishReason) {
	}

}
