package io.github.ssestarter.starter;

import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Streams behind Spring Security as it is by default: everything needs a login, and its
 * headers are written as the response is committed.
 */
@ByBothTransports
@ExtendWith(OutputCaptureExtension.class)
class SecurityTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.startWithSecurity(container, List.of(Secured.class, StreamEvents.class),
					"spring.security.user.name=ann", "spring.security.user.password=pw",
					"sse.heartbeat.interval=200ms"));

	@ParameterizedTest
	@EnumSource
	void strangerGetsNoStream(Container container) {
		try (SseTestClient client = applications.on(container).connect("/stream?life=joined")) {
			assertThat(client.status()).isEqualTo(302);
			assertThat(client.header("Location")).endsWith("/login");
			assertThat(client.headers()).doesNotContainKey("Sse-Client-Id");
		}
	}

	@ParameterizedTest
	@EnumSource
	void userHasAStreamWithTheHeadersOfSpringSecurity(Container container) {
		TestApplication application = applications.on(container);
		for (String life : List.of("sent", "joined", "kept")) {
			try (SseTestClient client = connect(application, "/stream?life=" + life)) {
				assertThat(client.status()).isEqualTo(200);
				assertThat(client.headers().get("Cache-Control"))
					.containsExactly("no-cache, no-store, max-age=0, must-revalidate, no-transform");
				assertThat(client.headers().get("Pragma")).containsExactly("no-cache");
				assertThat(client.headers().get("Expires")).containsExactly("0");
				assertThat(client.headers().get("X-Content-Type-Options")).containsExactly("nosniff");
				assertThat(client.headers().get("X-Frame-Options")).containsExactly("DENY");
				assertThat(client.headers().get("X-Accel-Buffering")).containsExactly("no");
				client.awaitOpen();
				switch (life) {
					case "sent" -> client.expect("user", "ann");
					case "joined" -> {
						application.broadcaster().send(SseAudience.user("ann"), "for", "ann");
						client.expect("for", "ann");
					}
					default -> {
						application.broadcaster().send(SseAudience.client(client.header("Sse-Client-Id")), "for", "it");
						client.expect("for", "it");
					}
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void cacheControlOfTheHandlerIsKept(Container container) {
		try (SseTestClient client = connect(applications.on(container), "/cached")) {
			assertThat(client.headers().get("Cache-Control")).containsExactly("no-cache, no-store, no-transform");
		}
	}

	@ParameterizedTest
	@EnumSource
	void authorizerSeesTheUser(Container container) {
		try (SseTestClient client = connect(applications.on(container), "/stream?life=secret")) {
			assertThat(client.status()).isEqualTo(403);
			client.expectEnd();
		}
	}

	@ParameterizedTest
	@EnumSource
	void noEndOfAStreamIsDispatchedThroughSpringSecurity(Container container, CapturedOutput output) {
		TestApplication application = applications.on(container);
		SseTestClient completed = connect(application, "/stream?life=joined");
		SseTestClient cut = connect(application, "/stream?life=joined");
		SseTestClient failed = connect(application, "/stream?life=failed");
		List.of(completed, cut, failed).forEach(SseTestClient::awaitOpen);
		failed.expect("user", "ann");
		failed.expectEnd();
		application.broadcaster().close(SseAudience.client(completed.header("Sse-Client-Id")));
		completed.expectEnd();
		cut.cut();
		String id = cut.header("Sse-Client-Id");
		assertThat(id).isNotNull();
		application.bean(StreamEvents.class).awaitClosed(id, SseCloseReason.CLIENT_GONE);
		await().during(Duration.ofMillis(300))
			.atMost(Duration.ofSeconds(2))
			.untilAsserted(() -> assertThat(output).doesNotContain("AccessDenied", "AuthorizationDenied",
					"Unable to handle", "already committed"));
		assertThat(output.toString().lines().filter((line) -> line.contains(" ERROR "))).hasSize(1);
	}

	private static SseTestClient connect(TestApplication application, String path) {
		return application.to(path)
			.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString("ann:pw".getBytes(StandardCharsets.UTF_8)))
			.connect();
	}

	@RestController
	static class Secured {

		@GetMapping("/stream")
		void stream(SseStream stream, @RequestParam String life) {
			switch (life) {
				case "joined" -> stream.join("topic");
				case "secret" -> stream.join("secret");
				case "kept" -> stream.keepOpen();
				default -> stream.send("user", name(stream.principal()));
			}
			if (life.equals("failed")) {
				throw new IllegalStateException("on purpose");
			}
		}

		@GetMapping("/cached")
		void cached(SseStream stream, HttpServletResponse response) {
			response.setHeader("Cache-Control", "no-cache");
			stream.join("topic");
		}

		private static String name(@Nullable Principal principal) {
			return (principal != null) ? principal.getName() : "nobody";
		}

		@Bean
		SseAuthorizer authorizer() {
			return (principal, topic) -> !(topic.equals("secret") && name(principal).equals("ann"));
		}

	}

}
