package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStreamOpenedEvent;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for closing {@link EngineStream streams} by audience.
 */
class EngineStreamCloseTests {

	private final TestEngine engine = new TestEngine().start();

	private final SseBroadcaster broadcaster = this.engine.engine().broadcaster();

	private final TestClient alice = this.engine.attach("c1", "alice", null).joined("a");

	private final TestClient bob = this.engine.attach("c2", "bob", null).joined("a", "b");

	private final TestClient kept = this.engine.attach("c3", "bob", null);

	EngineStreamCloseTests() {
		this.kept.stream().keepOpen();
		this.kept.returned();
		this.engine.turn();
		this.kept.take();
	}

	@Test
	void everyoneIsEveryOpenStream() {
		this.broadcaster.close(SseAudience.everyone());
		this.engine.turn();
		assertThat(closed()).containsExactly(this.alice, this.bob, this.kept);
		assertThat(this.alice.transport().isCompleted()).isTrue();
		assertThat(this.alice.closeReasons()).containsExactly(SseCloseReason.CLOSED);
	}

	@Test
	void aUserIsAlsoWhoHasNotJoined() {
		this.broadcaster.close(SseAudience.user("bob"));
		this.engine.turn();
		assertThat(closed()).containsExactly(this.bob, this.kept);
	}

	@Test
	void aTopicIsWhoHasJoinedIt() {
		this.broadcaster.close(SseAudience.topic("a").except(SseAudience.topic("b")));
		this.engine.turn();
		assertThat(closed()).containsExactly(this.alice);
	}

	@Test
	void theFarewellIsTheLast() {
		this.broadcaster.close(SseAudience.client("c1"), SseEvent.of("bye", "see you"));
		this.engine.turn();
		assertThat(this.alice.take()).isEqualTo("event: bye\ndata: see you\n\n");
		assertThat(closed()).containsExactly(this.alice);
	}

	@Test
	void whatIsLostWhileAStreamEndsDoesNotDisturbIt() {
		TestEngine engine = new TestEngine();
		engine.maxAge = Duration.ofSeconds(10);
		engine.shutdownTimeout = Duration.ofMinutes(1);
		engine.writeTimeout = Duration.ofMinutes(1);
		engine.start();
		TestClient client = engine.attach("c1").joined("a");
		client.transport().block();
		client.transport().allow(1);
		engine.send(SseAudience.topic("a"), "before");
		engine.engine().broadcaster().close(SseAudience.topic("a"));
		engine.send(SseAudience.topic("a"), "after");
		engine.turn();
		engine.send(SseAudience.topic("a"), "evicted before it is handed out");
		engine.nanoTime.addAndGet(Duration.ofSeconds(11).toNanos());
		engine.attach("c2").joined("a");
		client.transport().allow(Long.MAX_VALUE);
		engine.turn();
		assertThat(client.takeData()).containsExactly("before");
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
		assertThat(client.transport().isCompleted()).isTrue();
	}

	@Test
	void aFarewellHasNoId() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.broadcaster.close(SseAudience.everyone(), SseEvent.of("x").id("7")))
			.withMessageContaining("'7'");
	}

	@Test
	void whatWasPublishedBeforeComesBeforeItAndWhatWasAfterDoesNotCome() {
		this.broadcaster.send(SseAudience.topic("a"), SseEvent.of("before"));
		this.alice.stream().send("direct");
		this.broadcaster.close(SseAudience.everyone(), SseEvent.named("bye"));
		this.broadcaster.send(SseAudience.topic("a"), SseEvent.of("after"));
		this.engine.turn();
		assertThat(this.alice.takeData()).containsExactly("before", "direct", "");
		assertThat(this.bob.takeData()).containsExactly("before", "");
	}

	@Test
	void nothingThatWaitsKeepsAStreamOpen() {
		this.alice.transport().block();
		this.engine.broadcast("1", "2", "3");
		this.engine.turn();
		this.alice.stream().send("direct");
		this.broadcaster.close(SseAudience.everyone(), SseEvent.named("bye"));
		this.engine.turn();
		this.alice.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(this.alice.takeData()).hasSizeBetween(1, 2).last().isEqualTo("");
		assertThat(closed()).contains(this.alice);
	}

	@Test
	void aStreamWhoseMethodReturnsMeanwhileIsClosedToo() {
		TestClient late = this.engine.attach("c4");
		late.stream().join("late");
		this.broadcaster.close(SseAudience.topic("late"));
		late.returned();
		this.engine.turn();
		assertThat(late.closeReasons()).containsExactly(SseCloseReason.CLOSED);
		TestClient later = this.engine.attach("c5");
		later.stream().join("late");
		later.returned();
		this.broadcaster.close(SseAudience.topic("late"));
		this.engine.turn();
		assertThat(later.closeReasons()).containsExactly(SseCloseReason.CLOSED);
	}

	@Test
	void aStreamThatTheShardHasNotSeenBeforeTheOrderIsClosedToo() {
		TestClient late = this.engine.attach("c4");
		late.stream().join("late");
		this.engine.applicationEvents = (event) -> {
			if (event instanceof SseStreamOpenedEvent) {
				this.broadcaster.close(SseAudience.topic("late"));
				this.engine.turn();
			}
		};
		late.returned();
		this.engine.turn();
		assertThat(late.closeReasons()).containsExactly(SseCloseReason.CLOSED);
	}

	@Test
	void whoComesLaterIsNotClosed() {
		this.broadcaster.close(SseAudience.everyone());
		TestClient newcomer = this.engine.attach("c4", null, "#0").joined("a");
		this.engine.turn();
		assertThat(newcomer.closeReasons()).isEmpty();
	}

	private List<TestClient> closed() {
		return Stream.of(this.alice, this.bob, this.kept).filter((client) -> !client.closeReasons().isEmpty()).toList();
	}

}
