package io.github.ssestarter.starter;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Block;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.EventClient;
import io.github.ssestarter.starter.testsupport.EventClients;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Slow clients of different topics: no byte of the one reaches the other, though their
 * container keeps what it was given until they take it.
 */
@Tag("stress")
class SlowTopicsStressTests {

	private static final int EVENTS = Stress.count(20_000, 2_000);

	private static final int PAYLOAD = 700;

	/** Two that are slow, and one that is not, for each topic. */
	private static final int CLIENTS = 3;

	@ParameterizedTest
	@EnumSource
	void noByteOfTheOneReachesTheOther(Container container) {
		try (TestApplication application = TestApplication.start(container, Feed.class);
				EventClients clients = new EventClients()) {
			List<Letters> all = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				all.add(new Letters('A', i));
				all.add(new Letters('B', i));
			}
			all.forEach((letters) -> clients.connect(
					new EventClient.Request(application.port(), "/feed?topic=" + letters.letter, "", 4096), letters));
			await().atMost(10, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == 2 * CLIENTS);
			for (int i = 0; i < EVENTS; i++) {
				publish(application, i);
			}
			AtomicInteger more = new AtomicInteger(EVENTS);
			await().atMost(120, TimeUnit.SECONDS).untilAsserted(() -> {
				clients.check();
				// One that fell out of the window twice goes on with what is new
				publish(application, more.getAndIncrement());
				assertThat(all).allMatch((letters) -> letters.fault != null || letters.last >= EVENTS);
			});
			assertThat(all.stream().map((letters) -> String.valueOf(letters.fault))).containsOnly("null");
			Stress.report("Slow topics, %s: %s", container, all);
		}
	}

	private static void publish(TestApplication application, int number) {
		// Of many lengths, so that no two blocks of the two topics are aligned
		publish(application, 'A', number, 1 + number % PAYLOAD);
		publish(application, 'B', number, 1 + number * 7 % PAYLOAD);
	}

	private static void publish(TestApplication application, char letter, int number, int length) {
		application.broadcaster()
			.send(SseAudience.topic(String.valueOf(letter)),
					SseEvent.of("n", number + " " + String.valueOf(letter).repeat(length)));
	}

	/**
	 * Checks that a client gets nothing but the events of its topic, whole and in order.
	 */
	private static final class Letters implements EventClient.Listener {

		private final char letter;

		private final int slowness;

		private volatile int last = -1;

		private volatile int count;

		private volatile int gaps;

		private volatile @Nullable String fault;

		Letters(char letter, int slowness) {
			this.letter = letter;
			this.slowness = slowness;
		}

		@Override
		public void opened(EventClient client) {
			if (this.slowness > 0) {
				client.pace(8 * 1024 * this.slowness, Duration.ofMillis(20));
			}
		}

		@Override
		@SuppressWarnings("NonAtomicVolatileUpdate")
		public void block(EventClient client, Block block) {
			if ("sse-gap".equals(block.name())) {
				this.gaps++;
			}
			else if (block.isEvent()) {
				String[] parts = block.requireData().split(" ", 2);
				int number = Integer.parseInt(parts[0]);
				int length = 1 + ((this.letter == 'A') ? number : number * 7) % PAYLOAD;
				boolean isNext = number == this.last + 1 || (this.gaps > 0 && number > this.last);
				if (!isNext || !parts[1].equals(String.valueOf(this.letter).repeat(length))) {
					this.fault = "After " + this.last + ": " + block;
				}
				this.last = number;
				this.count++;
			}
		}

		@Override
		public void ended(EventClient client, @Nullable IOException failure) {
			if (failure != null && this.fault == null) {
				this.fault = failure.toString();
			}
		}

		@Override
		public String toString() {
			return this.letter + "/" + this.slowness + ": " + this.count + " events, " + this.gaps + " gaps, last "
					+ this.last;
		}

	}

	@RestController
	static class Feed {

		@GetMapping("/feed")
		void feed(SseStream stream, @RequestParam String topic) {
			stream.join(topic);
		}

	}

}
