package io.github.ssestarter.starter;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
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
 * Thousands of clients that all come back at once, each some events behind: they catch
 * up, and being behind costs next to nothing.
 */
@Tag("stress")
class ReconnectStormStressTests {

	private static final int CLIENTS = Stress.count(5000, 500);

	private static final int BEHIND = 200;

	/** What a client that is behind may cost more than one that is not, in bytes. */
	private static final int EXTRA = 2048;

	/** What the heap of the JVM varies by on its own, in bytes. */
	private static final int NOISE = 4 * 1024 * 1024;

	@ParameterizedTest
	@EnumSource
	void allCatchUp(Container container) throws Exception {
		try (TestApplication application = TestApplication.start(container, Feed.class);
				EventClients clients = new EventClients()) {
			String first = publish(application, 0);
			for (int i = 1; i <= BEHIND; i++) {
				publish(application, i);
			}
			// Once for what a connection leaves behind in the container's pools
			connectAndCut(application, clients, first, 0, BEHIND);
			long before = Stress.heap();
			String last = publish(application, BEHIND + 1);
			long caughtUp = connectAndCut(application, clients, last, BEHIND + 1, BEHIND + 1);
			long start = System.nanoTime();
			long behind = connectAndCut(application, clients, first, 0, BEHIND + 1);
			Stress.report(
					"Reconnecting, %s: %d clients, each %d events behind, in %d ms with both measurings; a client costs"
							+ " %.1f KB of heap, %.1f KB if it came back behind",
					container, CLIENTS, BEHIND, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
					(caughtUp - before) / 1024.0 / CLIENTS, (behind - before) / 1024.0 / CLIENTS);
			assertThat(behind - caughtUp).isLessThan((long) CLIENTS * EXTRA + NOISE);
		}
	}

	private static String publish(TestApplication application, int number) throws Exception {
		return application.broadcaster()
			.publish(SseAudience.topic("feed"), SseEvent.of("n", Integer.toString(number)))
			.get(10, TimeUnit.SECONDS);
	}

	/**
	 * @return the heap in use while all are connected and have the last event
	 */
	private static long connectAndCut(TestApplication application, EventClients clients, String lastEventId, int has,
			int last) {
		List<CatchingUp> all = Stream.generate(() -> new CatchingUp(has)).limit(CLIENTS).toList();
		EventClient.Request request = new EventClient.Request(application.port(), "/feed", lastEventId, 0);
		all.forEach((client) -> clients.connect(request, client));
		await().atMost(120, TimeUnit.SECONDS).untilAsserted(() -> {
			clients.check();
			assertThat(all).allMatch((client) -> client.failure == null);
			assertThat(all).allMatch((client) -> client.last == last);
			assertThat(application.broadcaster().connectedCount()).isEqualTo(CLIENTS);
		});
		long heap = Stress.heap();
		clients.call(() -> all.forEach(CatchingUp::cut));
		application.broadcaster().close(SseAudience.everyone());
		await().atMost(60, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == 0);
		return heap;
	}

	/**
	 * Checks that each event after its cursor comes once.
	 */
	private static final class CatchingUp implements EventClient.Listener {

		private volatile int last;

		private volatile @Nullable EventClient client;

		private volatile @Nullable String failure;

		CatchingUp(int has) {
			this.last = has;
		}

		@Override
		public void opened(EventClient client) {
			this.client = client;
		}

		@Override
		@SuppressWarnings("NonAtomicVolatileUpdate")
		public void block(EventClient client, Block block) {
			if (block.isEvent()) {
				this.last++;
				if (!Integer.toString(this.last).equals(block.data())) {
					this.failure = "got " + block + " instead of " + this.last;
				}
			}
		}

		@Override
		public void ended(EventClient client, @Nullable IOException failure) {
			if (failure != null) {
				this.failure = failure.toString();
			}
		}

		void cut() {
			if (this.client != null) {
				this.client.cut();
			}
		}

	}

	@RestController
	static class Feed {

		@GetMapping("/feed")
		void feed(SseStream stream) {
			stream.join("feed");
		}

	}

}
