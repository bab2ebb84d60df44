package io.github.ssestarter.sample;

import java.time.Duration;
import java.util.stream.Collectors;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.github.ssestarter.sample.testsupport.Browser;
import io.github.ssestarter.sample.testsupport.PatientClient;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A model's answer, as streams and as the page have it.
 */
@Tag("clients")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class TokensTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final String QUESTION = "Is 1 < 2 & <b>\"why\"</b>? \uD83D\uDE00";

	@LocalServerPort
	private int port;

	@Autowired
	private Answers answers;

	@Test
	void whoComesBackHearsTheRestAndWhoComesLaterAll() {
		Answer answer = this.answers.begin(QUESTION);
		try (SseTestClient first = connect(answer)) {
			await().atMost(TIMEOUT).until(() -> first.eventCount() > 10);
			first.cut();
			int written = answer.state().text().length();
			await().atMost(TIMEOUT).until(() -> answer.state().text().length() > written + 20);
			try (SseTestClient second = first.reconnect(); SseTestClient newcomer = connect(answer)) {
				second.skipTo("done");
				newcomer.skipTo("done");
				assertThat(text(first) + text(second)).isEqualTo(model());
				assertThat(text(newcomer)).isEqualTo(model());
			}
		}
		try (SseTestClient late = connect(answer)) {
			late.expectEnd();
			assertThat(text(late)).isEqualTo(model());
			assertThat(late.events()).last()
				.hasFieldOrPropertyWithValue("data", "{\"status\":\"FINISHED\",\"length\":" + model().length() + "}");
		}
	}

	@Test
	void itStopsWhenItIsToldToAndNotWhenNobodyListens() {
		Answer answer = this.answers.begin(QUESTION);
		connect(answer).close();
		assertThat(answer.isDone()).isFalse();
		try (SseTestClient client = connect(answer);
				SseTestClient stop = PatientClient.to(this.port, "/tokens/" + answer.state().id() + "/stop")
					.method("POST")
					.connect()) {
			assertThat(stop.status()).isEqualTo(204);
			assertThat(client.skipTo("done").data()).contains("STOPPED");
			assertThat(text(client)).isEqualTo(answer.state().text()).isNotEqualTo(model());
			assertThat(model()).startsWith(text(client));
		}
	}

	@Test
	void onlyTheLastAnswersAreKept() {
		Answer oldest = this.answers.begin(QUESTION);
		for (int i = 0; i < 50; i++) {
			this.answers.begin(QUESTION).stop();
		}
		try (SseTestClient client = connect(oldest)) {
			assertThat(client.status()).isEqualTo(404);
		}
		await().atMost(TIMEOUT).until(() -> oldest.state().status() == Answer.Status.STOPPED);
	}

	@Test
	void thePageLosesNothingWhetherItIsCutOffOrLoadedAgain() {
		try (Browser browser = Browser.start()) {
			browser.open("http://localhost:" + this.port + "/tokens.html");
			for (String button : new String[] { "stop", "cut", "come-back" }) {
				browser.awaitNewLog("There is no answer on its way.*", () -> browser.press(button));
			}
			browser.type("text", QUESTION);
			browser.press("ask");
			await().atMost(TIMEOUT).until(() -> length(browser) > 20);
			browser.press("cut");
			browser.awaitText("pill", "not connected");
			int shown = length(browser);
			Answer answer = answer(browser);
			await().atMost(TIMEOUT).until(() -> answer.state().text().length() > shown + 50);
			assertThat(length(browser)).isEqualTo(shown);
			browser.press("come-back");
			await().atMost(TIMEOUT).until(() -> length(browser) > shown + 50);
			assertThat(browser.log()).noneMatch((line) -> line.contains("no longer held"));
			browser.press("reload");
			browser.assertEveryButtonWasPressed();
			awaitStatus(browser, "finished");
			assertThat(shown(browser)).isEqualTo(model());
			assertThat(browser.log()).isEmpty();
			// All of it is there, and so it is for who comes now
			browser.press("reload");
			awaitStatus(browser, "finished");
			assertThat(shown(browser)).isEqualTo(model());
			browser.assertIsForEverybody();
			assertThat(browser.complaints()).isEmpty();
		}
	}

	@Test
	void thePageReadsTheWholeWhereTheLogHasLostTheBeginning() {
		try (Browser browser = Browser.start()) {
			browser.open("http://localhost:" + this.port + "/tokens.html");
			browser.press("ask");
			await().atMost(TIMEOUT).until(() -> length(browser) > 20);
			// As if it had not come
			browser.script("answer.textContent = ''");
			browser.awaitLog(".*no longer held.*");
			browser.press("stop");
			awaitStatus(browser, "stopped");
			assertThat(shown(browser)).isEqualTo(answer(browser).state().text());
			browser.open("http://localhost:" + this.port + "/tokens.html#unknown");
			browser.awaitLog("The server knows no such answer.*");
		}
	}

	private SseTestClient connect(Answer answer) {
		return PatientClient.to(this.port, "/tokens/" + answer.state().id() + "/stream").connect();
	}

	private static String model() {
		StringBuilder text = new StringBuilder();
		new FakeModel(QUESTION).forEachRemaining(text::append);
		return text.toString();
	}

	private static String text(SseTestClient client) {
		return client.events()
			.stream()
			.filter((event) -> event.name().equals("token"))
			.map((event) -> JsonPath.<String>read(event.data(), "$.text"))
			.collect(Collectors.joining());
	}

	private Answer answer(Browser browser) {
		return this.answers.find((String) browser.script("return location.hash.slice(1)")).orElseThrow();
	}

	private static String shown(Browser browser) {
		return (String) browser.script("return document.getElementById('answer').textContent");
	}

	private static int length(Browser browser) {
		return shown(browser).length();
	}

	private static void awaitStatus(Browser browser, String status) {
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(browser.text("status")).isEqualTo(status));
	}

}
