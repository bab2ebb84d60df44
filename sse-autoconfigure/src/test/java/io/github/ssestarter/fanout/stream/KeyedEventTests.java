package io.github.ssestarter.fanout.stream;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for events that supersede each other by their key.
 */
class KeyedEventTests {

	private static final SseAudience RATES = SseAudience.topic("rates");

	private final TestEngine engine = new TestEngine();

	KeyedEventTests() {
		this.engine.maxEvents = 4;
		this.engine.start();
	}

	@Test
	void whoKeepsUpHearsAll() {
		TestClient client = this.engine.attach("c1").joined("rates");
		send("EUR", "1", "2");
		send("USD", "3");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "2", "3");
	}

	@Test
	void whoLagsHearsTheNewestOfEachKeyInTheOrderOfTheLog() {
		TestClient client = this.engine.attach("c1").joined("rates");
		client.transport().block();
		send("EUR", "1");
		send("USD", "2");
		this.engine.turn();
		send("EUR", "3");
		this.engine.send(RATES, "4");
		this.engine.turn();
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("2", "3", "4");
		send("EUR", "5", "6");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("5", "6");
	}

	@Test
	void whoComesBackHearsTheNewestOfEachKey() {
		send("USD", "1");
		send("EUR", "2", "3");
		send("USD", "4");
		assertThat(comeBack("#0").take()).isEqualTo("connected\nid: #0\n\ndata: 3\nid: #3\n\ndata: 4\nid: #4\n\n");
		assertThat(comeBack("#3").takeData()).containsExactly("4");
	}

	@Test
	void whatWasSupersededIsNoGap() {
		send("EUR", "1", "2", "3", "4", "5", "6");
		send("USD", "7");
		assertThat(comeBack("#0").takeData()).containsExactly("6", "7");
	}

	@Test
	void theNewestOfAKeyIsAGapOnceItIsEvicted() {
		send("EUR", "1", "2");
		send("USD", "3", "4", "5", "6");
		assertThat(comeBack("#2").takeData()).containsExactly("6");
		assertThat(comeBack("#1").takeData()).containsExactly("{\"lastEventId\":\"#1\",\"oldest\":\"#2\"}", "6");
	}

	@Test
	void whatIsEvictedByTheEventThatSupersedesItIsNoGap() {
		TestEngine small = new TestEngine();
		small.maxEvents = 1;
		small.start();
		TestClient client = small.attach("c1").joined("rates");
		client.transport().block();
		for (String data : List.of("1", "2", "3")) {
			small.engine().broadcaster().send(RATES, SseEvent.of(data).key("EUR"));
			small.turn();
		}
		client.transport().allow(Long.MAX_VALUE);
		small.turn();
		assertThat(client.takeData()).containsExactly("3");
	}

	@Test
	void aKeySupersedesForItsOwnAudienceOnly() {
		send("EUR", "1");
		send(RATES.and(SseAudience.user("ada")), "EUR", null, "2");
		send(SseAudience.everyone(), "EUR", null, "3");
		assertThat(comeBack("#0").takeData()).containsExactly("1", "3");
	}

	@Test
	void theOwnIdOfASupersededEventIsStillAPlace() {
		send(RATES, "EUR", "mine", "1");
		send("EUR", "2");
		send("USD", "3");
		send("EUR", "4");
		assertThat(comeBack("mine").takeData()).containsExactly("3", "4");
	}

	@Test
	void aStreamThatCompletesIsServedWhatIsSupersededAfterItsEnd() {
		TestClient client = this.engine.attach("c1").joined("rates");
		client.transport().block();
		send("EUR", "1");
		this.engine.turn();
		client.stream().complete();
		send("EUR", "2");
		this.engine.turn();
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).contains("1").doesNotContain("2");
	}

	@Test
	void aNewcomerMayBeginWithTheNewestOfEachKey() {
		this.engine.send(RATES, "0");
		send("EUR", "1");
		send("USD", "2");
		send("EUR", "3");
		TestClient client = this.engine.attach("c1");
		client.stream().latest().join("rates");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("0", "2", "3");
	}

	@Test
	void ofTheLastEventsThoseAreLeftOutThatAreSuperseded() {
		send("USD", "1");
		send("EUR", "2", "3", "4");
		TestClient client = this.engine.attach("c1");
		client.stream().fromLast(2).join("rates");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "4");
	}

	private void send(String key, String... data) {
		for (String one : data) {
			send(RATES, key, null, one);
		}
	}

	private void send(SseAudience audience, String key, @Nullable String id, String data) {
		if (!this.engine.shards().hasRoom()) {
			this.engine.turn();
		}
		SseEvent event = SseEvent.of(data).key(key);
		this.engine.engine().broadcaster().send(audience, (id != null) ? event.id(id) : event);
	}

	private TestClient comeBack(String lastEventId) {
		TestClient client = this.engine.attach("c1", "bob", lastEventId);
		client.stream().join("rates");
		client.returned();
		this.engine.turn();
		return client;
	}

}
