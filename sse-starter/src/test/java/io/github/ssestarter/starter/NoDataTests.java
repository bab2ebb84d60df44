package io.github.ssestarter.starter;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What would only bring data is refused, in whatever way it is sent, and a client hears
 * nothing of it.
 */
class NoDataTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.start(container, Sender.class));

	/** What is sent, and a word of the remedy. */
	private static final Map<Supplier<Object>, String> NO_DATA = Map.of(() -> Flux.just("a"), "subscribe",
			() -> List.of("a").stream(), "toList", () -> IntStream.of(1), "toList", () -> List.of("a").iterator(),
			"List", CompletableFuture::new, "thenAccept", () -> new ByteArrayInputStream(new byte[1]), "read it",
			() -> new ByteArrayResource(new byte[1]), "read it", () -> new IllegalStateException("x"), "ProblemDetail");

	@ParameterizedTest
	@EnumSource
	void whatWouldOnlyBringDataIsRefusedWithTheRemedy(Container container) {
		TestApplication application = applications.on(container);
		for (String life : List.of("attached", "detached", "broadcast")) {
			try (SseTestClient client = application.connect("/send/" + life)) {
				client.expect("list", "[1,2]");
				for (int i = 0; i < NO_DATA.size(); i++) {
					client.expect("refused", "");
				}
				client.expect("last", "one");
			}
		}
	}

	@RestController
	static class Sender {

		private final SseBroadcaster broadcaster;

		Sender(SseBroadcaster broadcaster) {
			this.broadcaster = broadcaster;
		}

		@GetMapping("/send/{life}")
		void send(@PathVariable String life, SseStream stream) {
			Consumer<SseEvent> way = stream::send;
			switch (life) {
				case "detached" -> stream.join();
				case "broadcast" -> {
					stream.join("topic");
					way = this.broadcaster::broadcast;
				}
				default -> stream.open();
			}
			sendAll(way);
		}

		private static void sendAll(Consumer<SseEvent> way) {
			Iterable<Integer> list = List.of(1, 2);
			way.accept(SseEvent.of("list", list));
			NO_DATA.forEach((data, remedy) -> {
				try {
					way.accept(SseEvent.of("data", data.get()));
				}
				catch (IllegalArgumentException ex) {
					assertThat(ex).hasMessageContaining("is not data").hasMessageContaining(remedy);
					way.accept(SseEvent.named("refused"));
				}
			});
			way.accept(SseEvent.of("last", "one"));
		}

	}

}
