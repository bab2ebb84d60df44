package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code sendAll} and {@code sendFrom} over a real connection.
 */
@ByBothTransports
class SendFromTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final int COUNT = 3000;

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.start(container, Sources.class));

	@ParameterizedTest
	@EnumSource
	void publisherIsSentWholeAndThenTheStreamEnds(Container container) {
		try (SseTestClient client = applications.on(container).connect("/flux")) {
			for (int i = 0; i < COUNT; i++) {
				client.expect("n", Integer.toString(i));
			}
			assertThat(client.skipTo("sse-end").data()).contains("COMPLETED");
			client.expectEnd();
		}
	}

	@ParameterizedTest
	@EnumSource
	void publisherThatFailsIsToldByTheEnd(Container container) {
		try (SseTestClient client = applications.on(container).connect("/failing")) {
			client.expect("n", "1");
			assertThat(client.skipTo("sse-end").data()).contains("FAILED");
			client.expectEnd();
		}
	}

	@ParameterizedTest
	@EnumSource
	void publisherIsCancelledWhenTheClientGoes(Container container) {
		Sources sources = applications.on(container).bean(Sources.class);
		int before = sources.cancelled.get();
		try (SseTestClient client = applications.on(container).connect("/endless")) {
			client.skipTo("n");
			client.skipTo("n");
		}
		await().atMost(SOON).until(() -> sources.cancelled.get() == before + 1);
	}

	@ParameterizedTest
	@EnumSource
	void itemsOfAMethodAndOfALaterCallAreSentWhole(Container container) {
		try (SseTestClient client = applications.on(container).connect("/items")) {
			for (int i = 0; i < COUNT; i++) {
				client.expect("n", Integer.toString(i));
			}
			applications.on(container).bean(Sources.class).kept().sendAll(events(COUNT));
			for (int i = COUNT; i < 2 * COUNT; i++) {
				client.expect("n", Integer.toString(i));
			}
		}
	}

	private static List<SseEvent> events(int from) {
		return IntStream.range(from, from + COUNT).mapToObj((i) -> SseEvent.of("n", i)).toList();
	}

	@RestController
	static class Sources {

		private final AtomicInteger cancelled = new AtomicInteger();

		private volatile @Nullable SseStream kept;

		SseStream kept() {
			return Objects.requireNonNull(this.kept);
		}

		@GetMapping("/flux")
		void flux(SseStream stream) {
			stream.sendFrom(Flux.range(0, COUNT).map((i) -> SseEvent.of("n", i)));
		}

		@GetMapping("/failing")
		void failing(SseStream stream) {
			stream.sendFrom(Flux.just(SseEvent.of("n", 1))
				.concatWith(Flux.error(() -> new IllegalStateException("on purpose"))));
		}

		@GetMapping("/endless")
		void endless(SseStream stream) {
			stream.sendFrom(Flux.interval(Duration.ofMillis(10))
				.map((i) -> SseEvent.of("n", i))
				.doOnCancel(this.cancelled::incrementAndGet));
		}

		@GetMapping("/items")
		void items(SseStream stream) {
			this.kept = stream;
			stream.keepOpen().sendAll(events(0));
		}

	}

}
