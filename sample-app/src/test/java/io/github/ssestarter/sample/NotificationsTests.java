package io.github.ssestarter.sample;

import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.github.ssestarter.sample.testsupport.Browser;
import io.github.ssestarter.sample.testsupport.PatientClient;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who is told what, and who may do what.
 */
@Tag("clients")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class NotificationsTests {

	@LocalServerPort
	private int port;

	/**
	 * To a browser, the two names of this machine are two origins, with cookies of their
	 * own.
	 */
	@Test
	void eachHearsWhatIsForThemUntilTheyLogOut() {
		try (Browser browser = Browser.start()) {
			browser.open("http://localhost:" + this.port + "/notifications.html");
			browser.awaitText("log-in", "Log in");
			browser.type("password", "wrong");
			browser.awaitNewLog("This is no name with its password\\.", () -> browser.press("log-in"));
			assertThat(browser.complaints()).singleElement().asString().contains("401");
			logIn(browser, "alice", "wonderland");
			String alice = browser.tab();
			browser.openTab("http://localhost:" + this.port + "/notifications.html");
			browser.awaitText("user", "alice");
			String aliceToo = browser.tab();
			browser.openTab("http://127.0.0.1:" + this.port + "/notifications.html");
			logIn(browser, "bob", "builder");
			String bob = browser.tab();
			browser.type("text", "<b>Lunch</b>");
			for (String to : List.of("Alice", "Bob", "Everyone")) {
				browser.awaitNewLog("Sent to " + to + "\\.", () -> browser.press("to-" + to.toLowerCase(Locale.ROOT)));
			}
			browser.awaitText("badge", "2 new");
			assertThat(browser.log()).contains("bob to you alone: <b>Lunch</b>", "bob to everyone: <b>Lunch</b>")
				.noneMatch((line) -> line.startsWith("bob to alice"));
			browser.assertIsForEverybody();

			browser.use(alice);
			browser.awaitText("badge", "2 new");
			assertThat(browser.log()).contains("bob to you alone: <b>Lunch</b>", "bob to everyone: <b>Lunch</b>")
				.noneMatch((line) -> line.startsWith("bob to bob"));
			assertThat(browser.script("return document.title").toString()).startsWith("(2) ");
			browser.press("read");
			browser.awaitText("badge", "");
			// What is held comes again to a page that is loaded again, and is not new
			browser.script("location.reload()");
			browser.awaitLog("bob to everyone: <b>Lunch</b>");
			browser.awaitText("badge", "");

			browser.use(aliceToo);
			browser.press("log-out");
			browser.use(alice);
			browser.awaitLog("The server has ended the stream: LOGGED_OUT\\.");
			browser.awaitText("log-in", "Log in");
			browser.use(bob);
			browser.assertEveryButtonWasPressed();
			browser.awaitText("pill", "connected");
			browser.press("log-out");
			browser.awaitLog("The server has ended the stream: LOGGED_OUT\\.");
			assertThat(browser.log()).noneMatch((line) -> line.contains("Lunch"));
			assertThat(browser.complaints()).isEmpty();
		}
	}

	private static void logIn(Browser browser, String name, String password) {
		browser.awaitText("log-in", "Log in");
		browser.type("name", name);
		browser.type("password", password);
		browser.press("log-in");
		browser.awaitText("user", name);
		browser.awaitText("pill", "connected");
	}

	@ParameterizedTest
	@CsvSource({ "GET, /notifications/stream, 401", "GET, /notifications/user, 200", "POST, /notifications, 403",
			"POST, /notifications/bob, 403", "POST, /notifications/login, 403", "POST, /notifications/logout, 403" })
	void nothingGoesWithoutALoginAndAToken(String method, String path, int status) {
		try (SseTestClient client = PatientClient.to(this.port, path)
			.method(method)
			.header("Accept", "*/*")
			.connect()) {
			assertThat(client.status()).isEqualTo(status);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/style.css", "/sse-client.js", "/code/Clock.java", "/sse?count=1&intervalMs=10",
			"/notifications/user", "/actuator/health", "/v3/api-docs", "/nowhere" })
	void aStrictPolicyIsOnEverything(String path) {
		try (SseTestClient client = PatientClient.to(this.port, path).header("Accept", "*/*").connect()) {
			assertThat(client.header("Content-Security-Policy")).startsWith("default-src 'none'; script-src 'self';")
				.doesNotContain("unsafe");
		}
	}

}
