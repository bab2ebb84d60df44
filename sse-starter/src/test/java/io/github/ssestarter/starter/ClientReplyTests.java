package io.github.ssestarter.starter;

import java.util.List;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseClient;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that speak to the stream of the same client.
 */
class ClientReplyTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			List.of(Replies.class, StreamEvents.class), "sse.endpoints[0].path=/feed"));

	@ParameterizedTest
	@EnumSource
	void replyGoesToTheCallersOwnStreamAtOnce(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient other = application.connect("/feed")) {
			other.skipTo("connected");
			for (int i = 0; i < 100; i++) {
				try (SseTestClient client = application.connect("/feed")) {
					client.skipTo("connected");
					assertThat(reply(application, client.header("Sse-Client-Id"), "hello " + i)).isEqualTo(200);
					client.expect("reply", "hello " + i);
				}
			}
			assertThat(other.eventCount()).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void requestWithoutAGoodClientIdIs400(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect("/feed")) {
			client.skipTo("connected");
			String id = client.header("Sse-Client-Id");
			assertThat(id).isNotNull();
			String forged = ((id.charAt(0) == 'A') ? 'B' : 'A') + id.substring(1);
			for (String bad : List.of("", "nonsense", ".", forged, id + "x", id.replace('.', '-'), "x".repeat(5000))) {
				assertThat(reply(application, bad, "x")).as(bad).isEqualTo(400);
			}
			assertThat(client.eventCount()).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void clientWithoutAStreamIs404(Container container) {
		TestApplication application = applications.on(container);
		SseTestClient client = application.connect("/feed");
		String id = client.header("Sse-Client-Id");
		assertThat(id).isNotNull();
		client.skipTo("connected");
		try (SseTestClient closing = application.to("/close").method("POST").header("Sse-Client-Id", id).connect()) {
			assertThat(closing.status()).isEqualTo(200);
		}
		client.expectEnd();
		application.bean(StreamEvents.class).awaitClosed(id, SseCloseReason.CLOSED);
		assertThat(reply(application, id, "x")).isEqualTo(404);
		try (SseTestClient again = application.to("/feed?clientId=" + id).connect()) {
			again.skipTo("connected");
			assertThat(reply(application, id, "back")).isEqualTo(200);
			again.expect("reply", "back");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aRequestChangesTheTopicsOfTheCallersOwnStream(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient other = application.connect("/feed"); SseTestClient client = application.connect("/feed")) {
			other.skipTo("connected");
			client.skipTo("connected");
			String id = client.header("Sse-Client-Id");
			assertThat(id).isNotNull();
			application.broadcaster().send(SseAudience.topic("chat/1"), "message", "before");
			assertThat(post(application, "/open", id, "chat/1")).isEqualTo(200);
			application.broadcaster().send(SseAudience.topic("chat/1"), "message", "one");
			client.expect("message", "one");
			assertThat(application.bean(SseConnections.class).find(SseAudience.topic("chat/1")))
				.extracting(SseConnection::id)
				.containsExactly(id);
			assertThat(post(application, "/leave", id, "chat/1")).isEqualTo(200);
			application.broadcaster().send(SseAudience.topic("chat/1"), "message", "two");
			application.broadcaster().send(SseAudience.client(id), "last", "");
			client.expect("last", "");
			assertThat(other.eventCount()).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void aTopicThatIsNoneOrNotForTheStreamIsRefusedWithItsReason(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect("/feed")) {
			client.skipTo("connected");
			String id = client.header("Sse-Client-Id");
			assertThat(id).isNotNull();
			assertProblem(application, id, "chat/*", 400, "The name of a topic holds '*'");
			assertProblem(application, id, "secret", 403, "The stream may not join 'secret'");
			assertProblem(application, "/opened-and-open", id, "secret", 403, "The stream may not join 'secret'");
			assertThat(post(application, "/close-and-open", id, "chat/1")).isEqualTo(404);
			client.expectEnd();
		}
	}

	private static void assertProblem(TestApplication application, String clientId, String topic, int status,
			String detail) {
		assertProblem(application, "/open", clientId, topic, status, detail);
	}

	private static void assertProblem(TestApplication application, String path, String clientId, String topic,
			int status, String detail) {
		try (SseTestClient client = request(application, path, clientId, topic).connect()) {
			client.expectEnd();
			assertThat(client.status()).isEqualTo(status);
			assertThat(client.header("Content-Type")).startsWith("application/problem+json");
			assertThat(client.raw()).contains("\"status\":" + status).contains(detail);
		}
	}

	private static int reply(TestApplication application, String clientId, String text) {
		return post(application, "/reply", clientId, text);
	}

	private static int post(TestApplication application, String path, String clientId, String text) {
		try (SseTestClient client = request(application, path, clientId, text).connect()) {
			client.expectEnd();
			return client.status();
		}
	}

	private static SseTestClient.Builder request(TestApplication application, String path, String clientId,
			String text) {
		return application.to(path)
			.method("POST")
			.header("Sse-Client-Id", clientId)
			.header("Accept", "*/*")
			.body("text/plain", text);
	}

	@RestController
	static class Replies {

		@PostMapping("/reply")
		void reply(SseClient client, @RequestBody String text) {
			assertThat(client.user()).isNull();
			client.send("reply", text);
		}

		@PostMapping("/open")
		void open(SseClient client, @RequestBody String topic) {
			client.join(topic);
		}

		/** With a stream of its own that has sent nothing yet. */
		@PostMapping("/opened-and-open")
		void openedAndOpen(SseStream stream, SseClient client, @RequestBody String topic) {
			client.join(topic);
		}

		@PostMapping("/leave")
		void leave(SseClient client, @RequestBody String topic) {
			client.leave(topic);
		}

		@PostMapping("/close-and-open")
		void closeAndOpen(SseClient client, @RequestBody String topic) {
			client.close();
			client.join(topic);
		}

		@Bean
		SseAuthorizer authorizer() {
			return (principal, topic) -> !topic.equals("secret");
		}

		@PostMapping("/close")
		void close(SseClient client) {
			client.close();
		}

	}

}
