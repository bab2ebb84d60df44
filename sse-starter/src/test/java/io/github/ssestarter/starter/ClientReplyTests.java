package io.github.ssestarter.starter;

import java.util.List;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseClient;
import io.github.ssestarter.SseCloseReason;
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

	private static int reply(TestApplication application, String clientId, String text) {
		try (SseTestClient client = application.to("/reply")
			.method("POST")
			.header("Sse-Client-Id", clientId)
			.header("Accept", "*/*")
			.body("text/plain", text)
			.connect()) {
			client.expectEnd();
			return client.status();
		}
	}

	@RestController
	static class Replies {

		@PostMapping("/reply")
		void reply(SseClient client, @RequestBody String text) {
			assertThat(client.user()).isNull();
			client.send("reply", text);
		}

		@PostMapping("/close")
		void close(SseClient client) {
			client.close();
		}

	}

}
