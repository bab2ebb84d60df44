package io.github.ssestarter.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.stream.Collectors;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.TaskScheduler;

import io.github.ssestarter.sample.testsupport.Browser;
import io.github.ssestarter.sample.testsupport.PatientClient;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

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

	private final Endless model = new Endless();

	@AfterEach
	void endModel() {
		this.model.end();
	}

	@Test
	void whoComesBackHearsTheRestAndWhoComesLaterAll() {
		Answer answer = this.answers.begin(this.model);
		String whole;
		try (SseTestClient first = connect(answer)) {
			await().atMost(TIMEOUT).until(() -> first.eventCount() > 10);
			first.cut();
			int written = answer.state().text().length();
			await().atMost(TIMEOUT).until(() -> answer.state().text().length() > written + 20);
			try (SseTestClient second = first.reconnect(); SseTestClient newcomer = connect(answer)) {
				second.skipTo("token");
				newcomer.skipTo("token");
				this.model.end();
				second.skipTo("done");
				newcomer.skipTo("done");
				whole = answer.state().text();
				assertThat(text(first) + text(second)).isEqualTo(whole);
				assertThat(text(newcomer)).isEqualTo(whole);
			}
		}
		try (SseTestClient late = connect(answer)) {
			late.expectEnd();
			assertThat(text(late)).isEqualTo(whole);
			assertThat(late.events()).last()
				.hasFieldOrPropertyWithValue("data", "{\"status\":\"FINISHED\",\"length\":" + whole.length() + "}");
		}
	}

	@Test
	void itStopsWhenItIsToldToAndNotWhenNobodyListens() {
		Answer answer = this.answers.begin(this.model);
		connect(answer).close();
		int written = answer.state().text().length();
		await().atMost(TIMEOUT).until(() -> answer.state().text().length() > written);
		try (SseTestClient client = connect(answer);
				SseTestClient stop = PatientClient.to(this.port, "/tokens/" + answer.state().id() + "/stop")
					.method("POST")
					.connect()) {
			assertThat(stop.status()).isEqualTo(204);
			assertThat(client.skipTo("done").data()).contains("STOPPED");
			assertThat(text(client)).isEqualTo(answer.state().text()).isNotEmpty();
		}
	}

	@Test
	void onlyTheLastAnswersAreKept() {
		Answer oldest = this.answers.begin(this.model);
		for (int i = 0; i < 50; i++) {
			this.answers.begin(QUESTION).stop();
		}
		try (SseTestClient client = connect(oldest)) {
			assertThat(client.status()).isEqualTo(404);
		}
		await().atMost(TIMEOUT).until(() -> oldest.state().status() == Answer.Status.STOPPED);
	}

	@Test
	void whatIsBeingWrittenDoesNotFailWhenTheApplicationEnds() {
		TaskScheduler ended = mock();
		given(ended.schedule(any(), any(Instant.class))).willThrow(new TaskRejectedException("The application ends"));
		Answer answer = new Answers(mock(), ended).begin(this.model);
		assertThat(answer.state().text()).isNotEmpty();
	}

	@Test
	void thePageLosesNothingWhetherItIsCutOffOrLoadedAgain() {
		Answer answer = this.answers.begin(this.model);
		try (Browser browser = Browser.start()) {
			browser.open("http://localhost:" + this.port + "/tokens.html");
			for (String button : new String[] { "stop", "cut", "come-back" }) {
				browser.awaitNewLog("There is no answer on its way.*", () -> browser.press(button));
			}
			browser.type("text", QUESTION);
			browser.press("ask");
			await().atMost(TIMEOUT).until(() -> length(browser) > 0);
			Answer asked = answer(browser);
			browser.script("location.hash = '" + answer.state().id() + "'");
			awaitBegun(browser);
			browser.press("cut");
			browser.awaitText("pill", "not connected");
			int shown = length(browser);
			await().atMost(TIMEOUT).until(() -> answer.state().text().length() > shown + 50);
			assertThat(length(browser)).isEqualTo(shown);
			browser.press("come-back");
			await().atMost(TIMEOUT).until(() -> length(browser) > shown + 50);
			assertThat(browser.log()).noneMatch((line) -> line.contains("no longer held"));
			browser.press("reload");
			browser.assertEveryButtonWasPressed();
			awaitBegun(browser);
			this.model.end();
			awaitStatus(browser, "finished");
			assertThat(shown(browser)).isEqualTo(answer.state().text());
			browser.script("location.hash = '" + asked.state().id() + "'");
			await().atMost(TIMEOUT).until(() -> shown(browser).equals(model()));
			awaitStatus(browser, "finished");
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
		Answer answer = this.answers.begin(this.model);
		try (Browser browser = Browser.start()) {
			browser.open("http://localhost:" + this.port + "/tokens.html#" + answer.state().id());
			awaitBegun(browser);
			// As if it had not come
			browser.script("answer.textContent = ''");
			browser.awaitLog(".*no longer held.*");
			awaitBegun(browser);
			// And as if it could not be read
			browser.script("""
					window.realFetch = fetch;
					window.fetch = async () => new Response('', { status: 503 });
					answer.textContent = 'What is there';""");
			browser.awaitLog("Not read: the server answered 503\\.");
			assertThat(shown(browser)).isEqualTo("What is there");
			browser.script("window.fetch = window.realFetch");
			awaitBegun(browser);
			browser.press("stop");
			awaitStatus(browser, "stopped");
			assertThat(shown(browser)).isEqualTo(answer.state().text());
			browser.open("http://localhost:" + this.port + "/tokens.html#unknown");
			browser.awaitLog("The server knows no such answer.*");
		}
	}

	/**
	 * The page shows the endless answer, and more of it than its beginning.
	 */
	private static void awaitBegun(Browser browser) {
		await().atMost(TIMEOUT).until(() -> shown(browser).startsWith("1 2 3 4 5 6 7 8 9 10 "));
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

	/**
	 * Counts until it is to end, so that a test may take as long as its machine does.
	 */
	private static final class Endless implements Iterator<String> {

		private volatile boolean isAtEnd;

		private int number;

		void end() {
			this.isAtEnd = true;
		}

		@Override
		public boolean hasNext() {
			return !this.isAtEnd;
		}

		@Override
		public String next() {
			return ++this.number + " ";
		}

	}

}
