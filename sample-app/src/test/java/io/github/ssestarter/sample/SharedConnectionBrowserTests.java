package io.github.ssestarter.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
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
 * Tabs that share the connection of {@code sse-client.js}: each hears each number once,
 * whatever becomes of the one that has it.
 */
@Tag("clients")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "sse.browser-client.enabled=true", "sse.heartbeat.interval=1s" })
@Import(NumberStreams.class)
class SharedConnectionBrowserTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final SseAudience NUMBERS = SseAudience.topic("numbers");

	private final ScheduledExecutorService publisher = Executors.newSingleThreadScheduledExecutor();

	private final List<String> tabs = new ArrayList<>();

	private Browser browser;

	@LocalServerPort
	private int port;

	@Autowired
	private SseBroadcaster broadcaster;

	@Autowired
	private SseConnections connections;

	/** Written by the publisher. */
	private volatile int published;

	@BeforeEach
	void startBrowser() {
		this.browser = Browser.start();
	}

	@AfterEach
	void quitBrowser() {
		this.publisher.shutdownNow();
		if (this.browser != null) {
			this.browser.close();
		}
	}

	@Test
	void tenTabsHaveOneConnectionWhoeverIsKilledOrHidden() throws Exception {
		openTabs(10, "{shared: true, closeWhenHidden: 2000}");
		assertThat(streams()).hasSize(1);
		publish();
		String last = this.tabs.get(9);
		List<Long> interruptions = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			awaitNumbers(this.published + 5);
			String leader = leader(last);
			this.browser.use(leader);
			if (i < 3) {
				this.browser.kill();
			}
			else {
				this.browser.closeTab();
			}
			this.tabs.remove(leader);
			this.browser.use(last);
			int before = this.published;
			awaitNumbers(before + 20);
			assertThat(streams()).hasSize(1);
			interruptions.add(longestInterruption());
			this.browser.script("seen.at = []");
		}
		assertThat(interruptions.stream().sorted().toList().get(1)).as(interruptions::toString).isLessThan(1000);

		long hidden = System.nanoTime();
		this.browser.openTab("about:blank");
		await().atMost(TIMEOUT).until(() -> streams().isEmpty());
		await().atMost(TIMEOUT).until(() -> System.nanoTime() - hidden > TimeUnit.SECONDS.toNanos(10));
		assertThat(streams()).isEmpty();
		this.browser.use(last);
		awaitNumbers(this.published + 5);
		assertThat(streams()).hasSize(1);
		assertExact();
	}

	@Test
	void aTabThatIsFrozenOrStuckLosesTheConnection() throws Exception {
		openTabs(2, "{shared: true}");
		publish();
		String second = this.tabs.get(1);
		String first = leader(second);
		assertThat(first).isNotEqualTo(second);
		this.browser.use(first);
		this.browser.freeze(true);
		int before = this.published;
		this.browser.use(second);
		awaitNumbers(before + 20);
		assertThat(leader(second)).isEqualTo(second);
		this.browser.use(first);
		this.browser.freeze(false);
		awaitNumbers(this.published + 5);

		this.browser.use(second);
		this.browser.script("setTimeout(() => { const end = Date.now() + 6000; while (Date.now() < end); }, 500)");
		this.browser.use(first);
		// As if it had only now come to be seen
		this.browser.script("setTimeout(() => document.dispatchEvent(new Event('visibilitychange')), 1500)");
		await().atMost(TIMEOUT).until(() -> leader(first).equals(first));
		this.browser.use(second);
		awaitNumbers(this.published + 5);
		assertExact();
		assertThat(streams()).hasSize(1);
	}

	@Test
	void whatAStreamBeginsWithUnderIdsOfTheApplicationIsHeard() {
		this.browser.openTab("http://localhost:" + this.port + "/tab.html");
		this.browser.script(
				"window.seen = watch(new SseClient('numbered', {shared: true, parse: () => { throw new Error(); }}));"
						+ " window.own = watch(new SseClient('numbered', {shared: 'own'}))");
		await().atMost(TIMEOUT)
			.untilAsserted(
					() -> assertThat(this.browser.script("return JSON.stringify(own.numbers)")).isEqualTo("[1,2,3]"));
		// A parser that fails costs its events, and not the connection
		assertThat(this.browser.script("return seen.client.state")).isEqualTo("open");
		assertThat(this.browser.script("return JSON.stringify(seen.numbers)")).isEqualTo("[]");
	}

	private void openTabs(int count, String options) {
		for (int i = 0; i < count; i++) {
			this.browser.openTab("http://localhost:" + this.port + "/tab.html");
			this.tabs.add(this.browser.tab());
			this.browser.script("window.seen = watch(new SseClient('numbers', " + options + ")); return called('"
					+ this.browser.tab() + "')");
		}
		for (String tab : this.tabs) {
			this.browser.use(tab);
			await().atMost(TIMEOUT)
				.until(() -> "open".equals(this.browser.script("return seen.client.clientId && seen.client.state")));
		}
	}

	private void publish() {
		this.publisher.scheduleAtFixedRate(() -> {
			int number = this.published + 1;
			this.broadcaster.send(NUMBERS, "number", number);
			this.published = number;
		}, 0, 20, TimeUnit.MILLISECONDS);
	}

	/**
	 * Waits until the tab that is seen has heard a number.
	 */
	private void awaitNumbers(int number) {
		await().atMost(TIMEOUT).until(() -> (long) this.browser.script("return seen.numbers.at(-1) ?? 0") >= number);
	}

	private void assertExact() throws InterruptedException {
		this.publisher.shutdown();
		assertThat(this.publisher.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
		String all = IntStream.rangeClosed(1, this.published).boxed().toList().toString().replace(" ", "");
		for (String tab : this.tabs) {
			this.browser.use(tab);
			await().atMost(TIMEOUT)
				.untilAsserted(
						() -> assertThat(this.browser.script("return JSON.stringify(seen.numbers)")).isEqualTo(all));
		}
	}

	private String leader(String tab) {
		this.browser.use(tab);
		return (String) this.browser.script("return holder('sse http://localhost:" + this.port + "/numbers')");
	}

	private long longestInterruption() {
		return (long) this.browser.script("return Math.max(...seen.at.slice(1).map((time, i) => time - seen.at[i]))");
	}

	private List<SseConnection> streams() {
		return this.connections.find(NUMBERS);
	}

}
