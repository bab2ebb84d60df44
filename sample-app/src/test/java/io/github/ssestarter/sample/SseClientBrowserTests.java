package io.github.ssestarter.sample;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.sample.testsupport.Browser;
import io.github.ssestarter.sample.testsupport.NumberStreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a page sees that uses {@code sse-client.js}, under a strict content security
 * policy.
 */
@Tag("clients")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "sse.browser-client.enabled=true", "sse.retry=300ms", "sse.heartbeat.interval=1s" })
@Import(NumberStreams.class)
class SseClientBrowserTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final SseAudience NUMBERS = SseAudience.topic("numbers");

	private static Browser browser;

	@LocalServerPort
	private int port;

	@Autowired
	private SseBroadcaster broadcaster;

	@Autowired
	private SseConnections connections;

	@Autowired
	private NumberStreams streams;

	private int published;

	@BeforeAll
	static void startBrowser() {
		browser = Browser.start();
	}

	@BeforeEach
	void openPage() {
		browser.open(page());
		browser.complaints();
	}

	@AfterEach
	void leavePage() {
		browser.closeOtherTabs();
		browser.script("sessionStorage.clear()");
		browser.open("about:blank");
		await().atMost(TIMEOUT).until(() -> streams().isEmpty());
	}

	@AfterAll
	static void quitBrowser() {
		if (browser != null) {
			browser.close();
		}
	}

	@Test
	void itIsThereUnderAStrictPolicyAndComplainsOfNothing() {
		open("{}");
		publish(3);
		awaitNumbers(3);
		assertThat(read("seen.client.clientId")).isEqualTo("\"" + only().id() + "\"");
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void anEventSourceThatWasRefusedComesBackFromItsPosition() {
		open("{retry: 200, comesBack: () => true}");
		publish(3);
		awaitNumbers(3);
		String id = only().id();
		this.streams.refuse(502, null);
		this.streams.refuse(503, "1");
		this.broadcaster.close(NUMBERS);
		publish(3);
		awaitNumbers(6);
		assertThat(read("seen.ends")).isEqualTo("[{\"reason\":\"CLOSED\",\"comesBack\":true}]");
		assertThat(read("seen.busy")).isEqualTo("[{\"retryIn\":1000}]");
		assertThat(read("seen.states")).startsWith("[\"open\",\"waiting\",\"connecting\"")
			.endsWith("\"waiting\",\"connecting\",\"open\"]");
		assertThat(only().id()).isEqualTo(id);
	}

	@Test
	void whatIsFinalIsTheEndUntilItIsOpenedAgain() {
		open("{}");
		publish(1);
		awaitNumbers(1);
		this.broadcaster.close(NUMBERS);
		await().atMost(TIMEOUT).until(() -> read("seen.client.state").equals("\"closed\""));
		assertThat(read("seen.ends")).isEqualTo("[{\"reason\":\"CLOSED\",\"comesBack\":false}]");
		publish(2);
		await().during(Duration.ofSeconds(1)).until(() -> streams().isEmpty());
		browser.script("seen.client.open()");
		awaitNumbers(3);
		for (int status : new int[] { 204, 403 }) {
			this.streams.refuse(status, null);
			browser.script("window.seen = watch(new SseClient('numbers', {headers: {}}))");
			await().atMost(TIMEOUT).until(() -> read("seen.client.state").equals("\"closed\""));
			assertThat(read("seen.ends")).isEqualTo("[{\"reason\":\"" + ((status == 204) ? "NO_CONTENT" : "REFUSED")
					+ "\",\"status\":" + status + ",\"comesBack\":false}]");
		}
	}

	@Test
	void aTabKeepsItsClientIdAndADuplicateHasItsOwn() {
		open("{comesBack: () => true}");
		publish(1);
		awaitNumbers(1);
		String id = only().id();
		// The URL of the first connection has no id, and the browser comes back with that
		this.broadcaster.close(NUMBERS);
		publish(2);
		awaitNumbers(3);
		await().atMost(TIMEOUT).until(() -> only().id().equals(id));
		String first = browser.tab();
		browser.script("window.open(location.href)");
		browser.use(browser.tabs().stream().filter((tab) -> !tab.equals(first)).findFirst().orElseThrow());
		await().atMost(TIMEOUT).until(() -> read("typeof watch").equals("\"function\""));
		assertThat(read("sessionStorage.length")).isEqualTo("1");
		open("{}");
		assertThat(streams()).hasSize(2).extracting(SseConnection::id).contains(id).doesNotHaveDuplicates();
		browser.use(first);
		browser.closeOtherTabs();
		browser.open(page());
		open("{}");
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(only().id()).isEqualTo(id));
	}

	@Test
	void aLostPositionIsAGap() {
		browser.script("window.seen = watch(new SseClient('numbers?lastEventId=1763624000000-5.k3f9x2'))");
		await().atMost(TIMEOUT)
			.untilAsserted(() -> assertThat(read("seen.gaps"))
				.startsWith("[{\"lastEventId\":\"1763624000000-5.k3f9x2\",\"oldest\":"));
	}

	@Test
	void itReadsAStreamAsAnEventSourceDoes() {
		browser
			.script("""
					window.read = [[], []];
					const source = new EventSource('raw');
					const client = new SseClient('raw', {headers: {}});
					for (const name of ['message', 'a', 'none']) {
						source.addEventListener(name, ({type, data, lastEventId}) => read[0].push({type, data, lastEventId}));
						client.on(name, (value, event) => read[1].push(event));
					}
					source.onerror = () => source.close();
					client.onState((state) => state === 'waiting' && client.close());""");
		await().atMost(TIMEOUT)
			.until(() -> ((List<?>) browser.script("return read.map((all) => all.length)")).equals(List.of(9L, 9L)));
		assertThat(read("read[1]")).isEqualTo(read("read[0]"));
	}

	@Test
	void whereHeadersOrABodyAreNeededTheyAreSent() {
		browser.script("""
				window.answers = [];
				let tokens = 0;
				const client = new SseClient('questions', {
					headers: async () => ({'X-Token': `token-${++tokens}`, 'Content-Type': 'text/plain'}),
					body: 'What?'
				});
				client.on('answer', (text) => answers.push(text));
				client.on('value', (value, event) => answers.push(value.n + event.data));""");
		await().atMost(TIMEOUT)
			.untilAsserted(() -> assertThat(read("answers")).isEqualTo("[\"token-1: What?\",\"1{\\\"n\\\":1}\"]"));
		// The method has returned: that was all
		await().during(Duration.ofSeconds(1)).until(() -> read("answers.length").equals("2"));
	}

	@Test
	void aHiddenPageHasNoConnection() {
		open("{closeWhenHidden: 500}");
		publish(2);
		awaitNumbers(2);
		String page = browser.tab();
		browser.openTab("about:blank");
		await().atMost(TIMEOUT).until(() -> streams().isEmpty());
		publish(3);
		browser.use(page);
		awaitNumbers(5);
		assertThat(read("seen.states")).isEqualTo("[\"open\",\"waiting\",\"connecting\",\"open\"]");
	}

	private String page() {
		return "http://localhost:" + this.port + "/tab.html";
	}

	private void open(String options) {
		browser.script("window.seen = watch(new SseClient('numbers', " + options + "))");
		await().atMost(TIMEOUT)
			.until(() -> read("seen.client.state").equals("\"open\"") && !read("seen.client.clientId").equals("null"));
	}

	private void publish(int count) {
		for (int i = 0; i < count; i++) {
			this.broadcaster.send(NUMBERS, "number", ++this.published);
		}
	}

	private void awaitNumbers(int last) {
		String all = IntStream.rangeClosed(1, last).boxed().toList().toString().replace(" ", "");
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(read("seen.numbers")).isEqualTo(all));
	}

	private String read(String expression) {
		return (String) browser.script("return JSON.stringify(" + expression + ")");
	}

	private List<SseConnection> streams() {
		return this.connections.find(NUMBERS);
	}

	private SseConnection only() {
		assertThat(streams()).hasSize(1);
		return streams().get(0);
	}

}
