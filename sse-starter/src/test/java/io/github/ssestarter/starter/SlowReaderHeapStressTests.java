package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
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
 * What it costs that a client does not read, or slowly: the same clients are measured
 * while they read all that comes, so that what any connection costs in the container is
 * in all figures.
 */
@Tag("stress")
class SlowReaderHeapStressTests {

	/** More than the 20 of whom each may cost so much, or the JVM is all that is seen. */
	private static final int CLIENTS = Stress.count(400, 200);

	private static final long MAX_EACH = 16 * 1024;

	/** Much more than the sockets of a stuck client hold. */
	private static final int EVENTS = 2000;

	private static final int HISTORY = 200;

	private static final String PAYLOAD = "x".repeat(1000);

	@ParameterizedTest
	@EnumSource
	void slowClientCostsACursor(Container container) {
		try (TestApplication application = TestApplication.start(container, Feed.class, "sse.stream.send-buffer=8KB",
				"sse.stream.write-timeout=5m", "sse.history.max-events=" + HISTORY);
				EventClients clients = new EventClients()) {
			long none = heapAfterEvents(application.broadcaster(), List.of());
			List<Reader> readers = Stream.generate(Reader::new).limit(CLIENTS).toList();
			readers.forEach((reader) -> clients.connect(new EventClient.Request(application.port(), "/feed", "", 4096),
					reader));
			await().atMost(60, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == CLIENTS);
			long reading = heapAfterEvents(application.broadcaster(), readers);
			clients.call(() -> readers.forEach((reader) -> reader.pace(1, Duration.ZERO)));
			long stuck = heapAfterEvents(application.broadcaster(), List.of());
			assertThat(readers).allMatch((reader) -> reader.events == EVENTS);
			// These are written to in full pages
			clients.call(() -> readers.forEach((reader) -> reader.pace(1000, Duration.ofMillis(100))));
			// Who lost events twice while it was stuck goes on from the newest: there
			// have to
			// be more, and faster than they are read
			await().atMost(60, TimeUnit.SECONDS).until(() -> {
				for (int i = 0; i < 3; i++) {
					application.broadcaster().send(SseAudience.topic("feed"), "n", PAYLOAD);
				}
				return readers.stream().allMatch((reader) -> reader.events > EVENTS + HISTORY / 4);
			});
			long lagging = Stress.heap();
			Stress.report(
					"Slow readers, %s: each of %d costs %d bytes of heap while it reads, %d more when stuck,"
							+ " %d more while it reads slowly",
					container, CLIENTS, (reading - none) / CLIENTS, (stuck - reading) / CLIENTS,
					(lagging - reading) / CLIENTS);
			clients.check();
			assertThat(readers).allMatch((reader) -> reader.events < EVENTS + 2 * HISTORY);
			assertThat(application.broadcaster().connectedCount()).isEqualTo(CLIENTS);
			assertThat((stuck - reading) / CLIENTS).isLessThanOrEqualTo(MAX_EACH);
			assertThat((lagging - reading) / CLIENTS).isLessThanOrEqualTo(MAX_EACH);
		}
	}

	/**
	 * Publishes as fast as the readers read.
	 */
	private static long heapAfterEvents(SseBroadcaster broadcaster, List<Reader> readers) {
		for (int i = 1; i <= EVENTS; i++) {
			broadcaster.send(SseAudience.topic("feed"), "n", PAYLOAD);
			if (i % (HISTORY / 2) == 0) {
				int count = i;
				await().atMost(60, TimeUnit.SECONDS)
					.until(() -> readers.stream().allMatch((reader) -> reader.events == count));
			}
		}
		return Stress.heap();
	}

	/**
	 * Reads as it is told to.
	 */
	private static final class Reader implements EventClient.Listener {

		private EventClient client;

		private volatile int events;

		@Override
		public void opened(EventClient client) {
			this.client = client;
		}

		@Override
		@SuppressWarnings("NonAtomicVolatileUpdate")
		public void block(EventClient client, Block block) {
			if ("n".equals(block.name())) {
				this.events++;
			}
		}

		void pace(int bytes, Duration pause) {
			this.client.pace(bytes, pause);
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
