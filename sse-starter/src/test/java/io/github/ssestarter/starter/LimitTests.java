package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseClientIds;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a client is answered that there is no room for, and when there is room again.
 */
@ByBothTransports
@ExtendWith(OutputCaptureExtension.class)
class LimitTests {

	/** What Node's fetch, and what is made of it, sends as an EventSource does. */
	private static final String MODE = "Sec-Fetch-Mode: cors";

	private static final String ONLY_EVENTS = "Accept: text/event-stream";

	@ParameterizedTest
	@EnumSource
	void aFullNodeTellsAnEventSourceToComeBackAndOthers503(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-streams=2", "sse.limits.busy-retry=3s")) {
			List<SseTestClient> open = connect(application, 2);
			SseTestClient browser = application.to("/live").header("Cache-Control", "no-cache").connect();
			assertThat(browser.status()).isEqualTo(200);
			assertThat(browser.header("Content-Type")).startsWith("text/event-stream");
			assertThat(browser.header("Connection")).isEqualTo("close");
			browser.expect("sse-busy", "{}");
			browser.expectEnd();
			assertThat(browser.retry()).get().matches((retry) -> retry.toMillis() >= 3000 && retry.toMillis() <= 6000);
			assertRefused(application.to("/live").connect(), 503);
			open.get(0).cut();
			await().atMost(Duration.ofSeconds(5)).until(() -> application.connect("/live").status() == 200);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatComesBackAfterAnEndIsToldSoftly(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-streams=1")) {
			connect(application, 1);
			// EventSource, of browsers and others, also behind a proxy that adds to it
			assertSoft(request(application, ONLY_EVENTS, "Cache-Control: no-cache", "Pragma: no-cache", MODE));
			assertSoft(request(application, ONLY_EVENTS, "Cache-Control: no-cache"));
			assertSoft(request(application, ONLY_EVENTS, "Cache-Control: No-Cache, max-age=86400"));
			// htmx
			assertSoft(request(application, "Accept: text/html, text/event-stream", "HX-Request: true", MODE));
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatDoesNotIsToldByTheStatus(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-streams=1")) {
			connect(application, 1);
			// Node's fetch, fetch-event-source
			assertRefused(request(application, ONLY_EVENTS, MODE), 503);
			assertRefused(request(application, ONLY_EVENTS, MODE, "User-Agent: Mozilla/5.0 Chrome/140.0"), 503);
			// Datastar, in a browser that is told to use no cache as well
			String several = "Accept: text/event-stream, text/html, application/json";
			assertRefused(request(application, several, MODE, "Datastar-Request: true"), 503);
			assertRefused(request(application, several, MODE, "Cache-Control: no-cache"), 503);
			// Ktor
			assertRefused(request(application, ONLY_EVENTS, "Cache-Control: no-store"), 503);
			assertRefused(request(application, "Accept: */*", "Cache-Control: no-cache"), 503);
			// htmx, which wants a page
			assertRefused(request(application, "Accept: */*", "HX-Request: true", MODE), 503);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aPostIsNeverToldSoftly(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-streams-per-address=1")) {
			connect(application, 1);
			assertRefused(post(application, ONLY_EVENTS, "Cache-Control: no-cache", MODE), 429);
			assertRefused(post(application, "Accept: text/html, text/event-stream", "HX-Request: true"), 429);
		}
	}

	@ParameterizedTest
	@EnumSource
	void anAddressThatAsksForTooMuchGets429(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-streams-per-address=1",
				"server.forward-headers-strategy=native")) {
			assertThat(from(application, "192.0.2.1").status()).isEqualTo(200);
			assertRefused(from(application, "192.0.2.1"), 429);
			assertThat(from(application, "192.0.2.2").status()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@EnumSource
	void anAddressIsNotTakenFromAHeaderThatAnybodyCanSend(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-streams-per-address=1")) {
			assertThat(from(application, "192.0.2.1").status()).isEqualTo(200);
			assertRefused(from(application, "192.0.2.2"), 429);
		}
	}

	@ParameterizedTest
	@EnumSource
	void tooManyInASecondGet429(Container container, CapturedOutput output) {
		try (TestApplication application = start(container, "sse.limits.max-connects-per-second=5")) {
			List<Integer> statuses = new ArrayList<>();
			for (int i = 0; i < 30; i++) {
				statuses.add(application.connect("/live").status());
			}
			assertThat(statuses).startsWith(200, 200, 200, 200, 200).contains(429);
			assertThat(output.toString().lines().filter((line) -> line.contains("sse.limits.max-connects-per-second")))
				.singleElement()
				.asString()
				.contains("WARN")
				.contains("No room for a stream: sse.limits.max-connects-per-second is 5");
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoSeesTheEndOfItsStreamMayComeBackAtOnce(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-streams=1",
				"sse.client-id.on-duplicate=reject")) {
			String id = application.bean(SseClientIds.class).create();
			for (int i = 0; i < 200; i++) {
				try (SseTestClient client = application.to("/live").header("Sse-Client-Id", id).connect()) {
					assertThat(client.status()).isEqualTo(200);
					application.broadcaster().close(SseAudience.topic("live"));
					client.expectEnd();
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void replacedStreamsOfAClientThatNeverReadsAreNoMoreThanTheLimit(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-streams=10", "sse.history.max-size=4MB")) {
			for (int i = 0; i < 40; i++) {
				application.broadcaster().send(SseAudience.topic("live"), "big", "x".repeat(50_000));
			}
			String id = application.bean(SseClientIds.class).create();
			SseConnections connections = application.bean(SseConnections.class);
			List<SseTestClient> stalled = new ArrayList<>();
			for (int i = 0; i < 25; i++) {
				SseTestClient client = application.to("/live?from=start")
					.receiveBuffer(4096)
					.header("Sse-Client-Id", id)
					.connect();
				client.stall();
				stalled.add(client);
				await().atMost(Duration.ofSeconds(2))
					.until(() -> connections.find(SseAudience.client(id))
						.stream()
						.allMatch((one) -> one.state() == SseConnection.State.LAGGING && one.bytes() > 0));
				assertThat(client.status()).isEqualTo(200);
				await().atMost(Duration.ofSeconds(2))
					.until(() -> connections.find(SseAudience.everyone()).size() <= 10);
			}
			SseTestClient.closeAll(stalled);
		}
	}

	@ParameterizedTest
	@EnumSource
	void moreStreamsThanConnectionsAreWarnedOf(Container container, CapturedOutput output) {
		String property = "server." + container.name().toLowerCase(Locale.ROOT) + ".max-connections";
		start(container, property + "=100", "sse.limits.max-streams=101").close();
		assertThat(output).contains("sse.limits.max-streams is 101, but the web server takes 100 connections ("
				+ property
				+ "), and over HTTP/1.1 each stream is one: clients beyond it would wait without an answer, instead of"
				+ " being told to come back. Set " + property + " above 101, with room for other requests, or"
				+ " sse.limits.max-streams below 100");
	}

	@ParameterizedTest
	@EnumSource
	void asManyStreamsAsConnectionsAreNotWarnedOf(Container container, CapturedOutput output) {
		start(container, "sse.limits.max-streams=8000").close();
		start(container).close();
		assertThat(output).doesNotContain("connections");
	}

	private static SseTestClient from(TestApplication application, String address) {
		return application.to("/live").header("X-Forwarded-For", address).connect();
	}

	private static SseTestClient request(TestApplication application, String... headers) {
		return with(application.to("/live"), headers);
	}

	private static SseTestClient post(TestApplication application, String... headers) {
		return with(application.to("/live").method("POST"), headers);
	}

	private static SseTestClient with(SseTestClient.Builder request, String... headers) {
		for (String header : headers) {
			String[] parts = header.split(": ");
			request.header(parts[0], parts[1]);
		}
		return request.connect();
	}

	private static void assertSoft(SseTestClient client) {
		assertThat(client.status()).isEqualTo(200);
		client.expect("sse-busy", "{}");
		client.expectEnd();
	}

	private static void assertRefused(SseTestClient client, int status) {
		assertThat(client.status()).isEqualTo(status);
		assertThat(client.header("Retry-After")).containsOnlyDigits();
		assertThat(client.header("Content-Length")).isEqualTo("0");
		assertThat(client.header("Connection")).isEqualTo("close");
		client.expectEnd();
	}

	private static List<SseTestClient> connect(TestApplication application, int count) {
		List<SseTestClient> clients = SseTestClient.connectAll(count, (i) -> application.to("/live"));
		assertThat(clients).allMatch((client) -> client.status() == 200);
		return clients;
	}

	private static TestApplication start(Container container, String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.add("sse.heartbeat.interval=200ms");
		return TestApplication.start(container, Live.class, all.toArray(new String[0]));
	}

	@RestController
	static class Live {

		@RequestMapping(path = "/live", method = { RequestMethod.GET, RequestMethod.POST })
		void live(SseStream stream, @RequestParam(required = false) String from) {
			stream.join("live");
			if (from != null) {
				stream.fromStart();
			}
		}

	}

}
