package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.notice.Interrupt;
import io.github.ssestarter.fanout.notice.Limit;
import io.github.ssestarter.fanout.stream.NoRoomException;
import io.github.ssestarter.fanout.testsupport.FakeResponse;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SseEngine} with its own threads.
 */
class SseEngineTests {

	private final TestEngine engine = new TestEngine();

	SseEngineTests() {
		this.engine.threads = 2;
	}

	@AfterEach
	void stop() {
		this.engine.engine().stop();
	}

	@Test
	void itBringsEventsToStreamsOnAllShards() {
		this.engine.startThreads();
		List<TestClient> clients = List.of(join("c1"), join("c2"), join("c3"), join("c4"));
		for (String data : TestEngine.numbers(1, 100)) {
			this.engine.engine().broadcaster().broadcast("n", data);
		}
		for (TestClient client : clients) {
			await().until(() -> client.text().contains("data: 100\n"));
			assertThat(client.takeData()).containsExactlyElementsOf(TestEngine.numbers(1, 100));
		}
	}

	@Test
	void itDoesNothingBeforeItIsStartedAndAfterItIsStopped() {
		this.engine.start();
		this.engine.engine().stop();
		assertThatIllegalStateException().isThrownBy(() -> this.engine.attach("c1"))
			.withMessageContaining("not running");
	}

	@Test
	void aMethodThatReturnsAfterTheStopEndsItsStream() {
		this.engine.startThreads();
		TestClient client = this.engine.attach("c1");
		client.stream().join();
		this.engine.engine().stop();
		assertThatIllegalStateException().isThrownBy(client::returned).withMessageContaining("not running");
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FAILED);
	}

	@Test
	void startedAgainItGoesOn() {
		this.engine.startThreads();
		TestClient before = join("c1");
		this.engine.engine().broadcaster().broadcast("n", "1");
		await().until(() -> before.text().contains("data: 1\n"));
		this.engine.engine().drain();
		this.engine.engine().stop();
		this.engine.engine().start();
		TestClient after = this.engine.attach("c1", null, "#0");
		after.stream().join("a");
		after.returned();
		this.engine.engine().broadcaster().broadcast("n", "2");
		await().until(() -> after.text().contains("data: 2\n"));
		assertThat(after.takeData()).containsExactly("1", "2");
	}

	@Test
	void stoppedItAbortsWhatIsStillOpen() {
		this.engine.startThreads();
		TestClient client = join("c1");
		this.engine.engine().stop();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.SHUTDOWN);
		assertThat(client.transport().isAborted()).isTrue();
	}

	@Test
	void stoppedItLeavesNoThread() {
		this.engine.heartbeat = Duration.ofMillis(40);
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		this.engine.startThreads();
		TestClient client = this.engine.attach("c1");
		client.stream().open();
		this.engine.nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
		await().until(() -> client.text().endsWith("\n: \n"));
		assertThat(threadsSince(before)).contains("sse-clock", "sse-shard-1", "sse-shard-2", "sse-attached-heartbeat");
		this.engine.engine().stop();
		await().until(() -> threadsSince(before).isEmpty());
	}

	private static List<String> threadsSince(Set<Thread> before) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !before.contains(thread))
			.map(Thread::getName)
			.filter((name) -> name.startsWith("sse-"))
			.toList();
	}

	@Test
	void aDrainTellsClientsToComeBack() {
		this.engine.startThreads();
		TestClient client = join("c1");
		this.engine.engine().drain();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.SHUTDOWN);
		assertThat(client.text()).endsWith("retry: 1000\n");
		assertThat(client.transport().isCompleted()).isTrue();
	}

	@Test
	void aDrainInterruptsAMethodThatDoesNotSeeIt() throws Exception {
		this.engine.shutdownTimeout = Duration.ofMillis(50);
		this.engine.startThreads();
		CountDownLatch attached = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		Thread handler = new Thread(() -> {
			TestClient client = this.engine.attach("c1");
			client.stream().open();
			attached.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				client.stream().handlerReturned(false);
				interrupted.countDown();
			}
		});
		handler.start();
		attached.await();
		this.engine.engine().drain();
		assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
		handler.join(10_000);
	}

	@Test
	void aDrainInterruptsAMethodThatGoesOnAfterTheEndOfItsStream() throws Exception {
		this.engine.shutdownTimeout = Duration.ofMillis(50);
		this.engine.startThreads();
		CountDownLatch completed = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		Thread handler = new Thread(() -> {
			this.engine.attach("c1", null, null, new FakeResponse("c1").unfinished()).stream().complete();
			completed.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
			}
		});
		handler.start();
		completed.await();
		this.engine.engine().drain();
		assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
		handler.join(10_000);
	}

	@Test
	void aDrainWaitsUntilTheContainerHasWrittenTheEnd() {
		this.engine.shutdownTimeout = Duration.ofMinutes(1);
		this.engine.startThreads();
		TestClient client = unfinished("c1");
		CompletableFuture<Void> drain = drain();
		await().until(() -> client.closeReasons().contains(SseCloseReason.SHUTDOWN));
		await().during(Duration.ofMillis(300)).until(() -> !drain.isDone());
		client.response().finish();
		assertThat(drain).succeedsWithin(Duration.ofSeconds(20));
	}

	@Test
	void aDrainDoesNotWaitForAnEndThatTheContainerWillNotWrite() {
		this.engine.shutdownTimeout = Duration.ofMinutes(1);
		this.engine.startThreads();
		TestClient client = unfinished("c1");
		client.transport().crash();
		this.engine.engine().broadcaster().broadcast("n", "1");
		await().until(() -> client.closeReasons().contains(SseCloseReason.FAILED));
		assertThat(drain()).succeedsWithin(Duration.ofSeconds(20));
	}

	@Test
	void aDrainWaitsForTheTimeoutAtMost() {
		this.engine.shutdownTimeout = Duration.ofMillis(50);
		this.engine.startThreads();
		unfinished("c1");
		assertThat(drain()).succeedsWithin(Duration.ofSeconds(20));
	}

	@Test
	void whatTheContainerHadNotWrittenBeforeTheStopIsNotWaitedForAfterAnotherStart() {
		this.engine.shutdownTimeout = Duration.ofMinutes(1);
		this.engine.startThreads();
		TestClient client = unfinished("c1");
		client.stream().complete();
		await().until(() -> client.transport().isCompleted());
		this.engine.engine().stop();
		this.engine.engine().start();
		assertThat(drain()).succeedsWithin(Duration.ofSeconds(20));
	}

	@Test
	void whoComesAsADrainBeginsIsAskedToEnd() {
		this.engine.startThreads();
		AtomicBoolean hasBegun = new AtomicBoolean();
		Thread request = Thread.currentThread();
		this.engine.beforeTime = () -> {
			if (Thread.currentThread() == request && hasBegun.compareAndSet(false, true)) {
				this.engine.engine().drain();
			}
		};
		TestClient client = this.engine.attach("c1");
		assertThat(hasBegun).isTrue();
		assertThat(client.stream().isOpen()).isFalse();
		assertThatExceptionOfType(NoRoomException.class).isThrownBy(() -> this.engine.attach("c2"))
			.satisfies((ex) -> assertThat(ex.getLimit()).isEqualTo(Limit.SHUTDOWN));
		client.stream().handlerReturned(true);
	}

	/**
	 * A stream at whose response the container stays at work.
	 */
	private TestClient unfinished(String clientId) {
		return joined(this.engine.attach(clientId, null, null, new FakeResponse(clientId).unfinished()));
	}

	private CompletableFuture<Void> drain() {
		return CompletableFuture.runAsync(this.engine.engine()::drain);
	}

	@Test
	void anAttachedMethodThatDoesNotSeeACloseIsInterruptedWhereThatIsAskedFor() throws Exception {
		this.engine.interrupt = Interrupt.ALWAYS;
		this.engine.shutdownTimeout = Duration.ofMillis(50);
		this.engine.startThreads();
		CountDownLatch attached = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		Thread handler = new Thread(() -> {
			this.engine.attach("c1").stream().open();
			attached.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
			}
		});
		handler.start();
		attached.await();
		this.engine.engine().broadcaster().close(SseAudience.client("c1"));
		assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
		handler.join(10_000);
	}

	@Test
	void anAttachedStreamGetsHeartbeatsWhileItsMethodThinks() {
		this.engine.heartbeat = Duration.ofMillis(40);
		this.engine.startThreads();
		TestClient client = this.engine.attach("c1");
		client.stream().open();
		this.engine.nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
		await().until(() -> client.text().endsWith("\n: \n"));
	}

	private TestClient join(String clientId) {
		return joined(this.engine.attach(clientId));
	}

	private static TestClient joined(TestClient client) {
		client.stream().join("a");
		client.returned();
		await().until(() -> client.text().contains("connected"));
		client.take();
		return client;
	}

}
