package io.github.ssestarter.fanout.hearing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseTopicActiveEvent;
import io.github.ssestarter.SseTopicIdleEvent;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the application is told of topics.
 */
class TopicCountsTests {

	private static final int ROUNDS = 2_000;

	private final TestEngine engine = new TestEngine();

	@Test
	void theFirstJoinAndTheLastLeaveAreTold() {
		this.engine.start();
		TestClient one = this.engine.attach("c1");
		one.stream().join("a", "b");
		TestClient two = this.engine.attach("c2");
		two.stream().join("a").joinMatching("x/*");
		assertThat(told()).containsExactlyInAnyOrder(new SseTopicActiveEvent("a"), new SseTopicActiveEvent("b"),
				new SseTopicActiveEvent("x/*"));
		this.engine.topicEvents.clear();
		one.returned();
		two.returned();
		one.stream().leave("a").leave("b").leave("b");
		assertThat(told()).containsExactly(new SseTopicIdleEvent("b"));
		two.stream().complete();
		this.engine.turn();
		assertThat(told()).containsExactlyInAnyOrder(new SseTopicIdleEvent("b"), new SseTopicIdleEvent("a"),
				new SseTopicIdleEvent("x/*"));
	}

	@Test
	void aTopicJoinedAgainIsActiveAgain() {
		this.engine.start();
		TestClient client = this.engine.attach("c1");
		client.stream().join("a");
		client.returned();
		client.stream().leave("a").join("a");
		assertThat(told()).containsExactly(new SseTopicActiveEvent("a"), new SseTopicIdleEvent("a"),
				new SseTopicActiveEvent("a"));
	}

	@Test
	void aMethodThatFailsAfterItsJoinLeaves() {
		this.engine.start();
		TestClient client = this.engine.attach("c1");
		client.stream().join("a");
		client.stream().handlerReturned(false);
		assertThat(told()).containsExactly(new SseTopicActiveEvent("a"), new SseTopicIdleEvent("a"));
	}

	@Test
	void manyAtOnceLeaveACountThatIsRight() throws Exception {
		ExecutorService callbacks = Executors.newFixedThreadPool(2);
		ExecutorService executor = Executors.newFixedThreadPool(2);
		try {
			this.engine.executor = callbacks;
			this.engine.start();
			AtomicInteger number = new AtomicInteger();
			List<Future<?>> all = new ArrayList<>();
			for (int i = 0; i < 2; i++) {
				all.add(executor.submit(() -> {
					for (int j = 0; j < ROUNDS; j++) {
						TestClient client = this.engine.attach("c" + number.getAndIncrement());
						client.stream().join("a");
						client.stream().handlerReturned(false);
					}
				}));
			}
			for (Future<?> one : all) {
				one.get(30, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdown();
			callbacks.shutdown();
			assertThat(callbacks.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
		}
		List<Object> told = told();
		assertThat(told).hasSizeGreaterThan(1);
		for (int i = 0; i < told.size(); i++) {
			assertThat(told.get(i)).isInstanceOf((i % 2 == 0) ? SseTopicActiveEvent.class : SseTopicIdleEvent.class);
		}
		assertThat(told.size() % 2).isZero();
		assertThat(this.engine.topics().topics()).isEmpty();
	}

	@Test
	void whatAListenerIsTooSlowForIsBoundedByTopicsAndNotByEvents() {
		Queue<Runnable> tasks = new ArrayDeque<>();
		this.engine.executor = tasks::add;
		this.engine.start();
		TopicCounts topics = this.engine.topics();
		topics.joined(Set.of("kept", "left later"));
		topics.tell();
		tasks.remove().run();
		this.engine.topicEvents.clear();
		AtomicBoolean isSlow = new AtomicBoolean(true);
		this.engine.applicationEvents = (event) -> {
			if (isSlow.compareAndSet(true, false)) {
				comeAndGo(topics);
				topics.left(Set.of("left later"));
				topics.joined(Set.of("new"));
				topics.left(Set.of("first"));
				topics.joined(Set.of("first"));
				topics.tell();
			}
		};
		topics.joined(Set.of("first"));
		topics.tell();
		tasks.remove().run();
		assertThat(tasks).isEmpty();
		assertThat(told()).containsExactly(new SseTopicActiveEvent("first"), new SseTopicIdleEvent("left later"),
				new SseTopicActiveEvent("new"));
		assertThat(topics.topics()).containsExactly("first", "kept", "new");
	}

	@Test
	void aListenerThatFailsIsToldOfTheOtherTopics() {
		List<Runnable> tasks = new ArrayList<>();
		this.engine.executor = tasks::add;
		this.engine.applicationEvents = (event) -> {
			throw new IllegalStateException("the listener's fault");
		};
		this.engine.start();
		this.engine.topics().joined(List.of("a", "b"));
		this.engine.topics().tell();
		tasks.forEach(Runnable::run);
		assertThat(told()).containsExactly(new SseTopicActiveEvent("a"), new SseTopicActiveEvent("b"));
	}

	private static void comeAndGo(TopicCounts topics) {
		for (int i = 0; i < 100_000; i++) {
			topics.joined(Set.of("t" + i));
			topics.tell();
			topics.left(Set.of("t" + i));
			topics.tell();
		}
	}

	private List<Object> told() {
		return List.copyOf(this.engine.topicEvents);
	}

}
