package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStreamClosedEvent;
import io.github.ssestarter.fanout.notice.Interrupt;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EndOrders}.
 */
@Timeout(60)
class EndOrdersTests {

	private final TestEngine engine = new TestEngine();

	private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1);

	@BeforeEach
	void start() {
		this.clock.setRemoveOnCancelPolicy(true);
		this.engine.shutdownTimeout = Duration.ofMinutes(1);
		this.engine.interrupt = Interrupt.ALWAYS;
	}

	@AfterEach
	void stop() {
		this.clock.shutdownNow();
		assertThat(Thread.interrupted()).isFalse();
	}

	@ParameterizedTest
	@EnumSource(names = "ALWAYS", mode = EnumSource.Mode.EXCLUDE)
	void noInterruptionComesUnlessItIsAskedFor(Interrupt interrupt) {
		this.engine.interrupt = interrupt;
		TestClient client = attach();
		client.stream().open();
		close(client, SseCloseReason.CLOSED);
		assertThat(this.clock.getQueue()).isEmpty();
	}

	@Test
	void theEndIsToldWhileTheMethodIsStillAtWork() {
		TestClient client = attach();
		client.stream().open();
		close(client, SseCloseReason.CLOSED);
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
		List<SseCloseReason> late = new ArrayList<>();
		client.stream().onClose(late::add);
		assertThat(late).containsExactly(SseCloseReason.CLOSED);
		assertThat(this.engine.events).noneMatch(SseStreamClosedEvent.class::isInstance);
		client.returned();
		assertThat(this.engine.events).filteredOn(SseStreamClosedEvent.class::isInstance).hasSize(1);
		assertThat(client.closeReasons()).hasSize(1);
		assertThat(late).hasSize(1);
	}

	@Test
	void theInterruptionIsCancelledWhenTheStreamEnds() {
		TestClient client = attach();
		close(client, SseCloseReason.CLOSED);
		assertThat(this.clock.getQueue()).hasSize(1);
		client.stream().complete();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
		assertThat(this.clock.getQueue()).isEmpty();
	}

	@Test
	void aStreamThatIsClosedManyTimesIsInterruptedOnce() {
		TestClient client = attach();
		for (SseCloseReason reason : SseCloseReason.values()) {
			close(client, reason);
		}
		assertThat(this.clock.getQueue()).hasSize(1);
		client.stream().complete();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.values()[0]);
		assertThat(this.clock.getQueue()).isEmpty();
	}

	@Test
	void aMethodThatReturnsInTimeIsNotInterrupted() {
		TestClient client = attach();
		client.stream().keepOpen().open();
		close(client, SseCloseReason.CLOSED);
		client.returned();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
		assertThat(this.clock.getQueue()).isEmpty();
	}

	@Test
	void theMethodOfAStreamThatIsDetachedIsNotInterrupted() {
		TestClient client = attach();
		client.stream().keepOpen();
		client.returned();
		close(client, SseCloseReason.CLOSED);
		assertThat(this.clock.getQueue()).isEmpty();
		this.engine.turn();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
	}

	@Test
	void aMethodThatDoesNotReturnIsInterruptedAfterTheTimeout() throws Exception {
		this.engine.shutdownTimeout = Duration.ofMillis(50);
		this.engine.start();
		this.engine.streams().start(this.clock);
		CountDownLatch isInterrupted = new CountDownLatch(1);
		CountDownLatch never = new CountDownLatch(1);
		Thread method = new Thread(() -> {
			TestClient client = this.engine.attach("c1");
			close(client, SseCloseReason.CLOSED);
			assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> never.await(20, TimeUnit.SECONDS));
			client.stream().handlerReturned(false);
			isInterrupted.countDown();
		});
		method.start();
		assertThat(isInterrupted.await(20, TimeUnit.SECONDS)).isTrue();
		await().until(() -> this.clock.getQueue().isEmpty());
	}

	@Test
	void withoutAClockAStreamIsClosedAllTheSame() {
		TestClient client = this.engine.start().attach("c1");
		close(client, SseCloseReason.CLOSED);
		assertThat(client.stream().isOpen()).isFalse();
		this.engine.streams().start(this.clock);
		this.clock.shutdownNow();
		close(client, SseCloseReason.CLOSED);
		client.stream().complete();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
	}

	@ParameterizedTest
	@EnumSource(names = { "FAILED", "SHUTDOWN" })
	void whoIsToComeBackElsewhereIsToldTimesAllOverTheRange(SseCloseReason reason) {
		this.engine.minRetry = Duration.ofMillis(2_000);
		this.engine.maxRetry = Duration.ofMillis(2_003);
		this.engine.start();
		Set<String> received = new TreeSet<>();
		for (int i = 1; i <= 200; i++) {
			received.add(receivedAtTheEnd("c" + i, reason));
		}
		assertThat(received).containsExactly("retry: 2000\n", "retry: 2001\n", "retry: 2002\n", "retry: 2003\n");
	}

	@ParameterizedTest
	@EnumSource(names = { "CLOSED", "EXPIRED" })
	void whoIsClosedForGoodIsNotToldToComeBack(SseCloseReason reason) {
		this.engine.start();
		assertThat(receivedAtTheEnd("c1", reason)).isEmpty();
	}

	private String receivedAtTheEnd(String clientId, SseCloseReason reason) {
		TestClient client = this.engine.attach(clientId).joined("a");
		close(client, reason);
		this.engine.turn();
		assertThat(client.closeReasons()).containsExactly(reason);
		return client.take();
	}

	private TestClient attach() {
		this.engine.start();
		this.engine.streams().start(this.clock);
		return this.engine.attach("c1");
	}

	private static void close(TestClient client, SseCloseReason reason) {
		client.stream().life().close(reason);
	}

}
