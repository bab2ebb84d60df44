package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.shard.ShardSettings.OnLag;
import io.github.ssestarter.fanout.shard.ShardsInside;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for where an {@link EngineStream} begins, and what it is told of what it lost.
 */
class EngineStreamResumeTests {

	private final TestEngine engine = new TestEngine();

	EngineStreamResumeTests() {
		this.engine.maxEvents = 4;
		this.engine.start();
	}

	@Test
	void aNewcomerBeginsAtItsFirstJoin() {
		this.engine.broadcast("1");
		TestClient client = this.engine.attach("c1");
		client.stream().join("a");
		this.engine.broadcast("2");
		client.returned();
		this.engine.broadcast("3");
		this.engine.turn();
		assertThat(client.take()).isEqualTo("connected\nid: #1\n\ndata: 2\nid: #2\n\ndata: 3\nid: #3\n\n");
	}

	@Test
	void aNewcomerMayBeginAtTheWindowsStart() {
		this.engine.broadcast("1", "2", "3", "4", "5");
		TestClient client = this.engine.attach("c1");
		client.stream().join("a").fromStart();
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("2", "3", "4", "5");
	}

	@Test
	void fromStartCountsUntilTheMethodReturns() {
		this.engine.broadcast("1", "2");
		TestClient client = this.engine.attach("c1");
		client.stream().join("a").send("hello").fromStart();
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("hello", "1", "2");
	}

	@Test
	void fromStartGoesForTheTopicsThatWereJoinedBeforeItAndNotForThoseThatWereLeft() {
		this.engine.send(SseAudience.topic("a"), "1");
		this.engine.send(SseAudience.topic("b"), "before the join");
		TestClient client = this.engine.attach("c1");
		client.stream().join("a", "b");
		this.engine.send(SseAudience.topic("b"), "2");
		client.stream().leave("b");
		this.engine.send(SseAudience.topic("b"), "after the leave");
		client.stream().fromStart();
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "2");
	}

	@Test
	void aNewcomerMayBeginWithTheNewestOfEachTopic() {
		sendTo("a", "1", "2");
		sendTo("b", "3");
		this.engine.broadcast("4");
		TestClient client = this.engine.attach("c1");
		client.stream().join("a", "b").latest();
		sendTo("a", "5");
		client.returned();
		this.engine.turn();
		assertThat(client.take())
			.isEqualTo("connected\nid: #1\n\ndata: 2\nid: #2\n\ndata: 3\nid: #3\n\ndata: 5\nid: #5\n\n");
	}

	@Test
	void whoComesBackWantsMoreThanTheNewest() {
		sendTo("a", "1", "2", "3");
		TestClient client = this.engine.attach("c1", null, "#1");
		client.stream().latest().join("a");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("2", "3");
	}

	@Test
	void theNewestOfATopicIsThatOfAnEventToSeveral() {
		this.engine.send(SseAudience.topic("a"), "1");
		this.engine.send(SseAudience.topic("a", "b").except(SseAudience.user("ada")), "2");
		this.engine.send(SseAudience.topic("b").and(SseAudience.user("ada")), "3");
		assertThat(latest(null, "a", "b")).containsExactly("2");
		assertThat(latest("ada", "a", "b")).containsExactly("1", "3");
		assertThat(latest("ada", "b")).containsExactly("3");
		assertThat(latest(null, "other")).isEmpty();
	}

	@Test
	void theNewestOfEachTopicThatAPatternMatches() {
		sendTo("a/1", "1", "2");
		sendTo("a/2", "3");
		TestClient client = this.engine.attach("c1");
		client.stream().latest().joinMatching("a/*");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("2", "3");
	}

	@Test
	void whatIsJoinedAfterTheFirstSendHasANewestToo() {
		sendTo("a", "1");
		sendTo("b", "2", "3");
		TestClient client = this.engine.attach("c1");
		client.stream().latest().join("a").send("hello").join("b");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("hello", "1", "3");
	}

	@Test
	void whatAShardHasStillToHandOutIsPastAsWell() {
		TestClient client = this.engine.attach("c1");
		sendTo("a", "1", "2");
		client.stream().latest().join("a");
		client.returned();
		ShardsInside.turnOnce(this.engine.shards(), 0);
		sendTo("a", "3");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("2", "3");
	}

	@Test
	void aNewcomerMayBeginWithTheLastEvents() {
		this.engine.send(SseAudience.topic("a"), "1");
		this.engine.broadcast("2");
		sendTo("other", "3");
		sendTo("a", "4");
		assertThat(last(1)).containsExactly("4");
		assertThat(last(2)).containsExactly("2", "4");
		assertThat(last(9)).containsExactly("1", "2", "4");
		TestClient client = this.engine.attach("c1");
		client.stream().fromLast(1).join("a");
		sendTo("a", "5");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("4", "5");
	}

	@Test
	void ofTheWaysToBeginTheLastOneCounts() {
		sendTo("a", "1", "2", "3");
		TestClient client = this.engine.attach("c1");
		client.stream().fromStart().latest().fromLast(2).join("a");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("2", "3");
		assertThatIllegalStateException().isThrownBy(client.stream()::latest).withMessageStartingWith("latest()");
		assertThatIllegalStateException().isThrownBy(() -> client.stream().fromLast(1));
		assertThatIllegalArgumentException().isThrownBy(() -> client.stream().fromLast(0))
			.withMessageContaining("fromLast(0)");
	}

	private void sendTo(String topic, String... data) {
		for (String one : data) {
			this.engine.send(SseAudience.topic(topic), one);
		}
	}

	private List<String> latest(@Nullable String user, String... topics) {
		TestClient client = this.engine.attach("c1", user, null);
		client.stream().latest().join(topics);
		client.returned();
		this.engine.turn();
		return client.takeData();
	}

	private List<String> last(int events) {
		TestClient client = this.engine.attach("c1");
		client.stream().join("a").fromLast(events);
		client.returned();
		this.engine.turn();
		return client.takeData();
	}

	@Test
	void theWindowsStartIsWhatIsNotTooOld() {
		this.engine.broadcast("1");
		this.engine.nanoTime.addAndGet(Duration.ofMinutes(9).toNanos());
		this.engine.broadcast("2");
		this.engine.nanoTime.addAndGet(Duration.ofMinutes(2).toNanos());
		TestClient client = this.engine.attach("c1");
		client.stream().join("a").fromStart();
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("2");
	}

	@Test
	void whatAClientMissedComesFirst() {
		this.engine.broadcast("1", "2", "3");
		TestClient client = resume("#1");
		this.engine.broadcast("4");
		this.engine.turn();
		assertThat(client.take())
			.isEqualTo("connected\nid: #1\n\ndata: 2\nid: #2\n\ndata: 3\nid: #3\n\ndata: 4\nid: #4\n\n");
	}

	@Test
	void aClientThatMissedNothingIsToldNothing() {
		this.engine.broadcast("1", "2");
		assertThat(resume("#2").take()).isEqualTo("connected\nid: #2\n\n");
	}

	@Test
	void whatWasEvictedIsAGapThatComesFirst() {
		this.engine.broadcast("1", "2", "3", "4", "5", "6");
		TestClient client = resume("#1");
		assertThat(client.take())
			.isEqualTo("connected\nid: #1\n\nevent: sse-gap\ndata: {\"lastEventId\":\"#1\",\"oldest\":\"#2\"}\n"
					+ "id: #2\n\ndata: 3\nid: #3\n\ndata: 4\nid: #4\n\ndata: 5\nid: #5\n\ndata: 6\nid: #6\n\n");
		assertThat(resume("#2").takeData()).containsExactly("3", "4", "5", "6");
	}

	@Test
	void whatWasEvictedOfOthersIsNoGap() {
		for (String data : TestEngine.numbers(1, 6)) {
			this.engine.send(SseAudience.topic("other"), data);
			this.engine.send(SseAudience.user("other"), data);
			this.engine.send(SseAudience.client("other"), data);
		}
		assertThat(resume("#1").take()).isEqualTo("connected\nid: #14\n\n");
	}

	@Test
	void whatWasEvictedOfATopicThatWasNotJoinedYetIsNoGap() {
		TestClient client = this.engine.attach("c1");
		client.stream().join("a");
		this.engine.send(SseAudience.topic("b"), "before the join");
		client.stream().join("b");
		for (String data : TestEngine.numbers(1, 5)) {
			this.engine.send(SseAudience.topic("other"), data);
		}
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).isEmpty();
	}

	@Test
	void whatWasEvictedOfATopicThatWasLeftAndJoinedAgainIsAGap() {
		TestClient client = this.engine.attach("c1");
		client.stream().join("a", "b");
		this.engine.send(SseAudience.topic("b"), "lost");
		client.stream().leave("b");
		this.engine.send(SseAudience.topic("other"), "0");
		client.stream().join("b");
		for (String data : TestEngine.numbers(1, 4)) {
			this.engine.send(SseAudience.topic("other"), data);
		}
		client.returned();
		this.engine.turn();
		assertThat(client.take()).contains("sse-gap");
	}

	@Test
	void whatWasEvictedOfTheTopicUserOrClientIsAGap() {
		for (SseAudience audience : new SseAudience[] { SseAudience.topic("a"), SseAudience.user("alice"),
				SseAudience.client("c1"), SseAudience.everyone() }) {
			String before = "#" + this.engine.history().tail().id().counter();
			this.engine.send(audience, "lost");
			for (String data : TestEngine.numbers(1, 5)) {
				this.engine.send(SseAudience.topic("other"), data);
			}
			this.engine.turn();
			assertThat(resume(before).take()).as("%s", audience).contains("sse-gap");
			assertThat(resume("#" + this.engine.history().tail().id().counter()).take()).doesNotContain("gap");
		}
	}

	@Test
	void aCursorOfAnotherLogIsAGapThoughItComparesWell() {
		this.engine.broadcast("1", "2");
		TestClient client = resume("1000-1.zzzzzz");
		assertThat(client.take())
			.isEqualTo("connected\nid: 1000-1.zzzzzz\n\nevent: sse-gap\ndata: {\"lastEventId\":\"1000-1.zzzzzz\","
					+ "\"oldest\":\"#0\"}\nid: #0\n\ndata: 1\nid: #1\n\ndata: 2\nid: #2\n\n");
	}

	@Test
	void aCursorBeyondTheTailIsAGap() {
		this.engine.broadcast("1");
		assertThat(resume("#2").takeData()).hasSize(2).last().isEqualTo("1");
	}

	@Test
	void whatAClientMakesUpIsEchoedAsJson() {
		assertThat(resume("\"}event: evil<\ud83d").take()).startsWith(
				"connected\nid: \"}event: evil<\ufffd\n\nevent: sse-gap\ndata: {\"lastEventId\":\"\\\"}event: evil<")
			.endsWith("\",\"oldest\":\"#0\"}\nid: #0~\"}event: evil<\ufffd\n\n");
	}

	@Test
	void anEmptyCursorIsNone() {
		this.engine.broadcast("1");
		TestClient client = this.engine.attach("c1", "alice", "");
		client.stream().join("a");
		this.engine.send(SseAudience.topic("b"), "2");
		client.stream().join("b");
		client.returned();
		this.engine.turn();
		assertThat(client.take()).isEqualTo("connected\nid: #1\n\n");
	}

	@Test
	void aCallersOwnIdIsACursorToo() {
		for (String id : TestEngine.numbers(1, 3)) {
			this.engine.engine().broadcaster().broadcast(SseEvent.of(id).id("own" + id));
		}
		TestClient client = resume("own2");
		assertThat(client.take()).isEqualTo("connected\nid: #2~own2\n\ndata: 3\nid: #3~own3\n\n");
		assertThat(resume("own9").takeData()).first().asString().contains("own9");
	}

	@Test
	void aTopicJoinedOnAResumingStreamIsReplayedFromTheCursor() {
		this.engine.send(SseAudience.topic("a"), "1");
		this.engine.send(SseAudience.topic("b"), "2");
		TestClient client = this.engine.attach("c1", null, "#0");
		client.stream().join("a").open().join("b");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "2");
	}

	@Test
	void aTopicLeftAndJoinedAgainIsNotHeardBetween() {
		TestClient client = this.engine.attach("c1", null, "#0");
		client.stream().join("a");
		this.engine.send(SseAudience.topic("a"), "1");
		client.stream().leave("a");
		this.engine.send(SseAudience.topic("a"), "2");
		client.stream().join("a");
		this.engine.send(SseAudience.topic("a"), "3");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "3");
	}

	@Test
	void whatAKeptStreamMissedOfItsClientIsReplayedOrAGap() {
		this.engine.send(SseAudience.client("c1"), "1");
		this.engine.send(SseAudience.client("c1"), "2");
		assertThat(keep("#1").take()).isEqualTo("connected\nid: #1\n\ndata: 2\nid: #2\n\n");
		assertThat(keep(null).take()).isEqualTo("connected\nid: #2\n\n");
		this.engine.broadcast("3", "4", "5", "6");
		assertThat(keep("#2").take()).isEqualTo("connected\nid: #2\n\n");
		assertThat(keep("#1").take()).startsWith("connected\nid: #1\n\nevent: sse-gap\n").contains("\"#1\"");
		this.engine.broadcast("7", "8");
		assertThat(keep("#2").take()).isEqualTo("connected\nid: #4\n\n");
	}

	@Test
	void untilTheGapIsToldAClientKeepsWhatItPresents() {
		this.engine.broadcast("1");
		TestClient client = this.engine.attach("c1", null, "unknown");
		client.stream().join("a");
		client.returned();
		this.engine.turn();
		assertThat(client.take()).isEqualTo(
				"connected\nid: unknown\n\nevent: sse-gap\ndata: {\"lastEventId\":\"unknown\",\"oldest\":\"#0\"}\n"
						+ "id: #0~unknown\n\ndata: 1\nid: #1~unknown\n\n");
	}

	@Test
	void aClientThatFallsOutOfTheWindowGoesOnFromTheOldest() {
		TestClient client = this.engine.attach("c1").joined();
		client.transport().block();
		this.engine.broadcast("1", "2", "3", "4");
		this.engine.turn();
		this.engine.broadcast("5", "6");
		this.engine.turn();
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("{\"lastEventId\":\"#0\",\"oldest\":\"#2\"}", "3", "4", "5", "6");
	}

	@Test
	void fallingOutTwiceItGoesOnFromTheNewest() {
		TestClient client = this.engine.attach("c1").joined();
		client.transport().block();
		String large = "x".repeat(5_000);
		lag(List.of("1", "2", large, large, large, large));
		client.transport().allow(1);
		this.engine.turn();
		lag(TestEngine.numbers(7, 20));
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("{\"lastEventId\":\"#0\",\"oldest\":\"#2\"}", large, large,
				"{\"lastEventId\":\"#4\",\"oldest\":\"#20\"}");
		this.engine.broadcast("21");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("21");
	}

	@Test
	void aLagMayBeSkipped() {
		TestClient client = outOfTheWindow(OnLag.SKIP);
		assertThat(client.takeData()).containsExactly("{\"lastEventId\":\"#0\",\"oldest\":\"#6\"}");
	}

	@Test
	void aLagMayEndTheStream() {
		TestClient client = outOfTheWindow(OnLag.DISCONNECT);
		assertThat(client.takeData()).isEmpty();
		assertThat(client.transport().isCompleted()).isTrue();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.SLOW);
	}

	/**
	 * A client that took nothing until more was published than is held, and then
	 * everything.
	 */
	private static TestClient outOfTheWindow(OnLag onLag) {
		TestEngine engine = new TestEngine();
		engine.maxEvents = 4;
		engine.onLag = onLag;
		TestClient client = engine.start().attach("c1").joined();
		client.transport().block();
		for (String data : TestEngine.numbers(1, 6)) {
			engine.broadcast(data);
			engine.turn();
		}
		client.transport().allow(Long.MAX_VALUE);
		engine.turn();
		return client;
	}

	private void lag(Iterable<String> data) {
		for (String one : data) {
			this.engine.broadcast(one);
			this.engine.turn();
		}
	}

	private TestClient resume(String lastEventId) {
		TestClient client = this.engine.attach("c1", "alice", lastEventId);
		client.stream().join("a");
		client.returned();
		this.engine.turn();
		return client;
	}

	private TestClient keep(@Nullable String lastEventId) {
		TestClient client = this.engine.attach("c1", "alice", lastEventId);
		client.stream().keepOpen();
		client.returned();
		this.engine.turn();
		return client;
	}

}
