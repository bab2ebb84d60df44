package io.github.ssestarter.fanout.stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.shard.ShardSettings.ComeBack;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the ids that an {@link EngineStream} sends: its place in the log, and the
 * application's own, of which a client keeps only the last.
 */
class EngineStreamIdsTests {

	private final TestEngine engine = new TestEngine();

	EngineStreamIdsTests() {
		this.engine.closeName = "sse-end";
		this.engine.start();
	}

	@Test
	void anOwnIdGoesOnWithEachPlaceThatTheClientIsTold() {
		TestClient client = this.engine.attach("c1");
		client.stream().send(SseEvent.of("row").id(42)).join("live");
		client.returned();
		this.engine.turn();
		this.engine.broadcast("1");
		this.engine.turn();
		assertThat(client.take())
			.isEqualTo("retry: 2000\ndata: row\nid: 42\n\nconnected\nid: #0~42\n\n" + "data: 1\nid: #1~42\n\n");
		TestClient again = join("#1~42");
		assertThat(again.stream().lastEventId()).isEqualTo("42");
		assertThat(this.engine.readable(String.valueOf(again.stream().position()))).isEqualTo("#1");
		assertThat(again.take()).isEqualTo("connected\nid: #1~42\n\n");
	}

	@Test
	void aPlaceAloneIsNoIdOfTheApplications() {
		this.engine.broadcast("1");
		TestClient client = join("#1");
		assertThat(client.stream().lastEventId()).isNull();
		assertThat(this.engine.readable(String.valueOf(client.stream().position()))).isEqualTo("#1");
		assertThat(join(null).stream().position()).isNull();
	}

	@Test
	void whoIsSentToBeforeTheJoinKeepsThePlaceThatItPresents() {
		this.engine.broadcast("1", "2");
		TestClient client = this.engine.attach("c1", null, this.engine.id("#1"));
		client.stream().send(SseEvent.of("row").id("a"));
		assertThat(client.take()).isEqualTo("retry: 2000\ndata: row\nid: #1~a\n\n");
	}

	@Test
	void anIdSentToADetachedStreamComesWithThePlaceUpToWhichItIsServed() {
		TestClient client = join(null);
		client.take();
		this.engine.broadcast("1");
		client.stream().send(SseEvent.of("own").id("a"));
		this.engine.broadcast("2");
		this.engine.turn();
		assertThat(client.take()).isEqualTo("data: 1\nid: #1\n\ndata: own\nid: #1~a\n\ndata: 2\nid: #2~a\n\n");
		client.stream().send(SseEvent.of("forget").id(""));
		this.engine.turn();
		assertThat(client.take()).isEqualTo("data: forget\nid: #2\n\n");
	}

	@Test
	void anIdThatWouldComeBackInPartIsRefused() {
		String tooLong = "x".repeat(21);
		TestClient client = join(null);
		assertThatIllegalArgumentException().isThrownBy(() -> client.stream().send(SseEvent.of("x").id(tooLong)))
			.withMessageContaining("21 characters")
			.withMessageContaining("sse.limits.max-last-event-id-length (20)");
		assertThatIllegalArgumentException().isThrownBy(() -> send("orders", tooLong));
		assertThatIllegalArgumentException().isThrownBy(() -> send("orders", "1-2.abcdef~5"))
			.withMessageContaining("1-2.abcdef~5");
	}

	@Test
	void aCommentToManyIsNoBlock() {
		TestClient client = join(null);
		TestClient own = this.engine.attach("c2").joined();
		own.stream().send(SseEvent.of("own").id("a"));
		this.engine.turn();
		client.take();
		own.take();
		this.engine.engine().broadcaster().broadcast(SseEvent.commentOnly("data: why"));
		this.engine.engine().broadcaster().broadcast(SseEvent.of("1").comment("x"));
		this.engine.turn();
		assertThat(client.take()).isEqualTo(": data: why\n: x\ndata: 1\nid: #2\n\n");
		assertThat(own.take()).isEqualTo(": data: why\n: x\ndata: 1\nid: #2~a\n\n");
	}

	@Test
	void anIdThatManyEventsHaveLosesNoneOfThem() {
		this.engine.send(SseAudience.topic("orders"), "before");
		send("orders", "5");
		send("chat", "5");
		send("orders", "6");
		TestClient whole = this.engine.attach("c1");
		whole.stream().join("orders", "chat").fromStart();
		whole.returned();
		this.engine.turn();
		assertThat(whole.take())
			.endsWith("data: orders 5\nid: #2~5\n\ndata: chat 5\nid: #3~5\n\ndata: orders 6\nid: #4~6\n\n");
		TestClient fromElsewhere = this.engine.attach("c2", null, "5");
		fromElsewhere.stream().join("orders", "chat");
		fromElsewhere.returned();
		this.engine.turn();
		assertThat(fromElsewhere.takeData()).containsExactly("chat 5", "orders 6");
	}

	@Test
	void sentToBeforeTheJoinAClientIsToldItsPlaceAtTheJoin() {
		TestClient client = this.engine.attach("c1");
		client.stream().send("snapshot").join("orders");
		assertThat(client.take()).isEqualTo("retry: 2000\ndata: snapshot\n\nconnected\nid: #0\n\n");
		this.engine.send(SseAudience.topic("orders"), "1");
		client.response().cut();
		client.stream().handlerReturned(false);
		TestClient again = this.engine.attach("c1", null, this.engine.id("#0"));
		again.stream().send("snapshot").join("orders");
		again.returned();
		this.engine.turn();
		assertThat(again.takeData()).containsExactly("snapshot", "1");
	}

	@Test
	void theBeginningThatIsChosenAfterwardsIsToldAgain() {
		this.engine.broadcast("1");
		TestClient client = this.engine.attach("c1");
		client.stream().send("x").join("a").fromStart();
		assertThat(client.take()).endsWith("connected\nid: #1\n\nconnected\nid: #0\n\n");
	}

	@Test
	void aKeptStreamIsToldOfItsGapAfterARestart() {
		TestClient client = this.engine.attach("c1", null, "1000-7.zzzzzz");
		client.stream().keepOpen();
		client.returned();
		this.engine.turn();
		assertThat(client.take()).isEqualTo("connected\nid: 1000-7.zzzzzz\n\nevent: sse-gap\n"
				+ "data: {\"lastEventId\":\"1000-7.zzzzzz\",\"oldest\":\"#0\"}\nid: #0\n\n");
	}

	@Test
	void theEndIsToldWithItsReasonAndThePlace() {
		TestClient client = join(null);
		client.take();
		this.engine.broadcast("1");
		client.stream().send(SseEvent.of("own").id("a"));
		client.stream().complete();
		this.engine.turn();
		assertThat(client.take()).isEqualTo("data: 1\nid: #1\n\ndata: own\nid: #1~a\n\n"
				+ "retry: 2000\nevent: sse-end\ndata: {\"reason\":\"COMPLETED\"}\nid: #1~a\n\n");
	}

	@Test
	void theEndOfADrainTellsWhenToComeBack() {
		TestClient client = join(null);
		client.take();
		client.stream().life().close(SseCloseReason.SHUTDOWN);
		this.engine.turn();
		assertThat(client.take()).isEqualTo("retry: 1000\nevent: sse-end\ndata: {\"reason\":\"SHUTDOWN\"}\nid: #0\n\n");
	}

	@Test
	void whoIsToComeBackMayBeCutAfterTheLastEvent() {
		TestEngine engine = new TestEngine();
		engine.comeBack = ComeBack.CUT;
		engine.start();
		TestClient drained = engine.attach("c1").joined("live");
		TestClient completed = engine.attach("c2").joined("live");
		engine.broadcast("1");
		engine.turn();
		drained.stream().life().close(SseCloseReason.SHUTDOWN);
		completed.stream().complete();
		engine.turn();
		assertThat(drained.take()).isEqualTo("data: 1\nid: #1\n\nretry: 1000\n");
		assertThat(drained.transport().isAborted()).isTrue();
		assertThat(completed.transport().isCompleted()).isTrue();
	}

	@Test
	void anEndBeforeTheGapIsToldMovesNobody() {
		TestClient client = this.engine.attach("c1", null, "1000-7.zzzzzz");
		client.stream().join("a");
		client.returned();
		client.transport().block();
		client.stream().life().close(SseCloseReason.SHUTDOWN);
		this.engine.turn();
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.take()).doesNotContain("id: #");
	}

	@Test
	void aStreamThatNobodyMayMissAnythingOfIsToldNothingOfTheLog() {
		TestClient client = this.engine.attach("c1");
		client.stream().send(SseEvent.of("token").id("7"));
		client.returned();
		assertThat(client.take()).isEqualTo("retry: 2000\ndata: token\nid: 7\n\n"
				+ "retry: 2000\nevent: sse-end\ndata: {\"reason\":\"COMPLETED\"}\n\n");
	}

	private void send(String topic, String id) {
		this.engine.engine().broadcaster().send(SseAudience.topic(topic), SseEvent.of(topic + " " + id).id(id));
	}

	private TestClient join(@Nullable String presented) {
		TestClient client = this.engine.attach("c1", null, this.engine.id(presented));
		client.stream().join("live");
		client.returned();
		this.engine.turn();
		return client;
	}

}
