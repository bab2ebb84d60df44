package io.github.ssestarter.sample;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.json.JsonContent;

import io.github.ssestarter.test.SseTestClient;
import io.github.ssestarter.test.SseTestEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What {@code curl} shows of the sample.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ExtendWith(OutputCaptureExtension.class)
class SampleApplicationTests {

	private static final String TIME = "\"\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\"";

	@LocalServerPort
	private int port;

	@Test
	void streamCountsAndCompletes() {
		try (SseTestClient client = SseTestClient.to(this.port, "/sse?count=3&intervalMs=10").connect()) {
			client.expectEnd();
			assertThat(client.status()).isEqualTo(200);
			assertThat(client.header("Content-Type")).startsWith("text/event-stream");
			assertThat(client.retry()).hasValue(Duration.ofSeconds(2));
			assertThat(client.events()).extracting(SseTestEvent::name)
				.containsExactly("connected", "tick", "tick", "tick", "complete");
			assertThat(client.events()).extracting(SseTestEvent::lastEventId).containsExactly("", "1", "2", "3", "3");
			List<SseTestEvent> events = client.events();
			assertThat(events.get(0).data())
				.matches("\\{\"message\":\".+\",\"serverTime\":" + TIME + ",\"count\":3,\"intervalMs\":10}");
			assertThat(events.get(3).data()).matches("\\{\"i\":3,\"total\":3,\"timestamp\":" + TIME + "}");
			assertThat(events.get(4).data()).matches("\\{\"message\":\".+\",\"total\":3,\"serverTime\":" + TIME + "}");
		}
	}

	@Test
	void streamWritesTheFieldsOfAnEventInOrder() {
		try (SseTestClient client = SseTestClient.to(this.port, "/sse?count=1&intervalMs=10").connect()) {
			client.expectEnd();
			assertThat(client.raw())
				.containsPattern("(?<!retry: 2000\n)retry: 2000\nevent: connected\ndata: \\{.+}\n\n")
				.containsPattern("\n\nevent: tick\ndata: \\{.+}\nid: 1\n\n")
				.containsPattern("\n\nevent: complete\ndata: \\{.+}\n\nretry: 2000\nevent: sse-end\ndata: .+\n\n$");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "?count=&intervalMs=", "?count=0&intervalMs=0", "?count=-1&intervalMs=-1000" })
	void streamFallsBackToThirtyTicksASecondApart(String query) {
		try (SseTestClient client = SseTestClient.to(this.port, "/sse" + query).connect()) {
			assertThat(json(client.skipTo("connected"))).isLenientlyEqualTo("{'count':30,'intervalMs':1000}");
			assertThat(json(client.skipTo("tick"))).isLenientlyEqualTo("{'i':1,'total':30}");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "count=ten", "count=1.5", "intervalMs=soon", "count=1001", "intervalMs=60001" })
	void streamRefusesWhatIsNoNumberOrTooMuch(String query) {
		try (SseTestClient client = SseTestClient.to(this.port, "/sse?" + query).connect()) {
			assertThat(client.status()).isEqualTo(400);
		}
	}

	@ParameterizedTest
	@CsvSource({ "GET, /sse/unknown, 404", "POST, /sse, 405", "PUT, /sse, 405", "GET, /api/broadcast, 405" })
	void whatIsNotThereIsNotServed(String method, String path, int status) {
		try (SseTestClient client = SseTestClient.to(this.port, path).method(method).connect()) {
			assertThat(client.status()).isEqualTo(status);
		}
	}

	@Test
	void broadcastStreamsBeginByTellingTheClientItsId() {
		try (SseTestClient all = connect("/sse/broadcast"); SseTestClient some = connect("/sse/broadcast/progress")) {
			JsonContent connected = json(all.skipTo("connected"));
			assertThat(connected).extractingPath("$.clientId").isEqualTo(all.header("Sse-Client-Id"));
			assertThat(connected).extractingPath("$.serverTime").asString().isNotEmpty();
			assertThat(all.retry()).hasValue(Duration.ofSeconds(2));
			assertThat(json(some.skipTo("connected"))).extractingPath("$.clientId")
				.isEqualTo(some.header("Sse-Client-Id"));
		}
	}

	@Test
	void messagesAndProgressReachThoseWhoListenToThem() {
		try (SseTestClient all = connect("/sse/broadcast"); SseTestClient some = connect("/sse/broadcast/progress")) {
			all.skipTo("connected");
			some.skipTo("connected");
			// Streams of other tests may not have been seen to be gone yet
			await().untilAsserted(() -> assertPosted("/api/broadcast", "{\"event\":\"note\",\"data\":{\"n\":1}}", 200,
					"{'ok':true,'event':'note','connected':2}"));
			assertThat(json(all.skipTo("note"))).isStrictlyEqualTo("{'n':1}");
			assertPosted("/api/broadcast/progress",
					"{\"taskId\":\"t\",\"progress\":100,\"status\":\"Done\",\"state\":\"completed\"}", 200,
					"{'ok':true,'event':'progress','connected':2}");
			for (SseTestClient client : List.of(all, some)) {
				SseTestEvent progress = client.skipTo("progress");
				assertThat(progress.data()).matches("\\{\"taskId\":\"t\",\"progress\":100,\"status\":\"Done\","
						+ "\"state\":\"completed\",\"ts\":" + TIME + "}");
			}
			assertThat(some.events()).extracting(SseTestEvent::name).doesNotContain("note");
		}
	}

	@Test
	void broadcastsHaveDefaults() {
		try (SseTestClient client = connect("/sse/broadcast")) {
			client.skipTo("connected");
			assertPosted("/api/broadcast", "{}", 200, "{'ok':true,'event':'message'}");
			assertThat(json(client.skipTo("message"))).isStrictlyEqualTo("{'text':'empty'}");
			assertPosted("/api/broadcast/progress", "{}", 200, "{'ok':true,'event':'progress'}");
			assertThat(json(client.skipTo("progress")))
				.isLenientlyEqualTo("{'taskId':'task-1','progress':0,'status':'Working...','state':'running'}");
		}
	}

	@Test
	void textIsBroadcastAsItIs() {
		try (SseTestClient client = connect("/sse/broadcast")) {
			client.skipTo("connected");
			assertPosted("/api/broadcast", "{\"event\":\"text\",\"data\":\"two\\nlines\"}", 200, "{'ok':true}");
			assertThat(client.skipTo("text").data()).isEqualTo("two\nlines");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					/api/broadcast          | application/json | hello                  | hello
					/api/broadcast          | application/json | ''                     | body is missing
					/api/broadcast          | application/json | []                     | Message
					/api/broadcast          | text/plain       | {}                     | application/json
					/api/broadcast          | application/json | {"event":"two\\nlines"}  | name
					/api/broadcast/progress | application/json | {"progress":101}       | progress must be less than or equal to 100
					/api/broadcast/progress | application/json | {"progress":-1}        | progress must be greater than or equal to 0
					/api/broadcast/progress | application/json | {"progress":"half"}    | half
					""")
	void whatCannotBeBroadcastIsRefusedWithTheReason(String path, String contentType, String body, String reason) {
		try (SseTestClient client = post(path, contentType, body)) {
			JsonContent answer = new JsonContent(client.body());
			assertThat(client.status()).isEqualTo(400);
			assertThat(answer).extractingPath("$.ok").isEqualTo(false);
			assertThat(answer).extractingPath("$.error").asString().contains(reason);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/event-stream", "image/png", "../.." })
	void theReasonIsJsonWhateverTheClientAccepts(String accept) {
		try (SseTestClient client = SseTestClient.to(this.port, "/api/broadcast")
			.method("POST")
			.header("Accept", accept)
			.body("application/json", "{\"event\":\"two\\nlines\"}")
			.connect()) {
			assertThat(client.status()).isEqualTo(400);
			assertThat(new JsonContent(client.body())).extractingPath("$.ok").isEqualTo(false);
		}
	}

	@ParameterizedTest
	@CsvSource({ "/api/broadcast, multipart/form-data, 400", "/api/broadcast/progress, multipart/mixed;boundary=, 400",
			"/reply, multipart/form-data, 415", "/reply, */*, 415", "/reply, application/*+json, 415",
			"/api/broadcast, */*, 400", "/api/broadcast, application/x-www-form-urlencoded, 400",
			"/reply, application/x-www-form-urlencoded, 400" })
	void whatIsNoJsonIsRefusedUnread(String path, String contentType, int status, CapturedOutput output) {
		try (SseTestClient client = post(path, contentType, "{%")) {
			assertThat(client.status()).isEqualTo(status);
		}
		assertThat(output).doesNotContain("\tat ");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "/sse?count=%", "/sse/broadcast?clientId=%zz", "/scopes/global?x=%ff%fe&=", "/index.html;%zz" })
	void whatCannotBeDecodedIsRefused(String path, CapturedOutput output) throws IOException {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.getOutputStream()
				.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
			assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
				.isEqualTo("HTTP/1.1 400");
		}
		assertThat(output).doesNotContain("\tat ");
	}

	@Test
	void scheduleTicksForEveryone() {
		try (SseTestClient broadcast = connect("/sse/broadcast/progress");
				SseTestClient global = connect("/scopes/global")) {
			assertThat(json(broadcast.skipTo("tick"))).extractingPath("$.serverTime").asString().isNotEmpty();
			assertThat(json(global.skipTo("tick"))).extractingPath("$.serverTime").asString().isNotEmpty();
		}
	}

	@Test
	void localStreamEndsWithItsMethod() {
		try (SseTestClient client = connect("/scopes/local")) {
			assertThat(client.next()).isEqualTo(new SseTestEvent("Action", "hello, there!", "1234"));
			assertThat(client.next()).isEqualTo(new SseTestEvent("BoldOne", "general kenobi", "1337"));
			client.expectEnd();
		}
	}

	@Test
	void globalStreamHearsTheScheduleAndItsOpeningAndClosingArePrinted(CapturedOutput output) {
		try (SseTestClient client = connect("/scopes/global")) {
			assertThat(client.skipTo("message").data()).isNotEmpty();
			await().untilAsserted(() -> assertThat(output).containsPattern("Opened: .+ \\[global]"));
		}
		await().untilAsserted(() -> assertThat(output).containsPattern("Closed: .+ \\[global] .*CLIENT_GONE"));
	}

	@Test
	void replyIsHeardByTheStreamOfTheCallerAlone() {
		try (SseTestClient mine = connect("/reply/stream"); SseTestClient other = connect("/reply/stream")) {
			other.skipTo("connected");
			assertThat(reply(clientId(mine))).isEqualTo(202);
			assertThat(json(mine.next())).isStrictlyEqualTo("{'question':'Hello?','answer':'You said: Hello?'}");
			other.expectNothing(Duration.ofMillis(300));
		}
	}

	@Test
	void replyNeedsTheIdOfAnOpenStream() {
		assertThat(reply()).isEqualTo(400);
		assertThat(reply("made-up")).isEqualTo(400);
		String gone;
		try (SseTestClient client = connect("/reply/stream")) {
			gone = clientId(client);
		}
		await().untilAsserted(() -> assertThat(reply(gone)).isEqualTo(404));
	}

	private SseTestClient connect(String path) {
		return SseTestClient.to(this.port, path).connect();
	}

	private SseTestClient post(String path, String contentType, String body) {
		return SseTestClient.to(this.port, path)
			.method("POST")
			.header("Accept", "*/*")
			.body(contentType, body)
			.connect();
	}

	private void assertPosted(String path, String body, int status, String answer) {
		try (SseTestClient client = post(path, "application/json", body)) {
			assertThat(new JsonContent(client.body())).isLenientlyEqualTo(answer);
			assertThat(client.status()).isEqualTo(status);
		}
	}

	private int reply(String... clientId) {
		try (SseTestClient client = SseTestClient.to(this.port, "/reply")
			.method("POST")
			.header("Sse-Client-Id", clientId)
			.body("application/json", "{\"text\":\"Hello?\"}")
			.connect()) {
			return client.status();
		}
	}

	private static String clientId(SseTestClient client) {
		String data = client.skipTo("connected").data();
		assertThat(data).matches("\\{\"clientId\":\"[^\"]+\",\"serverTime\":" + TIME + "}");
		return JsonPath.read(data, "$.clientId");
	}

	private static JsonContent json(SseTestEvent event) {
		return new JsonContent(event.data());
	}

}
