package io.github.ssestarter.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.web.server.ResponseStatusException;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.sample.testsupport.Browser;
import io.github.ssestarter.sample.testsupport.PatientClient;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

/**
 * What the page of operations shows and does.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class OperationsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	@LocalServerPort
	private int port;

	@Autowired
	private SseConnections connections;

	@Test
	void streamsAreShownAndClosed() {
		try (Browser browser = Browser.start(); SseTestClient other = connect("/scopes/global")) {
			browser.open("http://localhost:" + this.port + "/operations.html");
			browser.awaitText("pill", "connected");
			String id = other.header("Sse-Client-Id").substring(0, 6);
			await().atMost(TIMEOUT)
				.untilAsserted(() -> assertThat(rows(browser)).anyMatch((row) -> row.contains(id + "…|global|"))
					.anyMatch((row) -> row.contains("this page|operations|")));
			browser.awaitNewLog("Already connected\\.", () -> browser.press("connect"));
			awaitDrawn(browser);
			browser.awaitNewLog("Closed " + id + "…", () -> browser.press("close-" + id));
			other.skipTo("sse-end");
			other.expectEnd();
			await().atMost(TIMEOUT).untilAsserted(() -> assertThat(rows(browser)).noneMatch((row) -> row.contains(id)));
			assertThat(browser.text("ends")).containsPattern("closed \\d");
			browser.awaitNewLog("Disconnected\\.", () -> browser.press("disconnect"));
			browser.awaitText("pill", "not connected");
			await().atMost(TIMEOUT).until(() -> this.connections.find(SseAudience.topic("operations")).isEmpty());
			assertThat(browser.complaints()).isEmpty();
		}
	}

	@Test
	void aSnapshotHoldsNothingSecret() {
		try (SseTestClient client = connect("/operations/stream")) {
			String id = client.header("Sse-Client-Id");
			String snapshot = client.skipTo("snapshot").data();
			assertThat(snapshot).contains("\"client\":\"" + id.substring(0, 6) + "\"")
				.doesNotContain(id.substring(0, 7), "127.0.0.1", "0:0:0:0:0:0:0:1");
		}
	}

	@Test
	void whoIsNotThereIsNotClosed() {
		for (String choice : List.of("{\"client\":\"nobody\"}", "{}")) {
			try (SseTestClient answer = PatientClient.to(this.port, "/operations/close")
				.method("POST")
				.header("Accept", "*/*")
				.body("application/json", choice)
				.connect()) {
				assertThat(answer.status()).isEqualTo(404);
			}
		}
	}

	@Test
	void nothingIsClosedThatIsNotTheOnlyOne() {
		List<SseConnection> open = Stream.of("abcdef1", "abcdef2", "abc").map(OperationsTests::connection).toList();
		SseConnections connections = mock();
		SseBroadcaster broadcaster = mock();
		given(connections.find(SseAudience.everyone())).willReturn(open);
		OperationsController controller = new OperationsController(broadcaster, connections, new SimpleMeterRegistry(),
				new Node(new MockEnvironment()));
		assertThatExceptionOfType(ResponseStatusException.class)
			.isThrownBy(() -> controller.close(new OperationsController.Choice("abcdef")))
			.withMessageContaining("409");
		controller.close(new OperationsController.Choice("abc"));
		then(broadcaster).should().close(SseAudience.client("abc"));
		then(broadcaster).shouldHaveNoMoreInteractions();
	}

	private static SseConnection connection(String id) {
		return new SseConnection(id, null, Set.of(), Instant.EPOCH, Instant.EPOCH, null, SseConnection.State.LIVE, 0, 0,
				SseConnection.Transport.SOCKET);
	}

	/**
	 * The lines of all three charts have begun.
	 */
	private static void awaitDrawn(Browser browser) {
		await().atMost(TIMEOUT)
			.until(() -> browser
				.script("""
						const charts = [...document.querySelectorAll('.canvas canvas')];
						return charts.length === 3 && charts.every((chart) => chart.width > 100
							&& chart.getContext('2d').getImageData(0, 0, chart.width, chart.height).data.some((byte) => byte > 0));""")
				.equals(true));
	}

	@SuppressWarnings("unchecked")
	private static List<String> rows(Browser browser) {
		return (List<String>) browser.script("""
				return [...document.querySelectorAll('#streams tr')]
					.map((row) => [...row.cells].map((cell) => cell.textContent.replace('… ', '…')).join('|'));""");
	}

	private SseTestClient connect(String path) {
		SseTestClient client = PatientClient.to(this.port, path).connect();
		client.skipTo("connected");
		return client;
	}

}
