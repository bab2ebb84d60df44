package io.github.ssestarter.fanout.notice;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ApplicationCalls} on threads of ours.
 */
class ApplicationCallsTests {

	private final AtomicBoolean isExhausted = new AtomicBoolean();

	private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("clock"));

	private final ApplicationCalls calls = ApplicationCalls.dispatched(null, this::threads, System::nanoTime);

	private final Queue<String> called = new ConcurrentLinkedQueue<>();

	/**
	 * Fails as it makes a thread, since from JDK 21 on a pool does not call
	 * {@code Thread.start()}.
	 */
	private ThreadFactory threads(String prefix) {
		return (task) -> {
			if (this.isExhausted.get()) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			return new Thread(task, prefix);
		};
	}

	@AfterEach
	void stop() {
		this.clock.shutdownNow();
		this.calls.stop(Duration.ofSeconds(5), Interrupt.SHUTDOWN);
	}

	@Test
	void whatThereIsNoThreadForIsRunOnceThereIsOne() {
		this.calls.start(this.clock);
		this.isExhausted.set(true);
		this.calls.callbacks().execute(() -> this.called.add("callback"));
		this.calls.questions().execute(() -> this.called.add("question"));
		assertThat(this.called).isEmpty();
		this.isExhausted.set(false);
		await().untilAsserted(() -> assertThat(this.called).containsExactlyInAnyOrder("callback", "question"));
	}

	@Test
	void whatIsGivenAfterTheStopIsRunAllTheSame() {
		this.calls.stop(Duration.ofSeconds(5), Interrupt.SHUTDOWN);
		this.calls.callbacks().execute(() -> this.called.add("callback"));
		await().untilAsserted(() -> assertThat(this.called).containsExactly("callback"));
	}

	@Test
	void threadsOfOursAreToldApartAndDoNotKeepTheApplicationRunning() {
		ThreadFactory numbered = DaemonThreads.numbered("sse-callback-");
		ThreadFactory named = DaemonThreads.named("sse-clock");
		Runnable task = () -> this.called.add("task");
		assertThat(List.of(numbered.newThread(task), numbered.newThread(task), named.newThread(task)))
			.allMatch(Thread::isDaemon)
			.extracting(Thread::getName)
			.containsExactly("sse-callback-1", "sse-callback-2", "sse-clock");
	}

}
