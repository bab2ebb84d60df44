package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SsePublishException;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EngineBroadcaster}.
 */
@ExtendWith(OutputCaptureExtension.class)
class EngineBroadcasterTests {

	private final TestEngine engine = new TestEngine();

	@Test
	void whatIsBroadcastIsFormattedOnceForAll() {
		SseBroadcaster broadcaster = start();
		TestClient one = this.engine.attach("c1").joined();
		TestClient two = this.engine.attach("c2").joined();
		broadcaster.broadcast("tick", Map.of("a", 1));
		broadcaster.send(SseAudience.client("c2"), "mine", "x");
		this.engine.turn();
		assertThat(one.take()).isEqualTo("event: tick\ndata: {\"a\":1}\nid: #1\n\n");
		assertThat(two.take()).isEqualTo("event: tick\ndata: {\"a\":1}\nid: #1\n\nevent: mine\ndata: x\nid: #2\n\n");
	}

	@Test
	void publishTellsTheId() throws Exception {
		SseBroadcaster broadcaster = start();
		TestClient client = this.engine.attach("c1").joined();
		String id = broadcaster.publish(SseAudience.everyone(), SseEvent.of("x")).get();
		this.engine.turn();
		assertThat(client.transport().text()).endsWith("data: x\nid: " + id + "\n\n");
	}

	@Test
	void tooWideAnAudienceIsRefusedByAll() {
		this.engine.widestAudience = SseAudience.Kind.USER;
		SseBroadcaster broadcaster = start();
		refused("sse.publish.widest-audience", () -> broadcaster.broadcast("tick", "x"));
		refused("topic(a)", () -> broadcaster.send(SseAudience.topic("a"), SseEvent.of("x")));
		refused("(USER)", () -> broadcaster.publish(SseAudience.everyone(), SseEvent.of("x")));
		broadcaster.send(SseAudience.user("alice"), SseEvent.of("x"));
		broadcaster.send(SseAudience.topic("a").and(SseAudience.client("c")), SseEvent.of("x"));
	}

	@Test
	void whatCannotBeSentToAnyoneIsThrownAtTheCallerByAll() {
		SseBroadcaster broadcaster = start();
		TestClient client = this.engine.attach("c1").joined();
		List<Object> endless = new ArrayList<>();
		endless.add(endless);
		for (SseEvent event : new SseEvent[] { SseEvent.of("x").id(""), SseEvent.of("x").id("1-2.abcdef"),
				SseEvent.of("x".repeat(100_001)), SseEvent.of(endless) }) {
			refused("", () -> broadcaster.broadcast(event));
			refused("", () -> broadcaster.send(SseAudience.client("c1"), event));
			refused("", () -> broadcaster.publish(SseAudience.client("c1"), event));
		}
		refused("empty id", () -> broadcaster.broadcast(SseEvent.idOnly("")));
		refused("1-2.abcdef", () -> broadcaster.broadcast(SseEvent.idOnly("1-2.abcdef")));
		refused("sse.event.max-size", () -> broadcaster.broadcast("x", "x".repeat(100_001)));
		this.engine.turn();
		assertThat(client.take()).isEmpty();
	}

	@Test
	void aTopicThatIsTooLongIsThrownAtTheCallerByAll() {
		SseBroadcaster broadcaster = start();
		SseAudience audience = SseAudience.topic("x".repeat(21));
		refused("sse.limits.max-topic-length (20)", () -> broadcaster.send(audience, SseEvent.of("x")));
		refused("sse.limits.max-topic-length (20)", () -> broadcaster.publish(audience, SseEvent.of("x")));
		refused("sse.limits.max-topic-length (20)", () -> broadcaster.close(audience));
		refused("sse.limits.max-topic-length (20)", () -> broadcaster.close(audience, SseEvent.of("bye")));
		broadcaster.close(SseAudience.client("x".repeat(21)));
	}

	@Test
	void norMayATopicBeTooLongThatOnlyNarrowsAnAudience() {
		SseBroadcaster broadcaster = start();
		SseAudience all = SseAudience.everyone();
		SseAudience tooLong = SseAudience.topic("x".repeat(21));
		for (SseAudience audience : List.of(all.except(tooLong), SseAudience.user("ann").and(tooLong),
				SseAudience.topic("a").and(SseAudience.topic("b").except(tooLong)))) {
			refused("sse.limits.max-topic-length (20)", () -> broadcaster.send(audience, SseEvent.of("x")));
			refused("sse.limits.max-topic-length (20)", () -> broadcaster.publish(audience, SseEvent.of("x")));
			refused("sse.limits.max-topic-length (20)", () -> broadcaster.close(audience));
		}
	}

	@Test
	void whenNoShardTurnsAnEventIsDroppedWholeAfterTheTimeout(CapturedOutput output) {
		this.engine.publishTimeout = Duration.ofMillis(500);
		this.engine.maxEvents = 8;
		this.engine.threads = 2;
		SseBroadcaster broadcaster = start();
		TestClient client = this.engine.attach("c1").joined();
		for (int i = 1; i <= 8; i++) {
			long before = System.nanoTime();
			broadcaster.broadcast("n", i);
			Duration took = Duration.ofNanos(System.nanoTime() - before);
			if (i <= 5) {
				assertThat(took).isLessThan(this.engine.publishTimeout);
			}
			else {
				assertThat(took).isGreaterThanOrEqualTo(this.engine.publishTimeout);
			}
		}
		assertThat(output.toString().split("An event was dropped", -1)).hasSize(2);
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "2", "3", "4", "5");
		broadcaster.broadcast("n", 9);
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("9");
		assertThat(output).contains("3 were dropped");
		assertThat(output.toString().split("were dropped", -1)).hasSize(2);
	}

	@Test
	void eachOutageIsLoggedOnce(CapturedOutput output) {
		this.engine.maxEvents = 2;
		SseBroadcaster broadcaster = start();
		for (int outage = 0; outage < 3; outage++) {
			broadcaster.broadcast("n", 1);
			broadcaster.broadcast("n", 2);
			broadcaster.broadcast("n", 3);
			broadcaster.broadcast("n", 4);
			this.engine.turn();
		}
		assertThat(output.toString().split("An event was dropped", -1)).hasSize(4);
	}

	@Test
	void theBacklogIsBoundedInBytesToo() {
		this.engine.maxBytes = 1_000;
		SseBroadcaster broadcaster = start();
		TestClient client = this.engine.attach("c1").joined();
		broadcaster.broadcast("n", "x".repeat(600));
		broadcaster.broadcast("n", "dropped");
		this.engine.turn();
		broadcaster.broadcast("n", "accepted");
		this.engine.turn();
		assertThat(client.takeData()).hasSize(2).last().isEqualTo("accepted");
	}

	@Test
	void aWaitingPublisherGoesOnWhenTheShardDoes() throws Exception {
		this.engine.maxEvents = 2;
		this.engine.publishTimeout = Duration.ofMinutes(1);
		SseBroadcaster broadcaster = start();
		TestClient client = this.engine.attach("c1").joined();
		this.engine.broadcast("1", "2");
		CountDownLatch begun = new CountDownLatch(1);
		ExecutorService thread = Executors.newSingleThreadExecutor();
		Future<?> publisher = thread.submit(() -> {
			begun.countDown();
			broadcaster.broadcast("n", "3");
		});
		begun.await();
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			this.engine.turn();
			return publisher.isDone();
		});
		thread.shutdown();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "2", "3");
	}

	@Test
	void publishNeverWaitsAndTellsWhatBecameOfIt() {
		this.engine.maxEvents = 2;
		this.engine.publishTimeout = Duration.ofMinutes(1);
		SseBroadcaster broadcaster = start();
		TestClient client = this.engine.attach("c1").joined();
		this.engine.broadcast("1", "2");
		CompletableFuture<String> future = broadcaster.publish(SseAudience.everyone(), SseEvent.of("3"));
		assertThat(future).isDone()
			.failsWithin(1, TimeUnit.SECONDS)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(SsePublishException.class)
			.withMessageContaining("backlog");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "2");
	}

	@Test
	void whenTheBackplaneStopsBroadcastDropsAndPublishTells(CapturedOutput output) {
		SseBroadcaster broadcaster = start();
		this.engine.backplane().stop();
		broadcaster.broadcast("n", 1);
		broadcaster.broadcast("n", 2);
		assertThat(output.toString().split("An event was dropped", -1)).hasSize(2);
		assertThat(broadcaster.publish(SseAudience.everyone(), SseEvent.of("x"))).isCompletedExceptionally();
	}

	@Test
	void whenTheEngineIsStoppedEventsAreDroppedWithoutAWord(CapturedOutput output) {
		SseBroadcaster broadcaster = start();
		this.engine.engine().stop();
		broadcaster.broadcast("n", 1);
		assertThat(output).doesNotContain("dropped");
		assertThat(broadcaster.publish(SseAudience.everyone(), SseEvent.of("x"))).isCompletedExceptionally();
	}

	@Test
	void itCountsJoinedStreamsOfThisNode() {
		SseBroadcaster broadcaster = start();
		this.engine.attach("c1", "alice", null).joined("a");
		this.engine.attach("c2", "bob", null).joined("a", "b");
		this.engine.attach("c3").stream().join("a");
		assertThat(broadcaster.connectedCount()).isEqualTo(2);
		assertThat(broadcaster.connectedCount(SseAudience.topic("b"))).isOne();
		assertThat(broadcaster.connectedCount(SseAudience.user("alice"))).isOne();
		assertThat(broadcaster.connectedCount(SseAudience.topic("c"))).isZero();
	}

	private SseBroadcaster start() {
		return this.engine.start().engine().broadcaster();
	}

	private static void refused(String message, ThrowingCallable call) {
		assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(message);
	}

}
