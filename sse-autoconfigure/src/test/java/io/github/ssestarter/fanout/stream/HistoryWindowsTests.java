package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryWindow;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for windows of their own: "busy" holds four events, "state/…" the latest of each,
 * four at most, all else a hundred.
 */
class HistoryWindowsTests {

	private static final EventHistory.Limits FOUR = new EventHistory.Limits(4, 1_000_000, Duration.ofMinutes(10));

	private final TestEngine engine = new TestEngine();

	HistoryWindowsTests() {
		this.engine.windows = List.of(new HistoryWindow((topic) -> topic.equals("busy"), FOUR, false),
				new HistoryWindow((topic) -> topic.startsWith("state/"), FOUR, true));
		this.engine.start();
	}

	@Test
	void aBusyTopicDoesNotPushOutThoseOfAQuietOne() {
		send("quiet", "1");
		send("busy", TestEngine.numbers(2, 300).toArray(new String[0]));
		send("quiet", "301");
		assertThat(comeBack("#0", "quiet").takeData()).containsExactly("1", "301");
	}

	@Test
	void allWindowsAreReadInTheOrderOfTheLog() {
		send("busy", "1", "2");
		send("quiet", "3");
		send("state/a", "4");
		send("busy", "5");
		send("quiet", "6");
		assertThat(comeBack("#0", "busy", "quiet", "state/a").take()).isEqualTo("connected\nid: #0\n\n"
				+ "data: 1\nid: #1\n\ndata: 2\nid: #2\n\ndata: 3\nid: #3\n\ndata: 4\nid: #4\n\ndata: 5\nid: #5\n\n"
				+ "data: 6\nid: #6\n\n");
	}

	@Test
	void whoHasLostOfOneWindowIsToldAndHearsAllOfTheOthers() {
		send("busy", "1", "2");
		send("quiet", "3");
		send("busy", "4", "5", "6", "7");
		assertThat(comeBack("#1", "busy", "quiet").takeData()).containsExactly(gap("#1", "#2"), "3", "4", "5", "6",
				"7");
		assertThat(comeBack("#2", "busy", "quiet").takeData()).containsExactly("3", "4", "5", "6", "7");
		assertThat(comeBack("#0", "quiet").takeData()).containsExactly("3");
	}

	@Test
	void anEventIsKnownByItsIdWhereverItsNeighboursHaveGone() {
		send("quiet", "1");
		send("busy", TestEngine.numbers(2, 20).toArray(new String[0]));
		send("quiet", "21", "22");
		assertThat(comeBack("#9", "quiet").takeData()).containsExactly("21", "22");
		assertThat(comeBack("#21", "quiet").takeData()).containsExactly("22");
		assertThat(comeBack("#9", "busy").takeData()).startsWith(gap("#9", "#9")).endsWith("20").hasSize(5);
	}

	@Test
	void aNewcomerHasLostNothing() {
		send("quiet", "1");
		send("busy", TestEngine.numbers(2, 20).toArray(new String[0]));
		TestClient client = this.engine.attach("c1");
		client.stream().fromStart().join("busy", "quiet");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "17", "18", "19", "20");
	}

	@Test
	void aNewcomerIsToldOfWhatGoesBeforeItHasReadIt() {
		send("quiet", "x".repeat(20_000));
		send("busy", "1", "2", "3", "4");
		TestClient client = this.engine.attach("c1");
		client.stream().fromStart().join("busy", "quiet");
		client.returned();
		client.transport().block();
		this.engine.turn();
		client.transport().allow(1_000);
		this.engine.turn();
		send("busy", "5", "6");
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).hasSize(6).element(1).asString().contains("lastEventId");
	}

	@Test
	void theLatestOfEachTopicStaysHoweverOldItIs() {
		send("state/a", "1", "2");
		send("state/b", "3");
		send("quiet", "4");
		this.engine.nanoTime.addAndGet(Duration.ofHours(1).toNanos());
		assertThat(comeBack("#0", "state/a", "state/b").takeData()).containsExactly("2", "3");
		assertThat(comeBack("#0", "quiet").takeData()).containsExactly(gap("#0", "#0"));
	}

	@Test
	void theOldestTopicGoesWhenThereAreTooManyAndThatIsAGapForIt() {
		send("state/a", "1");
		send("state/b", "2", "3", "4", "5", "6");
		send("state/c", "7");
		send("state/d", "8");
		assertThat(comeBack("#0", "state/a", "state/b").takeData()).containsExactly("1", "6");
		send("state/e", "9");
		assertThat(comeBack("#0", "state/b", "state/e").takeData()).containsExactly("6", "9");
		assertThat(comeBack("#0", "state/a").takeData()).containsExactly(gap("#0", "#5"));
		send("state/b", "10");
		send("state/f", "11");
		assertThat(comeBack("#0", "state/b", "state/c").takeData()).contains("10").doesNotContain("7");
		assertThat(comeBack("#0", "state/b", "state/d").takeData()).contains("8", "10");
	}

	@Test
	void whoKeepsUpHearsAllOfAWindowThatKeepsTheLatest() {
		TestClient client = this.engine.attach("c1").joined("state/a");
		send("state/a", "1", "2", "3");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "2", "3");
	}

	@Test
	void keysAreKeptApartInAWindowThatKeepsTheLatest() {
		for (String key : List.of("k", "l", "k")) {
			this.engine.engine().broadcaster().send(SseAudience.topic("state/a"), SseEvent.of(key).key(key));
		}
		assertThat(comeBack("#0", "state/a").takeData()).containsExactly("l", "k");
	}

	@Test
	void anEventToSeveralTopicsIsInTheFirstWindowForAnyOfThem() {
		this.engine.send(SseAudience.topic("quiet", "busy"), "1");
		this.engine.broadcast("2");
		send("busy", "3", "4", "5", "6");
		assertThat(comeBack("#0", "quiet").takeData()).containsExactly(gap("#0", "#1"), "2");
		assertThat(comeBack("#1", "quiet").takeData()).containsExactly("2");
	}

	private static String gap(String lastEventId, String oldest) {
		return "{\"lastEventId\":\"" + lastEventId + "\",\"oldest\":\"" + oldest + "\"}";
	}

	private void send(String topic, String... data) {
		for (String one : data) {
			this.engine.send(SseAudience.topic(topic), one);
		}
	}

	private TestClient comeBack(@Nullable String lastEventId, String... topics) {
		TestClient client = this.engine.attach("c1", null, lastEventId);
		client.stream().join(topics);
		client.returned();
		this.engine.turn();
		return client;
	}

}
