package io.github.ssestarter.fanout.stream;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.fanout.shard.ShardsInside;
import io.github.ssestarter.fanout.testsupport.FakeTransport;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for an {@link EngineStream} after its controller method has returned.
 */
class EngineStreamDetachedTests {

	private final TestEngine engine = new TestEngine().start();

	private final TestClient client = this.engine.attach("c1", "alice", null);

	private final EngineStream stream = this.client.stream();

	@AfterEach
	void nothingWasDoneThatMustNotBe() {
		FakeTransport transport = this.client.response().transport();
		assertThat((transport != null) ? transport.violations() : List.of()).isEmpty();
	}

	@Test
	void itHearsWhatIsForItAndNothingElse() {
		this.client.joined("a");
		for (SseAudience audience : List.of(SseAudience.everyone(), SseAudience.topic("a"), SseAudience.topic("b"),
				SseAudience.topic("b", "a"), SseAudience.user("alice"), SseAudience.user("bob"),
				SseAudience.client("c1"), SseAudience.client("c2"),
				SseAudience.everyone().except(SseAudience.user("alice")),
				SseAudience.topic("a").and(SseAudience.user("alice")))) {
			this.engine.send(audience, audience.toString());
		}
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("everyone", "topic(a)", "topic(a, b)", "user(alice)",
				"client(c1)", "(topic(a) and user(alice))");
	}

	@Test
	void aStreamThatIsOnlyKeptIsReachedByItsClientIdAlone() {
		this.stream.keepOpen();
		this.client.returned();
		this.engine.turn();
		this.engine.broadcast("everyone");
		this.engine.send(SseAudience.user("alice"), "user");
		this.engine.send(SseAudience.client("c1"), "client");
		this.stream.send("direct");
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("client", "direct");
		assertThat(this.engine.engine().broadcaster().connectedCount()).isZero();
		assertThat(this.engine.engine().broadcaster().connectedCount(SseAudience.client("c1"))).isOne();
	}

	@Test
	void whatWaitsLeavesInOneWriteWithOneFlush() {
		this.client.joined();
		this.engine.broadcast("1", "2", "3");
		this.stream.send("4");
		int flushes = this.client.transport().flushes();
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("1", "2", "3", "4");
		assertThat(this.client.transport().writes()).hasSize(2);
		assertThat(this.client.transport().flushes()).isEqualTo(flushes + 1);
	}

	@Test
	void aDirectSendLeavesAfterWhatWasPublishedBeforeAndBeforeWhatWasAfter() {
		this.client.joined();
		this.engine.broadcast("1");
		this.stream.send("2").send("3");
		this.engine.broadcast("4");
		this.stream.send("5");
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("1", "2", "3", "4", "5");
	}

	@Test
	void theOrderIsTheSameForAStreamThatLags() {
		this.client.joined();
		this.client.transport().block();
		this.engine.broadcast("1");
		this.engine.turn();
		this.stream.send("2");
		this.engine.broadcast("3");
		this.engine.turn();
		this.stream.send("4");
		this.client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("1", "2", "3", "4");
	}

	@Test
	void aDirectSendDuringATurnIsNotForgotten() {
		this.client.joined("a");
		TestClient other = this.engine.attach("c2").joined("a");
		other.stream().onClose((reason) -> {
			this.engine.send(SseAudience.topic("other"), "x");
			this.stream.send("second");
		});
		other.transport().cut();
		this.stream.send("first");
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("first", "second");
	}

	@Test
	void aTopicIsHeardFromTheJoinOn() {
		this.client.joined("a");
		this.engine.send(SseAudience.topic("b"), "1");
		this.stream.join("b");
		this.engine.send(SseAudience.topic("b"), "2");
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("2");
	}

	@Test
	void aTopicJoinedOnALaggingStreamIsNotReplayed() {
		this.client.joined("a");
		this.client.transport().block();
		this.engine.send(SseAudience.topic("a"), "1");
		this.engine.send(SseAudience.topic("b"), "2");
		this.engine.turn();
		this.stream.join("b");
		this.engine.send(SseAudience.topic("b"), "3");
		this.engine.turn();
		this.client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("1", "3");
	}

	@Test
	void whatWasDueBeforeALeaveIsStillSent() {
		this.client.joined("a");
		this.engine.send(SseAudience.topic("a"), "1");
		this.stream.leave("a");
		this.engine.send(SseAudience.topic("a"), "2");
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("1");
	}

	@Test
	void whatWasDueBeforeALeaveIsStillSentToOneThatCannotTakeItYet() {
		this.client.joined("a");
		this.client.transport().block();
		this.engine.send(SseAudience.topic("a"), "1");
		this.stream.leave("a");
		this.engine.nanoTime.addAndGet(2_000_000_000L);
		this.engine.turn();
		this.engine.send(SseAudience.topic("a"), "2");
		this.engine.turn();
		this.client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("1");
	}

	@Test
	void aTopicCanBeLeftAndJoinedAgain() {
		this.client.joined("a");
		this.client.transport().block();
		for (int i = 0; i < 3; i++) {
			this.engine.send(SseAudience.topic("a"), "heard " + i);
			this.stream.leave("a", "never");
			this.engine.send(SseAudience.topic("a"), "not heard");
			this.engine.turn();
			this.stream.join("a");
		}
		this.client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("heard 0", "heard 1", "heard 2");
	}

	@Test
	void aStreamHasSoManyTopicsAtMost() {
		this.client.joined("a", "b");
		assertThatIllegalArgumentException().isThrownBy(() -> this.stream.join("c", "d"))
			.withMessageContaining("sse.limits.max-topics-per-stream (3)");
		this.engine.send(SseAudience.topic("c"), "not heard");
		this.stream.join("c");
		this.stream.leave("a").join("d");
		this.engine.send(SseAudience.topic("c", "d"), "heard");
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("heard");
	}

	@Test
	void aTopicThatIsNotANameOrTooLongIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.stream.join("a*"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.stream.join("x".repeat(21)))
			.withMessageContaining("sse.limits.max-topic-length (20)");
		assertThatIllegalArgumentException().isThrownBy(() -> this.stream.joinMatching("x".repeat(20) + "*"))
			.withMessageContaining("sse.limits.max-topic-length (20)");
		assertThatIllegalArgumentException().isThrownBy(() -> this.stream.joinMatching("a/{"))
			.withMessageContaining("'a/{'");
		assertThat(this.stream.handlerReturned(true)).isFalse();
	}

	@Test
	void aTopicMayBeAsLongAsTheLimit() {
		this.client.joined("x".repeat(20));
		this.engine.send(SseAudience.topic("x".repeat(20)), "heard");
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("heard");
	}

	@Test
	void whoMayNotJoinIsForbidden() {
		TestEngine engine = new TestEngine();
		engine.authorizer = (principal, topic) -> principal != null && topic.equals("mine");
		TestClient client = engine.start().attach("c1", "alice", null);
		client.stream().join("mine");
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> client.stream().join("mine", "other"))
			.withMessageContaining("'other'")
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.FORBIDDEN));
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> engine.attach("c2").stream().join("mine"));
	}

	@Test
	void aClientThatDoesNotKeepUpIsSlow() {
		this.stream.keepOpen();
		this.client.returned();
		this.engine.turn();
		this.client.transport().block();
		String data = "x".repeat(400);
		this.stream.send(data).send(data);
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> this.stream.send(data))
			.withMessageContaining("sse.stream.buffer-size")
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.SLOW));
		assertThat(this.stream.isOpen()).isFalse();
		this.engine.turn();
		this.client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(this.client.closeReasons()).containsExactly(SseCloseReason.SLOW);
		assertThat(this.client.transport().isCompleted()).isTrue();
	}

	@Test
	void anEventLargerThanTheWholeQueueGoesIntoAnEmptyOne() {
		this.stream.keepOpen();
		this.client.returned();
		this.stream.send("x".repeat(20_000));
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("x".repeat(20_000));
	}

	@Test
	void completeComesAfterWhatWasSentBefore() {
		this.client.joined();
		this.engine.broadcast("1");
		this.stream.send("2");
		this.stream.complete();
		assertThat(this.stream.isOpen()).isFalse();
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> this.stream.send("3"));
		this.engine.broadcast("4");
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("1", "2");
		assertThat(this.client.transport().isCompleted()).isTrue();
		assertThat(this.client.closeReasons()).containsExactly(SseCloseReason.COMPLETED);
	}

	@Test
	void aGoneClientEndsTheStream() {
		this.client.joined();
		this.client.transport().cut();
		this.engine.turn();
		assertThat(this.client.closeReasons()).containsExactly(SseCloseReason.CLIENT_GONE);
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> this.stream.send("x"));
		this.engine.broadcast("y");
		this.engine.turn();
	}

	@Test
	void aFailedWriteEndsTheStream() {
		this.client.joined();
		this.client.transport().fail();
		this.engine.broadcast("x");
		this.engine.turn();
		assertThat(this.client.closeReasons()).containsExactly(SseCloseReason.CLIENT_GONE);
		assertThat(ShardsInside.connections(this.engine.shards())).isZero();
	}

	@Test
	void aLongReplayLeavesOthersTheirTurn() {
		String data = "x".repeat(1_000);
		for (int i = 0; i < 90; i++) {
			this.engine.broadcast(data + i);
			this.engine.turn();
		}
		TestClient newcomer = this.engine.attach("c2");
		newcomer.stream().join().fromStart();
		newcomer.returned();
		ShardsInside.turnOnce(this.engine.shards(), 0);
		assertThat(newcomer.transport().writes()).hasSizeBetween(8, 10);
		this.engine.turn();
		assertThat(newcomer.takeData()).hasSize(90);
	}

	@Test
	void nothingIsLostIfAStreamIsNotReadyInTheTurnAfterALongWrite() {
		this.client.joined();
		String data = "x".repeat(2_000);
		for (int i = 0; i < 45; i++) {
			this.engine.broadcast(data + i);
		}
		ShardsInside.turnOnce(this.engine.shards(), 0);
		this.client.transport().block();
		this.engine.broadcast("last");
		this.engine.turn();
		this.client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(this.client.takeData()).hasSize(46).last().isEqualTo("last");
	}

	@Test
	void whatItsBeginningMaySettleIsSettled() {
		this.client.joined();
		assertThatIllegalStateException().isThrownBy(this.stream::fromStart);
		assertThatIllegalStateException().isThrownBy(this.stream::noContent).withMessageContaining("committed");
		assertThat(this.stream.open()).isSameAs(this.stream);
	}

	@Test
	void aResponseThatCannotDetachEndsTheStream() {
		this.client.response().failToDetach(new IllegalStateException("async is not supported"));
		this.stream.join();
		assertThatIllegalStateException().isThrownBy(this.client::returned);
		assertThat(this.client.closeReasons()).containsExactly(SseCloseReason.FAILED);
	}

	@Test
	void aTopicThatWasLeftIsForgottenOnceAllOfItIsTaken() {
		TestEngine engine = new TestEngine().start();
		TestClient client = engine.attach("c1").joined("a", "b");
		client.transport().block();
		engine.send(SseAudience.topic("b"), "1");
		client.stream().leave("b");
		engine.turn();
		assertThat(client.stream().life().subscription().topics().hasLeft()).isTrue();
		client.transport().allow(Long.MAX_VALUE);
		engine.turn();
		assertThat(client.takeData()).containsExactly("1");
		assertThat(client.stream().life().subscription().topics().hasLeft()).isFalse();
		engine.send(SseAudience.topic("b"), "2");
		engine.send(SseAudience.topic("a"), "3");
		client.stream().leave("a");
		engine.turn();
		assertThat(client.takeData()).containsExactly("3");
		assertThat(client.stream().life().subscription().topics().hasLeft()).isFalse();
	}

}
