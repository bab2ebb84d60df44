package io.github.ssestarter.starter;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

import com.sun.management.OperatingSystemMXBean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Thousands of browsers that want a place on a node that is full: they come back as they
 * are told, which is no storm, and take the places that become free.
 */
@Tag("stress")
class FullNodeStressTests {

	private static final int CLIENTS = Stress.count(10_000, 1000);

	private static final int ROOM = 100;

	/** A client comes back after this, or up to twice as long, in seconds. */
	private static final int RETRY = Stress.count(10, 3);

	/** How many threads connect: as many connections are opened at once. */
	private static final int THREADS = 16;

	@ParameterizedTest
	@EnumSource
	void thousandsWaitForAPlace(Container container) throws Exception {
		ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS);
		try (TestApplication application = TestApplication.start(container, Live.class,
				"sse.limits.max-streams=" + ROOM, "sse.limits.busy-retry=" + RETRY + "s",
				"sse.heartbeat.interval=1s")) {
			Crowd crowd = new Crowd(application, threads);
			for (int i = 0; i < CLIENTS; i++) {
				threads.execute(crowd::connect);
			}
			await().atMost(Duration.ofMinutes(2)).until(() -> crowd.attempts() >= CLIENTS);
			int arrived = crowd.second();
			long cpu = cpu();
			long before = crowd.attempts();
			await().atMost(Duration.ofMinutes(2)).until(() -> crowd.second() > arrived + 3 * RETRY);
			double seconds = crowd.second() - arrived;
			long attempts = crowd.attempts() - before;
			int most = crowd.mostInASecond(arrived + RETRY, crowd.second() - 1);
			Stress.report(
					"Full node, %s: %d clients, room for %d, retry %d to %d s: %.0f attempts/s, at most %d in a second;"
							+ " %.0f%% of a core with the clients",
					container, CLIENTS, ROOM, RETRY, 2 * RETRY, attempts / seconds, most,
					(cpu() - cpu) / seconds / 1e7);
			assertThat(crowd.failures).isEmpty();
			assertThat(application.broadcaster().connectedCount()).isEqualTo(ROOM);
			// A client comes back once in RETRY seconds at most, and they are spread over
			// as long
			assertThat(attempts).isLessThanOrEqualTo((long) (CLIENTS * (seconds / RETRY + 1)));
			assertThat(most).isLessThan(2 * CLIENTS / RETRY);
			crowd.open.subList(0, ROOM / 2).forEach(SseTestClient::close);
			await().atMost(Duration.ofSeconds(2 * RETRY + 10))
				.until(() -> crowd.open.size() >= ROOM + ROOM / 2
						&& application.broadcaster().connectedCount() == ROOM);
			assertThat(crowd.failures).isEmpty();
			threads.shutdownNow();
			crowd.open.forEach(SseTestClient::close);
		}
		finally {
			threads.shutdownNow();
		}
	}

	/**
	 * CPU time of this process, in nanoseconds.
	 */
	private static long cpu() {
		return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
	}

	/**
	 * The clients, and how often they connect.
	 */
	private static final class Crowd {

		private final TestApplication application;

		private final ScheduledExecutorService threads;

		private final long start = System.nanoTime();

		private final AtomicIntegerArray attempts = new AtomicIntegerArray(1000);

		private final List<SseTestClient> open = new CopyOnWriteArrayList<>();

		private final List<String> failures = new CopyOnWriteArrayList<>();

		Crowd(TestApplication application, ScheduledExecutorService threads) {
			this.application = application;
			this.threads = threads;
		}

		void connect() {
			try {
				SseTestClient client = this.application.to("/live").header("Cache-Control", "no-cache").connect();
				this.attempts.incrementAndGet(second());
				if (client.header("Sse-Client-Id") != null) {
					this.open.add(client);
				}
				else {
					client.expect("sse-busy", "{}");
					client.expectEnd();
					Duration retry = client.retry().orElseThrow();
					this.threads.schedule(this::connect, retry.toMillis(), TimeUnit.MILLISECONDS);
				}
			}
			catch (RuntimeException | Error ex) {
				if (!this.threads.isShutdown()) {
					this.failures.add(ex.toString());
				}
			}
		}

		int second() {
			return (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - this.start);
		}

		long attempts() {
			long sum = 0;
			for (int i = 0; i < this.attempts.length(); i++) {
				sum += this.attempts.get(i);
			}
			return sum;
		}

		int mostInASecond(int from, int until) {
			int most = 0;
			for (int i = from; i < until; i++) {
				most = Math.max(most, this.attempts.get(i));
			}
			return most;
		}

	}

	@RestController
	static class Live {

		@GetMapping("/live")
		void live(SseStream stream) {
			stream.join("live");
		}

	}

}
