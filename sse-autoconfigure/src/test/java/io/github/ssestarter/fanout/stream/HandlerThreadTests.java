package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.ArgumentCaptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

/**
 * Tests for {@link HandlerThread}.
 */
@Timeout(60)
class HandlerThreadTests {

	@AfterEach
	void nobodyElseIsInterrupted() {
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void theMethodIsInterruptedOnce() {
		HandlerThread handler = new HandlerThread();
		handler.interrupt();
		assertThat(Thread.interrupted()).isTrue();
		handler.interrupt();
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void anInterruptionThatTheMethodDidNotSeeIsNotLeftToWhoeverHasTheThreadNext() {
		HandlerThread handler = new HandlerThread();
		handler.interrupt();
		handler.returned();
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void whoHasSeenTheEndIsNotInterruptedLater() {
		ScheduledExecutorService clock = mock();
		ArgumentCaptor<Runnable> interruption = ArgumentCaptor.forClass(Runnable.class);
		HandlerThread handler = new HandlerThread();
		handler.interruptLater(clock, Duration.ofSeconds(5));
		verify(clock).schedule(interruption.capture(), anyLong(), any());
		handler.ended();
		interruption.getValue().run();
		assertThat(Thread.interrupted()).isFalse();
		handler.interruptLater(clock, Duration.ofSeconds(5));
		verifyNoMoreInteractions(clock);
	}

	@Test
	void anEndThatAnotherThreadHasSeenDoesNotTellTheMethod() throws Exception {
		ScheduledExecutorService clock = mock();
		ArgumentCaptor<Runnable> interruption = ArgumentCaptor.forClass(Runnable.class);
		HandlerThread handler = new HandlerThread();
		handler.interruptLater(clock, Duration.ofSeconds(5));
		verify(clock).schedule(interruption.capture(), anyLong(), any());
		Thread heartbeat = new Thread(handler::ended);
		heartbeat.start();
		heartbeat.join(20_000);
		interruption.getValue().run();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void aMethodThatHasReturnedIsNotInterrupted() {
		HandlerThread handler = new HandlerThread();
		handler.returned();
		handler.interrupt();
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void anInterruptionThatIsNotTheEnginesIsLeftAlone() {
		HandlerThread handler = new HandlerThread();
		Thread.currentThread().interrupt();
		handler.returned();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void whoeverInterruptsWhileTheMethodReturnsDoesNotHitWhatTheThreadDoesNext() throws Exception {
		AtomicBoolean isHit = new AtomicBoolean();
		for (int round = 0; round < 3_000; round++) {
			CountDownLatch isRunning = new CountDownLatch(1);
			CountDownLatch isOver = new CountDownLatch(1);
			HandlerThread[] handler = new HandlerThread[1];
			Thread thread = new Thread(() -> {
				handler[0] = new HandlerThread();
				isRunning.countDown();
				handler[0].returned();
				try {
					isHit.compareAndSet(false, !isOver.await(20, TimeUnit.SECONDS));
				}
				catch (InterruptedException ex) {
					isHit.set(true);
				}
			});
			thread.start();
			assertThat(isRunning.await(20, TimeUnit.SECONDS)).isTrue();
			handler[0].interrupt();
			isOver.countDown();
			thread.join(20_000);
			assertThat(isHit).as("Interrupted in round %s", round).isFalse();
		}
	}

}
