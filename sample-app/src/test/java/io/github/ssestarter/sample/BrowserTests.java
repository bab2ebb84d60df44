package io.github.ssestarter.sample;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.sample.testsupport.Browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * What somebody sees who opens the pages and presses every button.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class BrowserTests {

	static final String SKIPPED = "SKIPPED: the pages were NOT tested in a browser. "
			+ "Put chromium (or google-chrome) and chromedriver on the PATH to test them";

	private static Optional<Browser> started = Optional.empty();

	private Browser browser;

	@LocalServerPort
	private int port;

	@Autowired
	private SseBroadcaster broadcaster;

	@BeforeAll
	static void startBrowser() {
		started = Browser.start();
		if (started.isEmpty()) {
			LogFactory.getLog(BrowserTests.class).warn(SKIPPED);
		}
	}

	@BeforeEach
	void needBrowser() {
		assumeThat(started).as(SKIPPED).isPresent();
		this.browser = started.orElseThrow();
	}

	@AfterAll
	static void quitBrowser() {
		started.ifPresent(Browser::close);
	}

	@Test
	void indexLeadsToTheDemos() {
		open("");
		assertThat(this.browser.script("return [...document.querySelectorAll('main a')].map((link) => link.pathname)"))
			.isEqualTo(List.of("/stream.html", "/broadcast.html", "/scopes.html", "/reply.html", "/swagger-ui.html"));
		assertNothingIsWrong();
	}

	@Test
	void swaggerUiLeadsBackToThePages() {
		open("swagger-ui.html");
		await().atMost(Duration.ofSeconds(30))
			.until(() -> this.browser.script(
					"return [...document.querySelectorAll('.opblock-summary-path')].map((path) => path.dataset.path)")
				.toString()
				.contains("/sse/broadcast/progress"));
		assertThat(this.browser.script("return document.querySelector('.information-container').innerText").toString())
			.contains("Execute collects all that a stream brings");
		assertThat(this.browser
			.script("return [...document.querySelectorAll('.information-container .renderedMarkdown a')]"
					+ ".map((link) => link.pathname)"))
			.isEqualTo(List.of("/", "/stream.html", "/broadcast.html"));
		assertThat(this.browser.complaints()).isEmpty();
	}

	@Test
	void streamStartsPausesAndStops() {
		open("stream.html");
		this.browser.awaitNewLog("Nothing is running\\.", () -> this.browser.press("pause"));
		this.browser.awaitNewLog("Nothing is running\\.", () -> this.browser.press("stop"));
		this.browser.type("count", "1000");
		this.browser.type("interval", "100");
		this.browser.press("start");
		this.browser.awaitLog("connected .*\"count\":1000,\"intervalMs\":100.*");
		this.browser.awaitText("pill", "connected");
		this.browser.awaitNewLog("Already running.*", () -> this.browser.press("start"));
		this.browser.awaitLog("tick \\(id 30\\) .*");
		assertThat(this.browser
			.script("return log.scrollTop > 0 && log.scrollHeight - log.scrollTop - log.clientHeight < 40"))
			.as("the log has scrolled along")
			.isEqualTo(true);
		this.browser.awaitNewLog("Paused.*", () -> this.browser.press("pause"));
		int lines = this.browser.log().size();
		await().during(Duration.ofMillis(500)).until(() -> this.browser.log().size() == lines);
		assertThat(this.browser.text("pill")).isEqualTo("connected");
		assertThat(this.browser.text("pause")).isEqualTo("Resume");
		this.browser.awaitNewLog("Resumed: [1-9]\\d* events were discarded\\.", () -> this.browser.press("pause"));
		this.browser.awaitNewLog("tick .*", () -> {
		});
		this.browser.awaitNewLog("Stopped\\.", () -> this.browser.press("stop"));
		this.browser.awaitText("pill", "not connected");
		this.browser.assertEveryButtonWasPressed();
		assertNothingIsWrong();
	}

	@Test
	void streamStopsWhenItIsComplete() {
		open("stream.html");
		this.browser.type("count", "2");
		this.browser.type("interval", "100");
		this.browser.press("start");
		this.browser.awaitLog("complete .*\"total\":2.*");
		this.browser.awaitText("pill", "not connected");
		int lines = this.browser.log().size();
		await().during(Duration.ofSeconds(3)).until(() -> this.browser.log().size() == lines);
		assertThat(this.browser.log()).filteredOn((line) -> line.startsWith("connected ")).hasSize(1);
		assertNothingIsWrong();
	}

	@Test
	void streamSaysThatItWasRefusedAndStops() {
		open("stream.html");
		this.browser.script("document.getElementById('count').max = 2000");
		this.browser.type("count", "2000");
		this.browser.press("start");
		this.browser.awaitLog("Error: .*Stopped\\.");
		assertThat(this.browser.text("pill")).isEqualTo("not connected");
		assertThat(this.browser.complaints()).singleElement().asString().contains("400");
	}

	@Test
	void broadcastIsHeardByThoseWhoListen() {
		open("broadcast.html");
		this.browser.awaitNewLog("Not connected\\.", () -> this.browser.press("disconnect"));
		this.browser.press("connect");
		this.browser.awaitLog("Connected to /sse/broadcast\\.");
		this.browser.awaitLog("connected .*\"clientId\".*");
		this.browser.awaitText("pill", "connected");
		this.browser.awaitLog("tick .*\"serverTime\".*");
		this.browser.awaitNewLog("Already connected.*", () -> this.browser.press("connect"));
		this.browser.press("ping");
		this.browser.awaitLog("ping .*\"sent\".*");
		this.browser.awaitLog("Sent ping; \\d+ connected\\.");
		this.browser.press("send-message");
		this.browser.awaitLog("message .*\"text\":\"Hello, everyone\".*");
		this.browser.press("send-progress");
		this.browser.awaitLog(
				"progress .*\"taskId\":\"task-1\",\"progress\":25,\"status\":\"Working...\",\"state\":\"running\".*");
		this.browser.awaitNewLog("Disconnected\\.", () -> this.browser.press("disconnect"));
		this.browser.awaitText("pill", "not connected");
		this.browser.assertEveryButtonWasPressed();
		assertNothingIsWrong();
	}

	@Test
	void progressStreamHearsNoMessages() {
		open("broadcast.html");
		this.browser.select("stream", "/sse/broadcast/progress");
		this.browser.press("connect");
		this.browser.awaitLog("Connected to /sse/broadcast/progress\\.");
		this.browser.press("send-message");
		this.browser.awaitLog("Sent message; \\d+ connected\\.");
		this.browser.type("progress", "100");
		this.browser.select("state", "completed");
		this.browser.press("send-progress");
		this.browser.awaitLog("progress .*\"progress\":100,.*\"state\":\"completed\".*");
		assertThat(this.browser.log()).noneMatch((line) -> line.startsWith("message "));
		assertNothingIsWrong();
	}

	@Test
	void whatIsBroadcastIsShownAsText() {
		open("broadcast.html");
		this.browser.press("connect");
		this.browser.awaitText("pill", "connected");
		this.browser.type("event", "<b>mine</b>");
		this.browser.type("text", "<img src=x onerror=alert(1)>");
		this.browser.press("send-message");
		this.browser.awaitLog("<b>mine</b> .*<img src=x onerror=alert\\(1\\)>.*");
		assertThat(this.browser.script("return document.images.length")).isEqualTo(0L);
		assertNothingIsWrong();
	}

	@Test
	void broadcastSaysWhyItWasRefused() {
		open("broadcast.html");
		this.browser.script("document.getElementById('progress').max = 200");
		this.browser.type("progress", "101");
		this.browser.press("send-progress");
		this.browser.awaitLog("400: progress must be less than or equal to 100");
		assertThat(this.browser.complaints()).singleElement().asString().contains("400");
	}

	@Test
	void localStreamEndsAndGlobalStreamGoesOn() {
		open("scopes.html");
		for (String scope : List.of("local", "global")) {
			this.browser.awaitNewLog("The " + scope + " stream is not connected\\.",
					() -> this.browser.press(scope + "-disconnect"));
			this.browser.press(scope + "-connect");
			this.browser.awaitLog("The " + scope + " stream is open\\.");
			this.browser.awaitText(scope + "-pill", "connected");
			this.browser.awaitNewLog("The " + scope + " stream is already connected\\.",
					() -> this.browser.press(scope + "-connect"));
		}
		this.browser.awaitLog("local: Action \\(id 1234\\) hello, there!");
		this.browser.awaitLog("local: BoldOne \\(id 1337\\) general kenobi");
		this.browser.awaitLog("The local stream has ended\\.");
		this.browser.awaitText("local-pill", "not connected");
		this.browser.awaitLog("global: message .*");
		assertThat(this.browser.text("global-pill")).isEqualTo("connected");
		this.browser.awaitNewLog("The global stream is closed\\.", () -> this.browser.press("global-disconnect"));
		this.browser.awaitNewLog("The local stream is open\\.", () -> this.browser.press("local-connect"));
		this.browser.awaitNewLog("The local stream is closed\\.", () -> this.browser.press("local-disconnect"));
		this.browser.assertEveryButtonWasPressed();
		assertNothingIsWrong();
	}

	@Test
	void questionIsAnsweredOnTheOwnStream() {
		open("reply.html");
		this.browser.awaitNewLog("Connect first.*", () -> this.browser.press("ask"));
		this.browser.awaitNewLog("Not connected\\.", () -> this.browser.press("disconnect"));
		this.browser.press("connect");
		this.browser.awaitLog("connected .*\"clientId\".*");
		this.browser.awaitText("pill", "connected");
		this.browser.awaitNewLog("Already connected\\.", () -> this.browser.press("connect"));
		this.browser.press("ask");
		this.browser.awaitLog("Asked\\.");
		this.browser.awaitLog("answer .*\"You said: Can you hear me\\?\".*");
		// It comes back with another id, and is heard by that
		this.browser.awaitNewLog("connected .*\"clientId\".*", () -> this.broadcaster.close(SseAudience.everyone()));
		this.browser.awaitNewLog("answer .*\"You said: Can you hear me\\?\".*", () -> this.browser.press("ask"));
		this.browser.awaitNewLog("Disconnected\\.", () -> this.browser.press("disconnect"));
		this.browser.awaitText("pill", "not connected");
		this.browser.assertEveryButtonWasPressed();
		assertNothingIsWrong();
	}

	private void open(String page) {
		this.browser.open("http://localhost:" + this.port + "/" + page);
	}

	private void assertNothingIsWrong() {
		this.browser.assertFitsPhoneAndDesktop();
		assertThat(this.browser.complaints()).isEmpty();
	}

}
