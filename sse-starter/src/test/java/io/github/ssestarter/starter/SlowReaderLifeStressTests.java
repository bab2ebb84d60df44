package io.github.ssestarter.starter;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.EventClient;
import io.github.ssestarter.starter.testsupport.EventClients;
import io.github.ssestarter.starter.testsupport.SlowReader;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that read a kilobyte in a second live on with the default time limits, where
 * the send buffer is small enough; those that read nothing are closed.
 */
@Tag("stress")
class SlowReaderLifeStressTests {

	private static final int SLOW = 10;

	/**
	 * After those that take nothing are closed: altogether three times the limit of 30 s.
	 */
	private static final int SECONDS = Stress.count(70, 5);

	private static final int EVENTS_PER_SECOND = 100;

	private static final String PADDING = "x".repeat(1000);

	@ParameterizedTest
	@EnumSource
	void slowReadersLiveOn(Container container) {
		ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
		try (TestApplication application = TestApplication.start(container, Feed.class, "sse.stream.send-buffer=32KB");
				EventClients clients = new EventClients()) {
			List<SlowReader> readers = Stream.generate(() -> SlowReader.reading(100)).limit(SLOW).toList();
			List<SlowReader> sleepers = Stream.generate(SlowReader::sleeping).limit(SLOW).toList();
			Stream.concat(readers.stream(), sleepers.stream())
				.forEach((slow) -> clients.connect(new EventClient.Request(application.port(), "/feed", "", 4096),
						slow));
			await().atMost(30, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == 2 * SLOW);
			executor.scheduleAtFixedRate(() -> application.broadcaster().send(SseAudience.topic("feed"), "n", PADDING),
					0, 1000 / EVENTS_PER_SECOND, TimeUnit.MILLISECONDS);
			// Those that take nothing are still closed
			await().atMost(100, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() <= SLOW);
			await().during(SECONDS, TimeUnit.SECONDS).atMost(2 * SECONDS, TimeUnit.SECONDS).untilAsserted(() -> {
				clients.check();
				assertThat(readers).allMatch((reader) -> reader.failure() == null);
				assertThat(application.broadcaster().connectedCount()).isEqualTo(SLOW);
			});
		}
		finally {
			executor.shutdownNow();
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
