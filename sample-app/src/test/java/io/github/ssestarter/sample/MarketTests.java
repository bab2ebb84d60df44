package io.github.ssestarter.sample;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseConnection.State;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.sample.testsupport.Browser;
import io.github.ssestarter.sample.testsupport.PatientClient;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A thousand prices a second, and lines that can and cannot take them.
 */
@Tag("clients")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class MarketTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final SseAudience PRICES = SseAudience.topic("prices");

	@LocalServerPort
	private int port;

	@Autowired
	private SseBroadcaster broadcaster;

	@Autowired
	private SseConnections connections;

	@Autowired
	private MarketController market;

	@Test
	void pricesAreMadeFromTheFirstListenerToTheLast() {
		awaitQuiet();
		try (SseTestClient last = connect()) {
			try (SseTestClient first = connect()) {
				first.skipTo("price");
			}
			await().atMost(TIMEOUT).until(() -> this.broadcaster.connectedCount(PRICES) == 1);
			last.awaitEvents((int) last.eventCount() + 1000);
		}
		awaitQuiet();
		try (SseTestClient next = connect()) {
			next.skipTo("price");
		}
	}

	@Test
	void eachPriceComesToEachListenerInOrder() {
		try (SseTestClient one = connect(); SseTestClient other = connect()) {
			for (SseTestClient client : List.of(one, other)) {
				List<Integer> numbers = client.awaitEvents(2000)
					.stream()
					.filter((event) -> event.name().equals("price"))
					.map((event) -> JsonPath.<Integer>read(event.data(), "$.number"))
					.toList();
				int first = numbers.get(0);
				assertThat(numbers).hasSizeGreaterThan(1900)
					.isEqualTo(IntStream.range(first, first + numbers.size()).boxed().toList());
			}
		}
	}

	@Test
	void aSlowLineIsToldOfItsGapAndNobodyElseNotices() {
		try (Browser browser = Browser.start()) {
			browser.open("http://localhost:" + this.port + "/market.html");
			browser.awaitText("fast-pill", "connected");
			browser.awaitNewLog("This line is connected.*", () -> browser.press("fast-connect"));
			awaitTrue(browser, "prices.rows.length === 100 && prices.querySelectorAll('.up, .down').length > 90");
			await().atMost(TIMEOUT).until(() -> this.connections.find(PRICES).size() == 1);
			browser.press("slow-connect");
			browser.awaitText("slow-pill", "connected");
			await().atMost(TIMEOUT)
				.until(() -> this.connections.find(PRICES).stream().skip(1).anyMatch((slow) -> slow.lag() > 2000));
			pushOutOfTheHistory();
			browser.awaitLog("The slow line was told of a gap\\. Prices missed: [\\d,]+\\.");
			await().atMost(TIMEOUT)
				.untilAsserted(() -> assertThat(figures(browser, "slow").subList(3, 5)).doesNotContain("0"));
			assertThat(figures(browser, "slow").get(5)).as("missed untold").isEqualTo("0");
			assertThat(figures(browser, "fast").subList(3, 6)).containsOnly("0");
			for (String line : List.of("fast", "slow")) {
				browser.press(line + "-disconnect");
				browser.awaitText(line + "-pill", "not connected");
			}
			await().atMost(TIMEOUT).until(() -> this.connections.find(PRICES).isEmpty());
			browser.assertEveryButtonWasPressed();
			assertThat(browser.complaints()).isEmpty();
		}
	}

	/**
	 * Takes the place of all that the history holds, but of nothing that the first stream
	 * is still to get.
	 */
	private void pushOutOfTheHistory() {
		for (int i = 0; i < 10_000; i++) {
			if (i % 1000 == 0) {
				await().atMost(TIMEOUT).until(() -> this.connections.find(PRICES).get(0).state() == State.LIVE);
			}
			this.broadcaster.send(SseAudience.topic("other"), "other", i);
		}
	}

	/**
	 * Received, a second, behind, gaps told, missed, missed untold: as of the last
	 * second.
	 */
	@SuppressWarnings("unchecked")
	private static List<String> figures(Browser browser, String line) {
		return (List<String>) browser.script("return [...document.querySelectorAll('#" + line
				+ "-figures dd')].map((figure) => figure.textContent)");
	}

	private static void awaitTrue(Browser browser, String condition) {
		await().atMost(TIMEOUT).until(() -> browser.script("return " + condition).equals(true));
	}

	/**
	 * Waits until no price is made for a second.
	 */
	private void awaitQuiet() {
		AtomicLong before = new AtomicLong(-1);
		await().atMost(TIMEOUT).pollDelay(Duration.ZERO).pollInterval(Duration.ofSeconds(1)).until(() -> {
			long now = this.market.lastNumber();
			return now == before.getAndSet(now);
		});
	}

	private SseTestClient connect() {
		SseTestClient client = PatientClient.to(this.port, "/market/prices").connect();
		client.skipTo("connected");
		return client;
	}

}
