package io.github.ssestarter.starter;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Block;
import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.EventClient;
import io.github.ssestarter.starter.testsupport.EventClients;
import io.github.ssestarter.starter.testsupport.NumberedEvents;
import io.github.ssestarter.starter.testsupport.Sequence;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that all leave at once, while new ones come: a failed write to the one is never
 * the end of another.
 */
@ByBothTransports
@Tag("stress")
class NewcomerStressTests {

	private static final int CLIENTS = Stress.count(1000, 50);

	private static final int ROUNDS = Stress.count(20, 8);

	/** How many come and leave all the time. */
	private static final int LEAVERS = Stress.count(100, 30);

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
				clients.execute(() -> leaving.forEach(Sequence::cut));
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

	@ParameterizedTest
	@EnumSource
	void newcomersLoseNothingWhileOthersLeaveAsTheyOpen(Container container) throws Exception {
		long seed = System.nanoTime();
		Stress.report("Leaving while opening, %s: seed %d", container, seed);
		try (TestApplication application = TestApplication.start(container, Feed.class);
				EventClients clients = new EventClients();
				NumberedEvents events = new NumberedEvents(application.broadcaster(), SseAudience.topic("feed"))
					.start(Duration.ofMillis(5))) {
			EventClient.Request request = new EventClient.Request(application.port(), "/feed", "", 0);
			EventClient.Request all = new EventClient.Request(application.port(), "/all", "", 0);
			await().atMost(30, TimeUnit.SECONDS).until(() -> events.published() > 500);
			Leaver leaver = new Leaver(clients, all, new Random(seed));
			for (int i = 0; i < LEAVERS; i++) {
				clients.connect(all, leaver);
			}
			for (int round = 0; round < ROUNDS; round++) {
				List<Sequence> newcomers = Stream.generate(Sequence::new).limit(LEAVERS).toList();
				newcomers.forEach((newcomer) -> clients.connect(request, newcomer));
				awaitEach(newcomers, Sequence::isOpen, clients, events);
				int target = events.published() + 5 * WATCHED;
				awaitEach(newcomers, (newcomer) -> newcomer.next() >= target, clients, events);
				clients.execute(() -> newcomers.forEach(Sequence::cut));
			}
			assertThat(leaver.failure).isNull();
			Stress.report("Leaving while opening, %s: %d have left", container, leaver.count);
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

	/**
	 * Comes, leaves while the past is being written to it, and comes again.
	 */
	private static final class Leaver implements EventClient.Listener {

		private final EventClients clients;

		private final EventClient.Request request;

		private final Random random;

		private volatile int count;

		private volatile @Nullable String failure;

		Leaver(EventClients clients, EventClient.Request request, Random random) {
			this.clients = clients;
			this.request = request;
			this.random = random;
		}

		@Override
		public void opened(EventClient client) {
			if (this.random.nextBoolean()) {
				client.cutAfter(1 + this.random.nextInt(20_000));
			}
			else {
				client.cut();
			}
		}

		@Override
		public void block(EventClient client, Block block) {
		}

		@Override
		@SuppressWarnings("NonAtomicVolatileUpdate")
		public void ended(EventClient client, @Nullable IOException failure) {
			if (failure != null) {
				this.failure = failure.toString();
			}
			this.count++;
			this.clients.connect(this.request, this);
		}

	}

	@RestController
	static class Feed {

		@GetMapping("/feed")
		void feed(SseStream stream) {
			stream.join("feed");
		}

		@GetMapping("/all")
		void all(SseStream stream) {
			stream.fromStart().join("feed");
		}

	}

}
