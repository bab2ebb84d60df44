package io.github.ssestarter.sample;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.github.ssestarter.sample.testsupport.Browser;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A page whose {@code EventSource} meets a node without room: it stays alive, and is
 * connected once there is room, by itself.
 */
@Tag("clients")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "sse.limits.max-streams=1", "sse.limits.busy-retry=300ms", "sse.heartbeat.interval=200ms" })
class FullNodeBrowserTests {

	private static final String WATCH = """
			window.seen = [];
			window.source = new EventSource('/sse/broadcast');
			for (const name of ['sse-busy', 'connected', 'tick']) {
				source.addEventListener(name, () => seen.push(name));
			}""";

	private static final String FETCH = """
			window.answered = 0;
			fetch('/sse/broadcast', {headers: {accept: 'text/event-stream'}}).then((answer) => answered = answer.status);
			""";

	private static final int CLOSED = 2;

	@LocalServerPort
	private int port;

	@Test
	void anEventSourceComesBackByItselfWhenThereIsRoom() {
		try (Browser browser = Browser.start();
				SseTestClient only = SseTestClient.to(this.port, "/sse/broadcast").connect()) {
			only.skipTo("tick");
			browser.open("http://localhost:" + this.port + "/");
			browser.script(WATCH);
			await().atMost(Duration.ofSeconds(20)).until(() -> seen(browser).size() >= 3);
			assertThat(seen(browser)).containsOnly("sse-busy");
			assertThat(browser.script("return source.readyState")).isNotEqualTo((long) CLOSED);
			browser.script(FETCH);
			await().atMost(Duration.ofSeconds(20)).until(() -> browser.script("return answered").equals(503L));
			only.cut();
			await().atMost(Duration.ofSeconds(20)).until(() -> seen(browser).contains("tick"));
			assertThat(seen(browser)).containsSubsequence("sse-busy", "connected", "tick");
		}
	}

	@SuppressWarnings("unchecked")
	private static List<String> seen(Browser browser) {
		return (List<String>) browser.script("return seen");
	}

}
