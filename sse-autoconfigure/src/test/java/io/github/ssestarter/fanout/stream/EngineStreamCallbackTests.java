package io.github.ssestarter.fanout.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStreamClosedEvent;
import io.github.ssestarter.SseStreamOpenedEvent;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the callbacks and application events of an {@link EngineStream}.
 */
class EngineStreamCallbackTests {

	private final TestEngine engine = new TestEngine();

	private final List<Runnable> tasks = new ArrayList<>();

	private final List<String> called = new ArrayList<>();

	@Test
	void theyRunOnTheExecutorInOrder() {
		this.engine.executor = this.tasks::add;
		TestClient client = this.engine.start().attach("c1");
		client.stream().onClose((reason) -> this.called.add("first " + reason));
		client.stream().onClose((reason) -> this.called.add("second " + reason));
		client.stream().open();
		client.stream().complete();
		assertThat(this.called).isEmpty();
		assertThat(this.engine.events).isEmpty();
		assertThat(this.tasks).hasSize(1);
		this.tasks.get(0).run();
		assertThat(this.called).containsExactly("first COMPLETED", "second COMPLETED");
		assertThat(this.engine.events).hasExactlyElementsOfTypes(SseStreamOpenedEvent.class,
				SseStreamClosedEvent.class);
	}

	@Test
	void onAnEndedStreamACallbackRunsAtOnce() {
		TestClient client = this.engine.start().attach("c1");
		client.stream().complete();
		client.stream().onClose((reason) -> this.called.add("late " + reason));
		assertThat(this.called).containsExactly("late COMPLETED");
	}

	@Test
	void theyAreCalledOnce() {
		TestClient client = this.engine.start().attach("c1").joined();
		client.stream().complete();
		this.engine.turn();
		client.transport().cut();
		this.engine.turn();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.COMPLETED);
		assertThat(this.engine.events).hasSize(2);
	}

	@Test
	void aCallbackThatFailsDoesNotKeepTheOthersFromRunning() {
		TestClient client = this.engine.start().attach("c1").joined();
		client.stream().onClose((reason) -> {
			throw new IllegalStateException("callback");
		});
		client.stream().onClose((reason) -> {
			throw new AssertionError("callback");
		});
		client.stream().onClose((reason) -> this.called.add("last"));
		client.stream().complete();
		this.engine.turn();
		assertThat(this.called).containsExactly("last");
		TestClient other = this.engine.attach("c2").joined();
		this.engine.broadcast("x");
		this.engine.turn();
		assertThat(other.takeData()).containsExactly("x");
	}

	@Test
	void whatAnExecutorRefusesIsCalledAllTheSame() {
		this.engine.applicationExecutor = (task) -> {
			throw new RejectedExecutionException("shutting down");
		};
		TestClient client = this.engine.start().attach("c1").joined();
		client.stream().complete();
		this.engine.turn();
		assertThat(client.transport().isCompleted()).isTrue();
		await().untilAsserted(() -> assertThat(client.closeReasons()).containsExactly(SseCloseReason.COMPLETED));
	}

	@Test
	void aStreamsCallbacksNeverRunAtTheSameTime() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		this.engine.executor = threads;
		EngineStream stream = this.engine.start().attach("c1").stream();
		AtomicInteger running = new AtomicInteger();
		List<Integer> order = new ArrayList<>();
		for (int i = 0; i < 1_000; i++) {
			int number = i;
			stream.onClose((reason) -> {
				if (running.incrementAndGet() == 1) {
					order.add(number);
				}
				running.decrementAndGet();
			});
			if (i == 500) {
				stream.complete();
			}
		}
		threads.shutdown();
		assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
		assertThat(order).hasSize(1_000).isSorted();
	}

}
