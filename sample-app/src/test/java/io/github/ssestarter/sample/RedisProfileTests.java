package io.github.ssestarter.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.ssestarter.sample.testsupport.Browser;
import io.github.ssestarter.sample.testsupport.NodeStream;
import io.github.ssestarter.sample.testsupport.PatientClient;
import io.github.ssestarter.sample.testsupport.RedisServer;
import io.github.ssestarter.sample.testsupport.RunningSample;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two nodes of the sample, by its profile {@code redis}.
 */
class RedisProfileTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	@TempDir
	private static Path folder;

	private static RedisServer redis;

	private static RunningSample left;

	private static RunningSample right;

	@BeforeAll
	static void start() throws IOException {
		redis = RedisServer.start(folder);
		left = RunningSample.startNode(redis);
		right = RunningSample.startNode(redis);
	}

	@AfterAll
	static void stop() {
		for (RunningSample node : new RunningSample[] { left, right }) {
			if (node != null) {
				node.close();
			}
		}
		if (redis != null) {
			redis.close();
		}
	}

	@Test
	void whatOneNodePublishesIsHeardThroughTheOtherAndAClientThatMovesMissesNothing() {
		try (NodeStream stream = NodeStream.open(left.port())) {
			assertThat(stream.isOneOfMany()).isTrue();
			String heard = NodeStream.publish(right.port());
			assertThat(stream.awaitIds(1)).containsExactly(heard);
			assertThat(stream.publisher(0)).isEqualTo(right.port());
			stream.close();
			List<String> missed = List.of(NodeStream.publish(left.port()), NodeStream.publish(right.port()));
			try (NodeStream again = NodeStream.open(right.port(), heard)) {
				assertThat(again.awaitIds(2)).isEqualTo(missed);
				assertThat(again.port()).isEqualTo(right.port());
			}
		}
	}

	@Test
	void itsHealthIsThatOfRedisToo() {
		try (SseTestClient health = PatientClient.to(left.port(), "/actuator/health/redis")
			.header("Accept", "*/*")
			.connect()) {
			assertThat(health.status()).isEqualTo(200);
			assertThat(health.body()).contains("\"UP\"");
		}
	}

	@Test
	void whatIsAboutANodeIsHeardOfThatNodeAlone() {
		try (SseTestClient one = PatientClient.to(left.port(), "/operations/stream").connect();
				SseTestClient other = PatientClient.to(right.port(), "/operations/stream").connect()) {
			String ownTopic = "$.topics.['operations-" + left.port() + "']";
			for (int i = 0; i < 3; i++) {
				other.skipTo("snapshot");
				assertThat(JsonPath.<Integer>read(one.skipTo("snapshot").data(), ownTopic)).isEqualTo(1);
			}
		}
	}

	@Test
	void thePageShowsAnEventCrossing() {
		try (Browser browser = Browser.start()) {
			browser.open("http://localhost:" + left.port() + "/nodes.html");
			browser.awaitText("pill", "connected");
			browser.awaitLog("Connected to node " + left.port() + "\\.");
			assertThat(browser.text("one")).isEmpty();
			assertThat(browser.text("kill")).isEqualTo("kill -9 " + ProcessHandle.current().pid());
			String id = NodeStream.publish(right.port());
			awaitNewest(browser, right, id);
			browser.awaitNewLog("Node " + left.port() + " has published .+", () -> browser.press("publish"));
			await().atMost(TIMEOUT).until(() -> newest(browser).startsWith("Node " + left.port()));
			assertThat(newest(browser)).doesNotContain("crossed");
			browser.awaitNewLog("Disconnected\\.", () -> browser.press("disconnect"));
			String missed = NodeStream.publish(right.port());
			browser.awaitNewLog("Connected to node .+", () -> browser.press("connect"));
			awaitNewest(browser, right, missed);
			browser.awaitNewLog("Already connected\\.", () -> browser.press("connect"));
			browser.assertEveryButtonWasPressed();
			browser.assertIsForEverybody();
			assertThat(browser.complaints()).isEmpty();
		}
	}

	private static void awaitNewest(Browser browser, RunningSample by, String id) {
		await().atMost(TIMEOUT)
			.untilAsserted(() -> assertThat(newest(browser))
				.matches("Node " + by.port() + "\\|" + id + "\\|Node " + left.port() + "\\|crossed\\|[\\d,]+ ms"));
	}

	/**
	 * The uppermost row, in which the id is below the name of the node.
	 */
	private static String newest(Browser browser) {
		return (String) browser.script("""
				const row = document.querySelector('#events tr');
				return row ? [...row.cells].map((cell) => cell.innerText.replace(/\\n+/, '|')).join('|') : '';""");
	}

}
