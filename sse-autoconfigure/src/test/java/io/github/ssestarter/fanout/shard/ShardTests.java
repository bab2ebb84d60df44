package io.github.ssestarter.fanout.shard;

import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.stream.StreamRequest;
import io.github.ssestarter.fanout.testsupport.FakeResponse;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Shard}, turned by hand.
 */
class ShardTests {

	private final TestEngine engine = new TestEngine();

	@Test
	void aTurnHandsOutSoManyEventsAtMost() {
		this.engine.maxEvents = 10_000;
		TestClient client = this.engine.start().attach("c1").joined();
		for (int i = 0; i < 3_000; i++) {
			this.engine.broadcast("x");
		}
		Shard shard = this.engine.shards().all().get(0);
		assertThat(shard.turn()).isTrue();
		assertThat(client.takeData()).hasSize(1_024);
		assertThat(shard.backlogEvents()).isEqualTo(3_000 - 1_024);
		assertThat(shard.turn()).isTrue();
		assertThat(shard.turn()).isFalse();
		assertThat(client.takeData()).hasSize(3_000 - 1_024);
		assertThat(shard.backlogEvents()).isZero();
		assertThat(shard.backlogBytes()).isZero();
	}

	@Test
	void anAudienceOfSeveralTopicsHearsAnEventOnce() {
		TestClient client = this.engine.start().attach("c1", "alice", null).joined("a", "b");
		this.engine.send(SseAudience.topic("a", "b"), "1");
		this.engine.send(SseAudience.client("c1", "c2"), "2");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "2");
	}

	@Test
	void aShardThatFellOutOfTheWindowTellsWhoHasLost() {
		this.engine.maxEvents = 4;
		this.engine.start();
		TestClient loser = this.engine.attach("c1").joined("a");
		TestClient other = this.engine.attach("c2").joined("b");
		TestClient kept = this.engine.attach("c3");
		kept.stream().keepOpen();
		kept.returned();
		this.engine.turn();
		kept.take();
		for (String data : TestEngine.numbers(1, 10)) {
			publish(SseAudience.topic("a"), data);
		}
		assertThat(this.engine.shards().all().get(0).backlogBytes()).isLessThanOrEqualTo(1_000);
		this.engine.turn();
		assertThat(loser.takeData()).containsExactly("{\"lastEventId\":\"#0\",\"oldest\":\"#6\"}", "7", "8", "9", "10");
		assertThat(other.take()).isEmpty();
		assertThat(kept.take()).isEmpty();
		publish(SseAudience.topic("a", "b"), "11");
		this.engine.turn();
		assertThat(loser.takeData()).containsExactly("11");
		assertThat(other.takeData()).containsExactly("11");
	}

	@Test
	void whatIsEvictedByAgeBeforeAShardCameToItIsAGapAndPublishingGoesOn() {
		this.engine.maxBytes = 200;
		this.engine.start();
		TestClient client = this.engine.attach("c1").joined("a");
		publish(SseAudience.topic("a"), "x".repeat(150));
		this.engine.nanoTime.addAndGet(Duration.ofMinutes(11).toNanos());
		this.engine.history().expire();
		assertThat(this.engine.shards().all().get(0).backlogBytes()).isZero();
		this.engine.turn();
		this.engine.send(SseAudience.topic("a"), "next");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("{\"lastEventId\":\"#0\",\"oldest\":\"#1\"}", "next");
	}

	@Test
	void streamsOfOneConnectionShareAShard() {
		this.engine.threads = 4;
		this.engine.start();
		Object key = new Object();
		Set<Shard> shards = new HashSet<>();
		for (int i = 0; i < 100; i++) {
			assertThat(this.engine.shards().shard(key)).isSameAs(this.engine.shards().shard(key));
			shards.add(this.engine.shards().shard(new Object()));
		}
		assertThat(shards).hasSize(4);
	}

	@Test
	void severalShardsHandOutTheSame() {
		this.engine.threads = 3;
		this.engine.start();
		List<TestClient> clients = TestEngine.numbers(1, 12)
			.stream()
			.map((id) -> this.engine.attach(id).joined("a"))
			.toList();
		assertThat(this.engine.shards().all()).noneMatch((shard) -> shard.connectionCount() == 12);
		this.engine.send(SseAudience.topic("a"), "1");
		this.engine.broadcast("2");
		this.engine.turn();
		assertThat(clients).allSatisfy((client) -> assertThat(client.takeData()).containsExactly("1", "2"));
	}

	@Test
	void aFailingTransportHarmsNobodyElse() {
		this.engine.start();
		TestClient bad = this.engine.attach("c1").joined("a");
		TestClient good = this.engine.attach("c2").joined("a");
		bad.transport().crash();
		this.engine.send(SseAudience.topic("a"), "1");
		this.engine.turn();
		assertThat(bad.closeReasons()).containsExactly(SseCloseReason.FAILED);
		assertThat(bad.transport().isAborted()).isTrue();
		assertThat(good.takeData()).containsExactly("1");
	}

	@Test
	void aPrincipalThatForgetsItsNameHarmsNobody() {
		this.engine.start();
		int[] calls = new int[1];
		Principal forgetful = () -> {
			if (calls[0]++ > 0) {
				throw new IllegalStateException("The session is gone");
			}
			return "alice";
		};
		FakeResponse response = new FakeResponse(new Object());
		TestClient client = new TestClient(this.engine,
				this.engine.engine().attach(response, new StreamRequest("c1", forgetful, null, null, null)), response);
		client.joined("a");
		this.engine.send(SseAudience.user("alice"), "1");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1");
	}

	@Test
	void whoHasEndedIsForgotten() {
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null).joined("a");
		client.stream().complete();
		this.engine.turn();
		assertThat(this.engine.shards().all().get(0).connectionCount()).isZero();
		assertThat(this.engine.streams().all()).isEmpty();
		assertThat(this.engine.engine().findClient("c1")).isNull();
	}

	private void publish(SseAudience audience, String data) {
		this.engine.backplane()
			.publish(new Message.Event(audience, ("data: " + data + "\n").getBytes(StandardCharsets.UTF_8), null));
	}

}
