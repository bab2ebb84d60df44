package io.github.ssestarter.fanout.stream;

import java.security.Principal;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.fanout.shard.Frames.HeartbeatMode;
import io.github.ssestarter.fanout.shard.ShardsInside;
import io.github.ssestarter.fanout.shard.StreamOptions;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what time does to a detached {@link EngineStream}.
 */
class EngineStreamTimeTests {

	private final TestEngine engine = new TestEngine();

	EngineStreamTimeTests() {
		this.engine.heartbeat = Duration.ofSeconds(4);
	}

	@Test
	void aHeartbeatComesAfterTheIntervalWithoutAWrite() {
		TestClient client = this.engine.start().attach("c1").joined();
		this.engine.pass(Duration.ofSeconds(3));
		assertThat(client.take()).isEmpty();
		this.engine.pass(Duration.ofSeconds(2));
		assertThat(client.take()).isEqualTo(": \n");
		this.engine.pass(Duration.ofSeconds(9));
		assertThat(client.take()).isEqualTo(": \n".repeat(2));
	}

	@Test
	void whoIsSentSomethingNeedsNoHeartbeat() {
		TestClient client = this.engine.start().attach("c1").joined();
		for (int i = 0; i < 10; i++) {
			this.engine.pass(Duration.ofSeconds(3));
			this.engine.broadcast("x");
			this.engine.turn();
		}
		assertThat(client.take()).doesNotContain("\n: \n");
	}

	@Test
	void anEventInTheTurnOfTheHeartbeatStandsInForIt() {
		TestClient client = this.engine.start().attach("c1").joined();
		this.engine.nanoTime.addAndGet(Duration.ofSeconds(5).toNanos());
		this.engine.broadcast("x");
		this.engine.turn();
		assertThat(client.take()).isEqualTo("data: x\nid: #1\n\n");
	}

	@Test
	void aHeartbeatThatIsAnEventCarriesThePositionThatThisConnectionWasServedUpTo() {
		this.engine.heartbeatMode = HeartbeatMode.EVENT;
		TestClient client = this.engine.start().attach("c1").joined("a");
		this.engine.send(SseAudience.topic("other"), "1");
		this.engine.send(SseAudience.topic("other"), "2");
		this.engine.pass(Duration.ofSeconds(5));
		assertThat(client.take()).isEqualTo("event: sse-heartbeat\ndata: {}\nid: #2\n\n");
	}

	@Test
	void theHeartbeatNeverCarriesTheNewestIdOfTheLog() {
		this.engine.heartbeatMode = HeartbeatMode.EVENT;
		TestClient client = this.engine.start().attach("c1").joined("a");
		TestClient other = this.engine.attach("c2").joined("b");
		this.engine.nanoTime.addAndGet(Duration.ofSeconds(5).toNanos());
		other.stream().onClose((reason) -> this.engine.send(SseAudience.topic("a"), "during the turn"));
		other.transport().cut();
		ShardsInside.turnOnce(this.engine.shards(), 0);
		assertThat(client.take()).isEqualTo("event: sse-heartbeat\ndata: {}\nid: #0\n\n");
		this.engine.turn();
		assertThat(client.take()).isEqualTo("data: during the turn\nid: #1\n\n");
	}

	@Test
	void whoLagsGetsNoHeartbeat() {
		this.engine.writeTimeout = Duration.ofMinutes(5);
		TestClient client = this.engine.start().attach("c1").joined("a");
		client.transport().block();
		this.engine.broadcast("1");
		this.engine.turn();
		this.engine.pass(Duration.ofSeconds(20));
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.take()).isEqualTo("data: 1\nid: #1\n\n");
	}

	@Test
	void inEventModeItIsAnEvent() {
		this.engine.heartbeatMode = HeartbeatMode.EVENT;
		TestClient client = this.engine.start().attach("c1").joined("a");
		this.engine.pass(Duration.ofSeconds(5));
		assertThat(client.take()).isEqualTo("event: sse-heartbeat\ndata: {}\nid: #0\n\n");
	}

	@Test
	void aKeptStreamGetsThemToo() {
		TestClient client = this.engine.start().attach("c1");
		client.stream().keepOpen();
		client.returned();
		this.engine.pass(Duration.ofSeconds(5));
		assertThat(client.take()).isEqualTo("connected\nid: #0\n\n: \n");
	}

	@Test
	void aStreamMayHaveAnIntervalOfItsOwn() {
		TestClient client = this.engine.start().attach("c1");
		client.stream().setOptions(new StreamOptions(Duration.ofSeconds(1), Duration.ofSeconds(2)));
		client.joined();
		this.engine.pass(Duration.ofMillis(1500));
		assertThat(client.take()).isEqualTo(": \n");
	}

	@Test
	void withoutAnIntervalThereAreNone() {
		this.engine.heartbeat = Duration.ZERO;
		TestClient client = this.engine.start().attach("c1").joined();
		this.engine.pass(Duration.ofHours(1));
		assertThat(client.take()).isEmpty();
	}

	@Test
	void whoTakesNothingForTheWriteTimeoutIsAborted() {
		TestClient client = this.engine.start().attach("c1").joined();
		client.transport().block();
		this.engine.broadcast("x");
		this.engine.pass(Duration.ofSeconds(9));
		assertThat(client.closeReasons()).isEmpty();
		this.engine.pass(Duration.ofSeconds(3));
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.WRITE_TIMEOUT);
		assertThat(client.transport().isAborted()).isTrue();
	}

	@Test
	void whoTakesALittleNowAndThenIsNot() {
		TestClient client = this.engine.start().attach("c1").joined();
		client.transport().block();
		for (int i = 0; i < 10; i++) {
			this.engine.broadcast("x");
			this.engine.pass(Duration.ofSeconds(8));
			client.transport().allow(1);
			this.engine.turn();
		}
		assertThat(client.closeReasons()).isEmpty();
	}

	@Test
	void anIdleStreamDoesNotTimeOut() {
		this.engine.heartbeat = Duration.ZERO;
		TestClient client = this.engine.start().attach("c1").joined();
		this.engine.pass(Duration.ofHours(1));
		assertThat(client.stream().isOpen()).isTrue();
	}

	@Test
	void aStreamEndsAtItsMaxLifetimeAndTheClientIsToldToComeBack() {
		this.engine.maxLifetime = Duration.ofSeconds(100);
		TestClient client = this.engine.start().attach("c1").joined();
		this.engine.pass(Duration.ofSeconds(89));
		assertThat(client.stream().isOpen()).isTrue();
		client.take();
		this.engine.pass(Duration.ofSeconds(14));
		assertThat(client.take()).endsWith("retry: 1000\n");
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.MAX_LIFETIME);
		assertThat(client.transport().isCompleted()).isTrue();
	}

	@Test
	void streamsOfOneMomentDoNotEndAtOneMoment() {
		this.engine.maxLifetime = Duration.ofSeconds(1000);
		this.engine.start();
		for (int i = 0; i < 100; i++) {
			this.engine.attach("c" + i).joined();
		}
		this.engine.pass(Duration.ofSeconds(950));
		assertThat(this.engine.engine().broadcaster().connectedCount()).isBetween(20, 80);
	}

	@Test
	void aStreamThatEndsHasTheShutdownTimeoutForItsLastBytes() {
		TestClient client = this.engine.start().attach("c1").joined();
		client.transport().block();
		this.engine.engine().broadcaster().close(SseAudience.everyone());
		this.engine.pass(Duration.ofSeconds(4));
		assertThat(client.transport().isAborted()).isFalse();
		this.engine.pass(Duration.ofSeconds(2));
		assertThat(client.transport().isAborted()).isTrue();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
	}

	private void loginsEndAfter(Duration left) {
		this.engine.logins = new SseLogins() {

			@Override
			public Instant expiresAt(Principal principal) {
				return Instant.ofEpochMilli(EngineStreamTimeTests.this.engine.millis.get()).plus(left);
			}

		};
		this.engine.start();
	}

	@Test
	void aStreamEndsWithItsUsersLogin() {
		loginsEndAfter(Duration.ofMillis(1500));
		TestClient client = this.engine.attach("c1", "alice", null).joined("a");
		TestClient anonymous = this.engine.attach("c2").joined("a");
		this.engine.pass(Duration.ofMillis(1450));
		assertThat(client.closeReasons()).isEmpty();
		this.engine.pass(Duration.ofMillis(100));
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.EXPIRED);
		assertThat(anonymous.closeReasons()).isEmpty();
	}

	@Test
	void howLongItTakesToFindTheEndOfALoginDoesNotBringItForward() {
		Instant end = Instant.ofEpochMilli(this.engine.millis.get()).plusMillis(1500);
		this.engine.logins = new SseLogins() {

			@Override
			public Instant expiresAt(Principal principal) {
				EngineStreamTimeTests.this.engine.millis.addAndGet(500);
				EngineStreamTimeTests.this.engine.nanoTime.addAndGet(500_000_000);
				return end;
			}

		};
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null).joined("a");
		this.engine.pass(Duration.ofMillis(950));
		assertThat(client.closeReasons()).isEmpty();
		this.engine.pass(Duration.ofMillis(100));
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.EXPIRED);
	}

	@Test
	void aLoginThatHasEndedAlreadyEndsItsStream() {
		loginsEndAfter(Duration.ofDays(-10_000));
		TestClient client = this.engine.attach("c1", "alice", null).joined("a");
		this.engine.pass(Duration.ofMillis(10));
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.EXPIRED);
	}

	@Test
	void aLoginThatEndsInAThousandYearsEndsNoStream() {
		loginsEndAfter(Duration.ofDays(400_000));
		TestClient client = this.engine.attach("c1", "alice", null).joined("a");
		this.engine.pass(Duration.ofDays(1));
		assertThat(client.closeReasons()).isEmpty();
	}

	@Test
	void theEarlierOfLoginAndLifetimeEndsTheStream() {
		this.engine.maxLifetime = Duration.ofSeconds(10);
		loginsEndAfter(Duration.ofSeconds(20));
		TestClient client = this.engine.attach("c1", "alice", null).joined("a");
		this.engine.pass(Duration.ofSeconds(11));
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.MAX_LIFETIME);
	}

}
