package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What each answer of the starter says to caches, proxies and browsers.
 */
class AnswerHeadersTests {

	private static final String NO_CACHE = "no-store, no-transform";

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			Streams.class, "spring.servlet.encoding.charset=GBK", "spring.servlet.encoding.force=true",
			"sse.endpoints[0].path=/ready", "sse.endpoints[0].topics=topic"));

	@ParameterizedTest
	@EnumSource
	void eachAnswerKeepsOutOfCaches(Container container) {
		TestApplication application = applications.on(container);
		Map<String, Integer> statuses = Map.of("/attached", 200, "/joined", 200, "/ready", 200, "/gone", 204, "/secret",
				403);
		statuses.forEach((path, status) -> assertNotCached(application.to(path), status));
		assertNotCached(application.to("/joined").method("HEAD"), 200);
		// These have an error page, to which Jetty adds directives of its own
		for (SseTestClient.Builder refused : List.of(application.to("/ready?topic=other"),
				application.to("/joined").header("Accept", "application/json"))) {
			try (SseTestClient client = refused.connect()) {
				assertThat(client.status()).isBetween(404, 406);
				assertThat(client.header("Cache-Control")).contains("no-store");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoFindsNoRoomIsToldSoAndNoCacheIs(Container container) {
		try (TestApplication application = TestApplication.start(container, Streams.class, "sse.limits.max-streams=1",
				"sse.response.identity=true"); SseTestClient open = application.connect("/joined")) {
			open.awaitOpen();
			assertNotCached(application.to("/joined"), 503);
			SseTestClient.Builder browser = application.to("/joined").header("Cache-Control", "no-cache");
			assertNotCached(browser, 200);
			try (SseTestClient busy = browser.connect()) {
				assertThat(busy.header("Content-Encoding")).isEqualTo("identity");
				busy.expect("sse-busy", "{}");
			}
		}
	}

	private static void assertNotCached(SseTestClient.Builder request, int status) {
		try (SseTestClient client = request.connect()) {
			assertThat(client.status()).isEqualTo(status);
			assertThat(client.headers().get("Cache-Control")).as("status " + status).containsExactly(NO_CACHE);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aStreamIsUtf8WhateverIsForcedUponResponses(Container container) {
		for (String path : List.of("/attached", "/joined", "/ready")) {
			try (SseTestClient client = applications.on(container).connect(path)) {
				assertThat(client.header("Content-Type")).isEqualToIgnoringCase("text/event-stream;charset=UTF-8");
				client.awaitOpen();
				if (path.equals("/attached")) {
					client.expect("text", "\u00e9\u4e2d");
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void identityIsSaidOnlyWhereItIsAskedFor(Container container) {
		try (SseTestClient client = applications.on(container).connect("/joined")) {
			assertThat(client.headers()).doesNotContainKey("Content-Encoding");
		}
		try (TestApplication application = TestApplication.start(container, Streams.class,
				"sse.response.identity=true")) {
			for (String path : List.of("/attached", "/joined")) {
				try (SseTestClient client = application.connect(path)) {
					assertThat(client.headers().get("Content-Encoding")).containsExactly("identity");
					client.awaitOpen();
				}
			}
			try (SseTestClient client = application.connect("/joined")) {
				client.awaitOpen();
				await().atMost(Duration.ofSeconds(5))
					.untilAsserted(
							() -> assertThat(application.bean(SseConnections.class).find(SseAudience.topic("topic")))
								.extracting(SseConnection::transport)
								.containsExactly(SseConnection.Transport.SOCKET));
			}
		}
	}

	@RestController
	static class Streams {

		@GetMapping("/attached")
		void attached(SseStream stream) {
			stream.send("text", "\u00e9\u4e2d");
		}

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

		@GetMapping("/gone")
		void gone(SseStream stream) {
			stream.noContent();
		}

		@GetMapping("/secret")
		void secret(SseStream stream) {
			stream.join("secret");
		}

		@Bean
		SseAuthorizer authorizer() {
			return (principal, topic) -> !topic.equals("secret");
		}

	}

}
