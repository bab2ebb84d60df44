package io.github.ssestarter.sample;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.sample.testsupport.Browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What somebody sees who opens the pages and presses every button.
 */
@Tag("clients")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class BrowserTests {

	private static Browser browser;

	@LocalServerPort
	private int port;

	@Autowired
	private SseBroadcaster broadcaster;

	@BeforeAll
	static void startBrowser() {
		browser = Browser.start();
	}

	@AfterAll
	static void quitBrowser() {
		if (browser != null) {
			browser.close();
		}
	}

	@Test
	void indexLeadsToTheDemos() {
		open("");
		assertThat(browser.script("return [...document.querySelectorAll('main a')].map((link) => link.pathname)"))
			.isEqualTo(List.of("/stream.html", "/broadcast.html", "/scopes.html", "/reply.html", "/tokens.html",
					"/notifications.html", "/market.html", "/operations.html", "/nodes.html", "/swagger-ui.html"));
		assertNothingIsWrong();
	}

	@Test
	void swaggerUiLeadsBackToThePages() {
		open("swagger-ui.html");
		await().atMost(Duration.ofSeconds(30))
			.until(() -> browser.script(
					"return [...document.querySelectorAll('.opblock-summary-path')].map((path) => path.dataset.path)")
				.toString()
				.contains("/sse/broadcast/progress"));
		assertThat(browser.script("return document.querySelector('.information-container').innerText").toString())
			.contains("Execute collects all that a stream brings");
		assertThat(browser.script("return [...document.querySelectorAll('.information-container .renderedMarkdown a')]"
				+ ".map((link) => link.pathname)"))
			.isEqualTo(List.of("/", "/stream.html", "/broadcast.html"));
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void streamStartsPausesAndStops() {
		open("stream.html");
		browser.awaitNewLog("Nothing is running\\.", () -> browser.press("pause"));
		browser.awaitNewLog("Nothing is running\\.", () -> browser.press("stop"));
		browser.type("count", "1000");
		browser.type("interval", "100");
		browser.press("start");
		browser.awaitLog("connected .*\"count\":1000,\"intervalMs\":100.*");
		browser.awaitText("pill", "connected");
		browser.awaitNewLog("Already running.*", () -> browser.press("start"));
		browser.awaitLog("tick \\(id 30\\) .*");
		assertThat(
				browser.script("return log.scrollTop > 0 && log.scrollHeight - log.scrollTop - log.clientHeight < 40"))
			.as("the log has scrolled along")
			.isEqualTo(true);
		browser.awaitNewLog("Paused.*", () -> browser.press("pause"));
		int lines = browser.log().size();
		await().during(Duration.ofMillis(500)).until(() -> browser.log().size() == lines);
		assertThat(browser.text("pill")).isEqualTo("connected");
		assertThat(browser.text("pause")).isEqualTo("Resume");
		browser.awaitNewLog("Resumed: [1-9]\\d* events were discarded\\.", () -> browser.press("pause"));
		browser.awaitNewLog("tick .*", () -> {
		});
		browser.awaitNewLog("Stopped\\.", () -> browser.press("stop"));
		browser.awaitText("pill", "not connected");
		browser.assertEveryButtonWasPressed();
		assertNothingIsWrong();
	}

	@Test
	void streamStopsWhenItIsComplete() {
		open("stream.html");
		browser.type("count", "2");
		browser.type("interval", "100");
		browser.press("start");
		browser.awaitLog("complete .*\"total\":2.*");
		browser.awaitText("pill", "not connected");
		int lines = browser.log().size();
		await().during(Duration.ofSeconds(3)).until(() -> browser.log().size() == lines);
		assertThat(browser.log()).filteredOn((line) -> line.startsWith("connected ")).hasSize(1);
		assertNothingIsWrong();
	}

	@Test
	void streamSaysThatItWasRefusedAndStops() {
		open("stream.html");
		browser.script("document.getElementById('count').max = 2000");
		browser.type("count", "2000");
		browser.press("start");
		browser.awaitLog("Error: .*Stopped\\.");
		assertThat(browser.text("pill")).isEqualTo("not connected");
		assertThat(browser.complaints()).singleElement().asString().contains("400");
	}

	@Test
	void broadcastIsHeardByThoseWhoListen() {
		open("broadcast.html");
		browser.awaitNewLog("Not connected\\.", () -> browser.press("disconnect"));
		browser.press("connect");
		browser.awaitLog("Connected to /sse/broadcast\\.");
		browser.awaitLog("connected .*\"clientId\".*");
		browser.awaitText("pill", "connected");
		browser.awaitLog("tick .*\"serverTime\".*");
		browser.awaitNewLog("Already connected.*", () -> browser.press("connect"));
		browser.press("ping");
		browser.awaitLog("ping .*\"sent\".*");
		browser.awaitLog("Sent ping; \\d+ connected\\.");
		browser.press("send-message");
		browser.awaitLog("message .*\"text\":\"Hello, everyone\".*");
		browser.press("send-progress");
		browser.awaitLog(
				"progress .*\"taskId\":\"task-1\",\"progress\":25,\"status\":\"Working...\",\"state\":\"running\".*");
		browser.awaitNewLog("Disconnected\\.", () -> browser.press("disconnect"));
		browser.awaitText("pill", "not connected");
		browser.assertEveryButtonWasPressed();
		assertNothingIsWrong();
	}

	@Test
	void progressStreamHearsNoMessages() {
		open("broadcast.html");
		browser.select("stream", "/sse/broadcast/progress");
		browser.press("connect");
		browser.awaitLog("Connected to /sse/broadcast/progress\\.");
		browser.press("send-message");
		browser.awaitLog("Sent message; \\d+ connected\\.");
		browser.type("progress", "100");
		browser.select("state", "completed");
		browser.press("send-progress");
		browser.awaitLog("progress .*\"progress\":100,.*\"state\":\"completed\".*");
		assertThat(browser.log()).noneMatch((line) -> line.startsWith("message "));
		assertNothingIsWrong();
	}

	@Test
	void whatIsBroadcastIsShownAsText() {
		open("broadcast.html");
		browser.press("connect");
		browser.awaitText("pill", "connected");
		browser.type("event", "<b>mine</b>");
		browser.type("text", "<img src=x onerror=alert(1)>");
		browser.press("send-message");
		browser.awaitLog("<b>mine</b> .*<img src=x onerror=alert\\(1\\)>.*");
		assertThat(browser.script("return document.images.length")).isEqualTo(0L);
		assertNothingIsWrong();
	}

	@Test
	void broadcastSaysWhyItWasRefused() {
		open("broadcast.html");
		browser.script("document.getElementById('progress').max = 200");
		browser.type("progress", "101");
		browser.press("send-progress");
		browser.awaitLog("400: progress must be less than or equal to 100");
		assertThat(browser.complaints()).singleElement().asString().contains("400");
	}

	@Test
	void localStreamEndsAndGlobalStreamGoesOn() {
		open("scopes.html");
		for (String scope : List.of("local", "global")) {
			browser.awaitNewLog("The " + scope + " stream is not connected\\.",
					() -> browser.press(scope + "-disconnect"));
			browser.press(scope + "-connect");
			browser.awaitLog("The " + scope + " stream is open\\.");
			browser.awaitText(scope + "-pill", "connected");
			browser.awaitNewLog("The " + scope + " stream is already connected\\.",
					() -> browser.press(scope + "-connect"));
		}
		browser.awaitLog("local: Action \\(id 1234\\) hello, there!");
		browser.awaitLog("local: BoldOne \\(id 1337\\) general kenobi");
		browser.awaitLog("The local stream has ended\\.");
		browser.awaitText("local-pill", "not connected");
		browser.awaitLog("global: message .*");
		assertThat(browser.text("global-pill")).isEqualTo("connected");
		browser.awaitNewLog("The global stream is closed\\.", () -> browser.press("global-disconnect"));
		browser.awaitNewLog("The local stream is open\\.", () -> browser.press("local-connect"));
		browser.awaitNewLog("The local stream is closed\\.", () -> browser.press("local-disconnect"));
		browser.assertEveryButtonWasPressed();
		assertNothingIsWrong();
	}

	@Test
	void questionIsAnsweredOnTheOwnStream() {
		open("reply.html");
		browser.awaitNewLog("Connect first.*", () -> browser.press("ask"));
		browser.awaitNewLog("Not connected\\.", () -> browser.press("disconnect"));
		browser.press("connect");
		browser.awaitLog("connected .*\"clientId\".*");
		browser.awaitText("pill", "connected");
		browser.awaitNewLog("Already connected\\.", () -> browser.press("connect"));
		browser.press("ask");
		browser.awaitLog("Asked\\.");
		browser.awaitLog("answer .*\"You said: Can you hear me\\?\".*");
		// It comes back with another id, and is heard by that
		browser.awaitNewLog("connected .*\"clientId\".*", () -> this.broadcaster.close(SseAudience.everyone()));
		browser.awaitNewLog("answer .*\"You said: Can you hear me\\?\".*", () -> browser.press("ask"));
		browser.awaitNewLog("Disconnected\\.", () -> browser.press("disconnect"));
		browser.awaitText("pill", "not connected");
		browser.assertEveryButtonWasPressed();
		assertNothingIsWrong();
	}

	private void open(String page) {
		browser.open("http://localhost:" + this.port + "/" + page);
	}

	private void assertNothingIsWrong() {
		browser.assertFitsPhoneAndDesktop();
		assertThat(browser.complaints()).isEmpty();
	}

}
