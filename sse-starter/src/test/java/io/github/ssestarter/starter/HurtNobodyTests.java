package io.github.ssestarter.starter;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
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
import io.github.ssestarter.starter.testsupport.HealthyClient;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that could hurt others, each beside a healthy one, whose events come as they do
 * without them.
 */
@Tag("stress")
@ExtendWith(OutputCaptureExtension.class)
class HurtNobodyTests {

	/** How much later 95 of 100 events may come, in milliseconds. */
	private static final double UNFELT = 2;

	private static final int PATTERNS = Stress.count(1726, 1726);

	private static final int TOPICS = 10_000;

	private static final int RETURNS_PER_SECOND = 100;

	@ParameterizedTest
	@EnumSource
	void whoComesBackWithAPatternBesideManyPatterns(Container container) throws Exception {
		AtomicInteger returned = new AtomicInteger();
		try (TestApplication application = start(container, "sse.history.max-events=" + TOPICS);
				EventClients crowd = new EventClients();
				EventClients returning = new EventClients()) {
			for (int i = 0; i < PATTERNS; i++) {
				crowd.connect(new EventClient.Request(application.port(), "/pattern?own=" + i, "", 0), new Deaf());
			}
			await().atMost(60, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == PATTERNS);
			for (int i = 0; i < TOPICS; i++) {
				application.broadcaster().send(SseAudience.topic("users/" + i % 100 + "/" + i), SseEvent.of("n", i));
			}
			try (HealthyClient healthy = new HealthyClient(application)) {
				HealthyClient.Comparison comparison = healthy.beside("Patterns", container,
						() -> repeat(RETURNS_PER_SECOND,
								() -> returning.connect(
										new EventClient.Request(application.port(),
												"/pattern?own=back-" + returned.get() % 50, "1-1.aaaaaa", 0),
										new Returning(returned))));
				crowd.check();
				returning.check();
				Stress.report("Patterns, %s: %d returns", container, returned.get());
				assertThat(returned).hasPositiveValue();
				comparison.assertUnhurt(UNFELT);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoIsRefusedOverAndOver(Container container) throws Exception {
		Queue<Integer> newcomers = new ConcurrentLinkedQueue<>();
		AtomicInteger asked = new AtomicInteger();
		try (TestApplication application = start(container, "sse.limits.max-streams-per-address=1",
				"sse.limits.max-connects-per-second=20", "server.forward-headers-strategy=native");
				SseTestClient first = from(application, "192.0.2.1")) {
			first.awaitOpen();
			try (HealthyClient healthy = new HealthyClient(application)) {
				healthy.beside("Refused requests", container, () -> repeat(60, () -> {
					int number = asked.incrementAndGet();
					boolean isNewcomer = number % 12 == 0;
					try (SseTestClient client = from(application,
							(isNewcomer) ? "198.51.100." + number / 12 % 250 : "192.0.2.1")) {
						if (isNewcomer) {
							newcomers.add(client.status());
						}
						else {
							assertThat(client.status()).isEqualTo(429);
						}
					}
				})).assertUnhurt(UNFELT);
			}
			assertThat(newcomers).isNotEmpty().containsOnly(200);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoAsksForWhatIsNoTopic(Container container, CapturedOutput output) throws Exception {
		List<String> bad = List.of("/join?t=*", "/join?t=" + "x".repeat(5_000),
				"/join?" + String.join("&", IntStream.range(0, 101).mapToObj((i) -> "t=" + i).toList()));
		AtomicInteger asked = new AtomicInteger();
		try (TestApplication application = start(container, "management.endpoints.web.exposure.include=sse",
				"server.max-http-request-header-size=16KB"); HealthyClient healthy = new HealthyClient(application)) {
			long heap = Stress.heap();
			healthy.beside("Topics that are none", container, () -> repeat(200, () -> {
				int number = asked.incrementAndGet();
				boolean isBad = number % 2 == 0;
				String path = (isBad) ? bad.get(number / 2 % bad.size())
						: "/actuator/sse/streams?topic=" + number + "x".repeat(6_000);
				try (SseTestClient client = application.to(path).header("Accept", "*/*").connect()) {
					assertThat(client.status()).isEqualTo((isBad) ? 400 : 200);
				}
			})).assertUnhurt(UNFELT);
			assertThat(Stress.heap() - heap).isLessThan(8_000_000);
			assertThat(output).doesNotContain("\tat ");
		}
	}

	/**
	 * Does something over and over, until it is closed. What fails in it fails then.
	 */
	private static AutoCloseable repeat(int perSecond, Action action) {
		ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		executor.scheduleAtFixedRate(() -> {
			try {
				action.run();
			}
			catch (Exception | AssertionError ex) {
				failure.compareAndSet(null, ex);
			}
		}, 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
		return () -> {
			executor.shutdown();
			assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
			assertThat(failure.get()).isNull();
		};
	}

	private static SseTestClient from(TestApplication application, String address) {
		return application.to("/join?t=feed").header("X-Forwarded-For", address).connect();
	}

	private static TestApplication start(Container container, String... properties) {
		return TestApplication.start(container, List.of(HealthyClient.Live.class, Feed.class), properties);
	}

	private interface Action {

		void run() throws Exception;

	}

	/**
	 * Hears nothing of what comes.
	 */
	private static final class Deaf implements EventClient.Listener {

		@Override
		public void block(EventClient client, Block block) {
		}

	}

	/**
	 * Goes again once it knows that it has lost something.
	 */
	private static final class Returning implements EventClient.Listener {

		private final AtomicInteger returned;

		Returning(AtomicInteger returned) {
			this.returned = returned;
		}

		@Override
		public void block(EventClient client, Block block) {
			if ("sse-gap".equals(block.name())) {
				this.returned.incrementAndGet();
				client.cut();
			}
		}

	}

	@RestController
	static class Feed {

		@GetMapping("/join")
		void join(SseStream stream, @RequestParam List<String> t) {
			stream.join(t.toArray(String[]::new));
		}

		@GetMapping("/pattern")
		void pattern(SseStream stream, @RequestParam String own) {
			stream.joinMatching("users/" + own + "/*");
		}

	}

}
