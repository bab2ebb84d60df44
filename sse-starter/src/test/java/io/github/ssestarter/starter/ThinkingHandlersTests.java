package io.github.ssestarter.starter;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Block;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.CuttingProxy;
import io.github.ssestarter.starter.testsupport.EventClient;
import io.github.ssestarter.starter.testsupport.EventClients;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * 200 handlers that think for 90 s behind a proxy that waits for 60 s: heartbeats keep
 * them alive, and other requests are served meanwhile. Time goes fifty times as fast
 * where it can.
 */
class ThinkingHandlersTests {

	private static final int HANDLERS = 200;

	private static final int FASTER = 50;

	private static final Duration THINKING = Duration.ofSeconds(90);

	private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

	private static final Duration HEARTBEAT = Duration.ofSeconds(15);

	@ParameterizedTest
	@EnumSource
	void thinkingHandlersAreKeptAlive(Container container) {
		keepAlive(container, FASTER);
	}

	@Tag("stress")
	@ParameterizedTest
	@EnumSource
	void thinkingHandlersAreKeptAliveInRealTime(Container container) {
		keepAlive(container, FASTER / Stress.count(FASTER, 1));
	}

	@ParameterizedTest
	@EnumSource
	void proxyCutsThemWithoutHeartbeats(Container container) {
		try (TestApplication application = start(container, FASTER, Duration.ZERO);
				CuttingProxy proxy = CuttingProxy.withReadTimeout(application.port(), READ_TIMEOUT.dividedBy(FASTER));
				EventClients clients = new EventClients()) {
			List<Waiting> waiting = connect(clients, proxy);
			await().atMost(30, TimeUnit.SECONDS).until(() -> waiting.stream().allMatch((one) -> one.hasEnded));
			assertThat(waiting).allMatch((one) -> !one.isTold);
			assertThat(proxy.cuts()).isEqualTo(HANDLERS);
		}
	}

	private static void keepAlive(Container container, int faster) {
		Duration heartbeat = HEARTBEAT.dividedBy(faster);
		Duration thinking = THINKING.dividedBy(faster);
		try (TestApplication application = start(container, faster, heartbeat);
				CuttingProxy proxy = CuttingProxy.withReadTimeout(application.port(), READ_TIMEOUT.dividedBy(faster));
				EventClients clients = new EventClients()) {
			List<Waiting> waiting = connect(clients, proxy);
			await().atMost(30, TimeUnit.SECONDS).until(() -> waiting.stream().allMatch((one) -> one.isOpen));
			await().atMost(thinking.plusSeconds(30)).until(() -> {
				assertThat(application.to("/other").header("Accept", "*/*").connect().body()).isEqualTo("other");
				return waiting.stream().allMatch((one) -> one.hasEnded);
			});
			clients.check();
			assertThat(waiting).allMatch((one) -> one.isTold && one.failure == null);
			// A heartbeat at least each 30 s
			assertThat(waiting).allMatch((one) -> one.comments > thinking.dividedBy(heartbeat.multipliedBy(2)));
			assertThat(proxy.cuts()).isZero();
			assertThat(proxy.failure()).isNull();
		}
	}

	private static List<Waiting> connect(EventClients clients, CuttingProxy proxy) {
		List<Waiting> waiting = Stream.generate(Waiting::new).limit(HANDLERS).toList();
		waiting.forEach((one) -> clients.connect(new EventClient.Request(proxy.port(), "/think", "", 0), one));
		return waiting;
	}

	/**
	 * Half of the threads may be taken by streams.
	 */
	private static TestApplication start(Container container, int faster, Duration heartbeat) {
		return TestApplication.start(container, Thinker.class, "server.tomcat.threads.max=" + 2 * HANDLERS,
				"server.jetty.threads.max=" + 2 * HANDLERS, "sse.heartbeat.interval=" + heartbeat.toMillis() + "ms",
				"thinking=" + THINKING.dividedBy(faster).toMillis());
	}

	/**
	 * Waits for what a handler thinks.
	 */
	private static final class Waiting implements EventClient.Listener {

		private volatile boolean isOpen;

		private volatile int comments;

		private volatile boolean isTold;

		private volatile boolean hasEnded;

		private volatile @Nullable String failure;

		@Override
		public void opened(EventClient client) {
			this.isOpen = true;
		}

		@Override
		@SuppressWarnings("NonAtomicVolatileUpdate")
		public void block(EventClient client, Block block) {
			this.comments += block.comments();
			this.isTold |= "thought".equals(block.name());
		}

		@Override
		public void ended(EventClient client, @Nullable IOException failure) {
			this.failure = (failure != null) ? failure.toString() : null;
			this.hasEnded = true;
		}

	}

	@RestController
	static class Thinker {

		private final CountDownLatch never = new CountDownLatch(1);

		private final long millis;

		Thinker(@Value("${thinking}") long millis) {
			this.millis = millis;
		}

		@GetMapping("/think")
		void think(SseStream stream) throws InterruptedException {
			stream.open();
			assertThat(this.never.await(this.millis, TimeUnit.MILLISECONDS)).isFalse();
			stream.send("thought", 42);
		}

		@GetMapping("/other")
		String other() {
			return "other";
		}

	}

}
