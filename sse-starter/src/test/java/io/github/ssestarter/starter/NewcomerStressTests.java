package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that all leave at once, while new ones come: a failed write to the one is never
 * the end of another.
 */
@Tag("stress")
class NewcomerStressTests {

	private static final int CLIENTS = Stress.count(1000, 50);

	private static final int ROUNDS = Stress.count(20, 8);

	/** How many events each newcomer is watched for. */
	private static final int WATCHED = 10;

	@ParameterizedTest
	@EnumSource
	void newcomersLoseNothingWhileOthersLeave(Container container) throws Exception {
		try (TestApplication application = TestApplication.start(container, Feed.class);
				EventClients clients = new EventClients();
				NumberedEvents events = new NumberedEvents(application.broadcaster(), SseAudience.topic("feed"))
					.start(Duration.ofMillis(20))) {
			List<Sequence> before = List.of();
			for (int round = 0; round < ROUNDS; round++) {
				List<Sequence> leaving = before;
				// One task, so that newcomers find what the container is still cleaning
				// up
				clients.execute(() -> leaving.stream()
					.map(Sequence::client)
					.filter(Objects::nonNull)
					.forEach((client) -> Objects.requireNonNull(client).cut()));
				List<Sequence> newcomers = Stream.generate(Sequence::new).limit(CLIENTS).toList();
				newcomers.forEach((newcomer) -> clients
					.connect(new EventClient.Request(application.port(), "/feed", "", 0), newcomer));
				awaitEach(newcomers, Sequence::isOpen, clients, events);
				int target = events.published() + WATCHED;
				awaitEach(newcomers, (newcomer) -> newcomer.next() >= target, clients, events);
				before = newcomers;
			}
			await().atMost(60, TimeUnit.SECONDS)
				.untilAsserted(() -> assertThat(application.broadcaster().connectedCount()).isEqualTo(CLIENTS));
			int last = events.stop();
			List<Sequence> remaining = before;
			awaitEach(remaining, (newcomer) -> newcomer.next() == last, clients, events);
		}
	}

	private static void awaitEach(List<Sequence> sequences, Predicate<Sequence> condition, EventClients clients,
			NumberedEvents events) {
		await().atMost(60, TimeUnit.SECONDS).until(() -> {
			clients.check();
			assertThat(sequences.stream().map((sequence) -> sequence.fault(events)).filter(Objects::nonNull))
				.as("faults")
				.isEmpty();
			return sequences.stream().allMatch(condition);
		});
	}

	@RestController
	static class Feed {

		@GetMapping("/feed")
		void feed(SseStream stream) {
			stream.join("feed");
		}

	}

}
