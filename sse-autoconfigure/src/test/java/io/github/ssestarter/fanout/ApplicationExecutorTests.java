package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.stream.EngineStream;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An engine whose application has an executor of its own, of any kind.
 */
@ExtendWith(OutputCaptureExtension.class)
class ApplicationExecutorTests {

	private final TestEngine engine = new TestEngine();

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.release.countDown();
		this.engine.engine().stop();
	}

	private void start(Executor executor) {
		this.engine.applicationExecutor = executor;
		this.engine.startThreads();
	}

	private TestClient join(String clientId) {
		TestClient client = this.engine.attach(clientId);
		client.stream().join("a");
		client.returned();
		await().until(() -> client.text().contains("connected"));
		return client;
	}

	private void waitForRelease() {
		try {
			this.release.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void aSlowCallbackIsNotRunOnAShardThoughTheExecutorRunsItOnItsCaller() {
		start(Runnable::run);
		TestClient slow = join("slow");
		TestClient other = join("other");
		CountDownLatch begun = new CountDownLatch(1);
		slow.stream().onClose((reason) -> {
			begun.countDown();
			waitForRelease();
		});
		slow.transport().cut();
		await().until(() -> begun.getCount() == 0);
		this.engine.broadcast("x");
		await().until(() -> other.text().contains("data: x\n"));
	}

	@Test
	void twoStreamsWhoseCallbacksSendToEachOtherBothEnd() throws Exception {
		start(Runnable::run);
		CyclicBarrier both = new CyclicBarrier(2);
		EngineStream one = this.engine.attach("c1").stream();
		EngineStream two = this.engine.attach("c2").stream();
		sendAtTheEnd(one, two, both);
		sendAtTheEnd(two, one, both);
		List<Thread> threads = Stream.of(one, two).map((stream) -> new Thread(() -> {
			stream.send("x");
			stream.handlerReturned(false);
		})).toList();
		threads.forEach((thread) -> {
			thread.setDaemon(true);
			thread.start();
		});
		for (Thread thread : threads) {
			thread.join(5_000);
		}
		assertThat(threads).noneMatch(Thread::isAlive);
	}

	private static void sendAtTheEnd(EngineStream stream, EngineStream other, CyclicBarrier both) {
		stream.onClose((reason) -> {
			try {
				both.await(5, TimeUnit.SECONDS);
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
			other.send("from the other");
		});
	}

	@Test
	void aSlowAnswerOfTheAuthorizerIsNotWaitedForOnAShard() {
		this.engine.authorizer = (principal, topic) -> {
			if (topic.equals("orders/1")) {
				waitForRelease();
			}
			return true;
		};
		start(Runnable::run);
		TestClient asks = this.engine.attach("asks");
		asks.stream().joinMatching("orders/*");
		asks.returned();
		TestClient other = join("other");
		this.engine.send(SseAudience.topic("orders/1"), "one");
		this.engine.broadcast("x");
		await().until(() -> other.text().contains("data: x\n"));
		this.release.countDown();
		await().until(() -> asks.text().contains("data: one\n"));
	}

	static Stream<Consumer<Runnable>> hostile() {
		return Stream.of((task) -> {
			throw new RejectedExecutionException("full");
		}, (task) -> {
			throw new InternalError("unable to create native thread");
		}, Runnable::run, (task) -> {
			// As ThreadPoolExecutor.DiscardPolicy
		});
	}

	@ParameterizedTest
	@MethodSource("hostile")
	void whatTheExecutorDoesNotTakeIsRunAllTheSameAndToldOnce(Consumer<Runnable> executor, CapturedOutput output) {
		start(executor::accept);
		List<TestClient> clients = Stream.of("c1", "c2", "c3").map(this::join).toList();
		clients.forEach((client) -> client.stream().complete());
		assertThat(clients).allSatisfy((client) -> await()
			.untilAsserted(() -> assertThat(client.closeReasons()).containsExactly(SseCloseReason.COMPLETED)));
		assertThat(output).containsOnlyOnce("The bean sseTaskExecutor");
	}

	@Test
	void anExecutorThatMakesItsCallerWaitHoldsNothingUp() {
		start((task) -> waitForRelease());
		TestClient client = join("c1");
		client.transport().cut();
		await().untilAsserted(() -> assertThat(client.closeReasons()).hasSize(1));
	}

	@Test
	void anExecutorThatMakesItsCallersWaitHoldsNothingUpHoweverManyThereAre() {
		AtomicInteger waiting = new AtomicInteger();
		start((task) -> {
			waiting.incrementAndGet();
			waitForRelease();
		});
		List<TestClient> clients = IntStream.range(0, 50).mapToObj((i) -> this.engine.attach("c" + i)).toList();
		clients.forEach((client) -> client.stream().complete());
		await().until(() -> clients.stream().allMatch((client) -> client.closeReasons().size() == 1));
		assertThat(waiting).hasValueLessThanOrEqualTo(8);
	}

	@Test
	void manyCallbacksThatAreThrownAwayAreSoonRunAllTheSame() {
		start((task) -> {
			// As ThreadPoolExecutor.DiscardPolicy
		});
		List<TestClient> clients = IntStream.range(0, 200).mapToObj((i) -> this.engine.attach("c" + i)).toList();
		clients.forEach((client) -> client.stream().complete());
		await().until(() -> clients.stream().allMatch((client) -> client.closeReasons().size() == 1));
	}

	@Test
	void aCallbackRunByItsCallerIsNotInterrupted() {
		AtomicBoolean isInterrupted = new AtomicBoolean();
		start((task) -> {
			waitForRelease();
			task.run();
		});
		TestClient client = this.engine.attach("c1");
		client.stream().onClose((reason) -> isInterrupted.set(Thread.currentThread().isInterrupted()));
		client.stream().complete();
		await().untilAsserted(() -> assertThat(client.closeReasons()).hasSize(1));
		assertThat(isInterrupted).isFalse();
	}

	@Test
	void aCallbackThatStopsTheEngineDoesNotWaitForItself() {
		this.engine.shutdownTimeout = Duration.ofMinutes(1);
		start((task) -> new Thread(task).start());
		AtomicBoolean isStopped = new AtomicBoolean();
		EngineStream stream = this.engine.attach("c1").stream();
		stream.onClose((reason) -> {
			this.engine.engine().stop();
			isStopped.set(true);
		});
		stream.complete();
		await().untilTrue(isStopped);
	}

	@Test
	void aThousandClosingsAtOnceTakeAFewThreads() {
		AtomicInteger threads = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		start((task) -> {
			Thread thread = new Thread(() -> {
				most.accumulateAndGet(threads.incrementAndGet(), Math::max);
				try {
					task.run();
				}
				finally {
					threads.decrementAndGet();
				}
			});
			thread.start();
		});
		AtomicInteger closed = new AtomicInteger();
		for (int i = 0; i < 1_000; i++) {
			EngineStream stream = this.engine.attach("c" + i).stream();
			stream.onClose((reason) -> {
				waitForRelease();
				closed.incrementAndGet();
			});
			stream.complete();
		}
		await().until(() -> threads.get() >= 8);
		this.release.countDown();
		await().until(() -> closed.get() == 1_000);
		assertThat(most.get()).isLessThanOrEqualTo(8);
	}

	@Test
	void theAuthorizerIsAskedThoughAllCallbacksAreSlow() {
		this.engine.authorizer = (principal, topic) -> true;
		Queue<Runnable> never = new ConcurrentLinkedQueue<>();
		AtomicInteger threads = new AtomicInteger();
		start((task) -> {
			if (threads.incrementAndGet() <= 8) {
				new Thread(task).start();
			}
			else {
				never.add(task);
			}
		});
		for (int i = 0; i < 20; i++) {
			EngineStream stream = this.engine.attach("slow" + i).stream();
			stream.onClose((reason) -> waitForRelease());
			stream.complete();
		}
		TestClient asks = this.engine.attach("asks");
		asks.stream().joinMatching("orders/*");
		asks.returned();
		await().until(() -> asks.text().contains("connected"));
		this.engine.send(SseAudience.topic("orders/1"), "one");
		await().until(() -> asks.text().contains("data: one\n"));
	}

	@Test
	void aStopWaitsForCallbacksWhateverTheExecutorDoesAndAnotherStartGoesOn() {
		start((task) -> {
			// As ThreadPoolExecutor.CallerRunsPolicy, once it is shut down
		});
		TestClient before = join("c1");
		this.engine.engine().stop();
		assertThat(before.closeReasons()).containsExactly(SseCloseReason.SHUTDOWN);
		this.engine.engine().start();
		TestClient after = join("c1");
		this.engine.engine().stop();
		assertThat(after.closeReasons()).containsExactly(SseCloseReason.SHUTDOWN);
	}

	@Test
	void aStopDoesNotWaitForEverAndLeavesNoThreadOfOurs() {
		this.engine.shutdownTimeout = Duration.ofMillis(200);
		start((task) -> {
			throw new RejectedExecutionException("full");
		});
		TestClient client = join("c1");
		AtomicReference<Thread> thread = new AtomicReference<>();
		client.stream().onClose((reason) -> {
			thread.set(Thread.currentThread());
			waitForRelease();
		});
		client.stream().complete();
		await().until(() -> thread.get() != null);
		this.engine.engine().stop();
		await().until(() -> !thread.get().isAlive());
		assertThat(this.release.getCount()).isOne();
		assertThat(thread.get().getName()).startsWith("sse-callback-");
	}

}
