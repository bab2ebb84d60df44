package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for orders to close among the events of the log: they take nobody's replay, wait
 * as events do, and close who was there when they were given.
 */
@ExtendWith(OutputCaptureExtension.class)
class CloseOrderLogTests {

	private static final int ORDERS = 10_000;

	private final TestEngine engine = new TestEngine();

	@ParameterizedTest
	@ValueSource(ints = { 0, 1_000 })
	void aClientThatComesBackAfterManyOrdersGetsWhatItMissed(int farewellSize) {
		this.engine.start();
		this.engine.broadcast("1", "2", "3", "4", "5");
		this.engine.turn();
		closeOthers(farewellSize);
		TestClient client = this.engine.attach("c1", null, "#2");
		client.stream().join("a");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("3", "4", "5");
	}

	@Test
	void aClientThatLagsWhileManyOrdersAreGivenLosesNothing() {
		this.engine.writeTimeout = Duration.ofMinutes(5);
		TestClient client = this.engine.start().attach("c1").joined("a");
		client.transport().block();
		this.engine.broadcast("1", "2", "3");
		this.engine.turn();
		closeOthers(0);
		this.engine.broadcast("4");
		this.engine.turn();
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "2", "3", "4");
	}

	@Test
	void whoBeginsAtTheStartOfTheWindowGetsItWhateverWasClosedSince() {
		this.engine.start();
		this.engine.broadcast("1", "2", "3");
		this.engine.turn();
		closeOthers(0);
		TestClient newcomer = this.engine.attach("c1");
		newcomer.stream().join("a").fromStart();
		newcomer.returned();
		this.engine.turn();
		assertThat(newcomer.takeData()).containsExactly("1", "2", "3");
	}

	/**
	 * Gives orders for clients that are not there, not faster than the shards turn.
	 */
	private void closeOthers(int farewellSize) {
		for (int i = 0; i < ORDERS; i++) {
			if (!this.engine.shards().hasRoom()) {
				this.engine.turn();
			}
			SseAudience audience = SseAudience.client("other" + i);
			if (farewellSize > 0) {
				broadcaster().close(audience, SseEvent.of("x".repeat(farewellSize)));
			}
			else {
				broadcaster().close(audience);
			}
		}
		this.engine.turn();
	}

	@Test
	void anOrderWaitsForTheSlowestShardAsAnEventDoes() throws Exception {
		this.engine.maxEvents = 2;
		this.engine.publishTimeout = Duration.ofMinutes(1);
		TestClient client = this.engine.start().attach("c1").joined("a");
		this.engine.broadcast("1", "2");
		Thread publisher = new Thread(() -> broadcaster().close(SseAudience.client("c1")));
		publisher.start();
		await().atMost(Duration.ofSeconds(20))
			.until(() -> publisher.getState() == Thread.State.TIMED_WAITING || !publisher.isAlive());
		assertThat(publisher.isAlive()).as("The order waits").isTrue();
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			this.engine.turn();
			return !publisher.isAlive();
		});
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "2");
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
	}

	@Test
	void whenNoShardTurnsAnOrderIsDroppedAfterTheTimeoutAsAnEventIs(CapturedOutput output) {
		this.engine.maxEvents = 2;
		this.engine.publishTimeout = Duration.ofMillis(200);
		TestClient client = this.engine.start().attach("c1").joined("a");
		this.engine.broadcast("1", "2");
		long before = System.nanoTime();
		broadcaster().close(SseAudience.client("c1"));
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(this.engine.publishTimeout);
		assertThat(output).contains("dropped");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "2");
		assertThat(client.closeReasons()).isEmpty();
		broadcaster().close(SseAudience.client("c1"));
		this.engine.turn();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
		assertThat(output).contains("1 were dropped");
	}

	@Test
	void anOrderIsNotAnEventThatClientsHear() {
		TestClient client = this.engine.start().attach("c1").joined("a");
		TestClient closed = this.engine.attach("c2").joined("b");
		this.engine.send(SseAudience.topic("a"), "before");
		broadcaster().close(SseAudience.topic("b"), SseEvent.of("bye"));
		this.engine.send(SseAudience.topic("a"), "after");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("before", "after");
		assertThat(closed.takeData()).containsExactly("bye");
		TestClient back = this.engine.attach("c2", null, "#1");
		back.stream().join("a", "b");
		back.returned();
		this.engine.turn();
		assertThat(back.takeData()).containsExactly("after");
	}

	@Test
	void whoJoinsAfterTheOrderStaysThoughTheShardHasNotTurnedYet() {
		TestClient before = this.engine.start().attach("c1").joined("a");
		TestClient joins = this.engine.attach("c2").joined("b");
		TestClient newcomer = this.engine.attach("c3");
		broadcaster().close(SseAudience.topic("a"));
		joins.stream().join("a");
		newcomer.stream().join("a");
		newcomer.returned();
		this.engine.turn();
		assertThat(before.closeReasons()).containsExactly(SseCloseReason.CLOSED);
		assertThat(List.of(joins, newcomer)).allMatch((client) -> client.stream().isOpen());
		broadcaster().close(SseAudience.topic("a"));
		this.engine.turn();
		assertThat(List.of(joins, newcomer))
			.allSatisfy((client) -> assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED));
	}

	@Test
	void whoHadJoinedAtTheOrderIsClosedThoughItLeavesBeforeTheTurn() {
		TestClient client = this.engine.start().attach("c1").joined("a", "b");
		broadcaster().close(SseAudience.topic("a"));
		client.stream().leave("a");
		this.engine.turn();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
	}

	@Test
	void whoseClientComesBackAfterTheOrderIsNotClosedByIt() {
		TestClient before = this.engine.start().attach("c1").joined("a");
		broadcaster().close(SseAudience.client("c1"));
		TestClient after = this.engine.attach("c1");
		after.stream().join("a");
		after.returned();
		this.engine.turn();
		assertThat(before.closeReasons()).containsExactly(SseCloseReason.CLOSED);
		assertThat(after.closeReasons()).isEmpty();
	}

	@Test
	void ofSeveralOrdersEachStandsWhereItWasGiven() {
		TestClient first = this.engine.start().attach("c1").joined("a");
		TestClient second = this.engine.attach("c2").joined("a");
		TestClient third = this.engine.attach("c3").joined("a");
		this.engine.broadcast("1");
		broadcaster().close(SseAudience.client("c1"), SseEvent.of("bye"));
		this.engine.broadcast("2");
		broadcaster().close(SseAudience.client("c2"), SseEvent.of("bye"));
		this.engine.broadcast("3");
		this.engine.turn();
		assertThat(first.takeData()).containsExactly("1", "bye");
		assertThat(second.takeData()).containsExactly("1", "2", "bye");
		assertThat(third.takeData()).containsExactly("1", "2", "3");
	}

	@Test
	void anOrderFindsAnAttachedStreamByWhateverItHas() {
		this.engine.start();
		for (SseAudience audience : List.of(SseAudience.everyone(), SseAudience.topic("a"), SseAudience.user("alice"),
				SseAudience.client("c1"))) {
			TestClient client = this.engine.attach("c1", "alice", null);
			client.stream().join("a").open();
			TestClient other = this.engine.attach("c2", "bob", null);
			other.stream().join("b");
			broadcaster().close(audience.except(SseAudience.client("c2")));
			assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> client.stream().send("x"))
				.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.CLOSED));
			assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
			other.stream().send("x").complete();
		}
	}

	@Test
	void anOrderEndsAStreamThatLagsWithoutWaitingForWhatItMissed() {
		this.engine.writeTimeout = Duration.ofMinutes(5);
		TestClient client = this.engine.start().attach("c1").joined("a");
		client.transport().block();
		client.transport().allow(1);
		this.engine.broadcast("1", "2", "3");
		this.engine.turn();
		broadcaster().close(SseAudience.client("c1"), SseEvent.of("bye"));
		this.engine.broadcast("4");
		this.engine.turn();
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).last().isEqualTo("bye");
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
		assertThat(client.transport().isCompleted()).isTrue();
		assertThat(client.transport().violations()).isEmpty();
	}

	private SseBroadcaster broadcaster() {
		return this.engine.engine().broadcaster();
	}

	@Test
	void ordersThatConcernNobodyKeepNoEventFromASmallHistory() {
		this.engine.maxEvents = 4;
		TestClient client = this.engine.start().attach("c1").joined("a");
		for (int i = 0; i < 60; i++) {
			broadcaster().close(SseAudience.topic("nobody"));
		}
		this.engine.engine().broadcaster().send(SseAudience.topic("a"), SseEvent.of("1"));
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1");
	}

	@Test
	void topicsThatComeAndGoOnAQuietLogAreForgotten() {
		TestClient client = this.engine.start().attach("c1").joined("a");
		broadcaster().close(SseAudience.topic("nobody"));
		for (int i = 0; i < 10_000; i++) {
			client.stream().join("b").leave("b");
			client.stream().joinMatching("c/*").leave("c/*");
		}
		this.engine.turn();
		assertThat(client.stream().life().subscription().topics().open()).containsExactly("a");
		assertThat(this.engine.history().patterns().matching("c/1")).isEmpty();
		broadcaster().close(SseAudience.topic("b"));
		this.engine.send(SseAudience.topic("a", "b"), "1");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1");
	}

}
