package io.github.ssestarter.fanout;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnection.State;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EngineConnections}.
 */
class EngineConnectionsTests {

	private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

	private final TestEngine engine = new TestEngine().start();

	private final SseConnections connections = new EngineConnections(this.engine.engine(), InstantSource.fixed(NOW));

	@Test
	void itShowsAStreamFromItsRequestToItsEnd() {
		TestClient client = this.engine.attach("c1", "alice", null);
		client.stream().join("b", "a").open();
		SseConnection attached = get("c1", client);
		assertThat(attached.user()).isEqualTo("alice");
		assertThat(attached.topics()).containsExactly("a", "b");
		assertThat(attached.address()).isEqualTo("192.0.2.1");
		assertThat(attached.state()).isEqualTo(State.ATTACHED);
		assertThat(attached.since()).isEqualTo(NOW);
		assertThat(attached.bytes()).isPositive();
		client.returned();
		this.engine.turn();
		this.engine.nanoTime.addAndGet(Duration.ofSeconds(3).toNanos());
		SseConnection live = get("c1", client);
		assertThat(live.state()).isEqualTo(State.LIVE);
		assertThat(live.lag()).isZero();
		assertThat(live.bytes()).isEqualTo(attached.bytes());
		assertThat(live.since()).isEqualTo(NOW.minusSeconds(3));
		assertThat(live.lastActivity()).isEqualTo(NOW.minusSeconds(3));
		this.engine.broadcast("event");
		this.engine.turn();
		SseConnection written = get("c1", client);
		assertThat(written.lastActivity()).isEqualTo(NOW);
		assertThat(written.bytes()).isGreaterThan(live.bytes());
		client.stream().complete();
		this.engine.turn();
		assertThat(this.connections.get("c1")).isNull();
		assertThat(this.connections.find(SseAudience.everyone())).isEmpty();
	}

	@Test
	void whetherAUserIsOnlineIsAnsweredThoughAllCallbacksAreBusy() {
		TestEngine engine = new TestEngine();
		engine.executor = (task) -> {
		};
		engine.start();
		engine.attach("c1", "ada", null).joined("a");
		SseConnections connections = new EngineConnections(engine.engine(), InstantSource.fixed(NOW));
		assertThat(connections.isOnline("ada")).isCompletedWithValue(true);
		assertThat(connections.isOnline("bob")).isCompletedWithValue(false);
	}

	@Test
	void aStreamThatIsBehindTellsByHowMuch() {
		TestClient client = this.engine.attach("c1");
		client.stream().join("topic");
		client.returned();
		this.engine.broadcast("0");
		this.engine.turn();
		client.transport().block();
		this.engine.broadcast("1", "2", "3");
		this.engine.turn();
		SseConnection lagging = get("c1", client);
		assertThat(lagging.state()).isEqualTo(State.LAGGING);
		assertThat(lagging.lag()).isEqualTo(3);
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(get("c1", client).state()).isEqualTo(State.LIVE);
		assertThat(get("c1", client).lag()).isZero();
	}

	@Test
	void itFindsAnAudienceInTheOrderOfOpening() {
		for (String id : new String[] { "c1", "c2", "c3" }) {
			this.engine.nanoTime.addAndGet(1000);
			TestClient client = this.engine.attach(id, id.equals("c2") ? null : "alice", null);
			client.stream().join("topic/" + id);
			client.returned();
		}
		this.engine.nanoTime.addAndGet(1000);
		this.engine.attach("c4").stream().keepOpen();
		this.engine.turn();
		assertThat(this.connections.find(SseAudience.user("alice"))).extracting(SseConnection::id)
			.containsExactly("c1", "c3");
		assertThat(this.connections.find(SseAudience.everyone().except(SseAudience.topic("topic/c1"))))
			.extracting(SseConnection::id)
			.containsExactly("c2", "c3", "c4");
		assertThat(this.connections.topics()).isEqualTo(Set.of("topic/c1", "topic/c2", "topic/c3"));
	}

	private SseConnection get(String id, TestClient client) {
		SseConnection connection = this.connections.get(id);
		assertThat(connection).as("The connection of " + client).isNotNull();
		assertThat(this.connections.find(SseAudience.everyone())).containsExactly(connection);
		return connection;
	}

}
