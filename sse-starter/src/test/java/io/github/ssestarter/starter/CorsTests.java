package io.github.ssestarter.starter;

import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a page of another origin may do with the configuration of
 * {@code docs/security.md}.
 */
class CorsTests {

	private static final String ORIGIN = "https://pages.example";

	@ParameterizedTest
	@EnumSource
	void theDocumentedConfigurationLetsAPageOfAnotherOriginDoAll(Container container) {
		try (TestApplication application = TestApplication.start(container, Streams.class,
				"sse.limits.max-streams=1")) {
			try (SseTestClient preflight = application.to("/live/prices")
				.method("OPTIONS")
				.header("Origin", ORIGIN)
				.header("Access-Control-Request-Method", "GET")
				.header("Access-Control-Request-Headers", "last-event-id, sse-client-id")
				.connect()) {
				assertThat(preflight.status()).isEqualTo(200);
				assertThat(header(preflight, "Access-Control-Allow-Headers"))
					.isEqualToIgnoringCase("last-event-id, sse-client-id");
				assertThat(preflight.headers()).doesNotContainKey("Sse-Client-Id");
				assertReadable(preflight, Map.of());
			}
			try (SseTestClient stream = application.to("/live/prices").header("Origin", ORIGIN).connect()) {
				assertReadable(stream, Map.of("Sse-Client-Id", "[\\w.-]+"));
				stream.awaitOpen();
				try (SseTestClient refused = application.to("/live/prices").header("Origin", ORIGIN).connect()) {
					assertThat(refused.status()).isEqualTo(503);
					assertReadable(refused, Map.of("Retry-After", "\\d+"));
				}
				try (SseTestClient busy = application.to("/live/prices")
					.header("Origin", ORIGIN)
					.header("Cache-Control", "no-cache")
					.connect()) {
					assertReadable(busy, Map.of());
					busy.expect("sse-busy", "{}");
				}
			}
			try (SseTestClient other = application.to("/live/prices")
				.header("Origin", "https://other.example")
				.connect()) {
				assertThat(other.status()).isEqualTo(403);
			}
		}
	}

	private static void assertReadable(SseTestClient client, Map<String, String> exposed) {
		assertThat(header(client, "Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
		assertThat(header(client, "Access-Control-Allow-Credentials")).isEqualTo("true");
		exposed.forEach((name, value) -> {
			assertThat(header(client, "Access-Control-Expose-Headers")).contains(name);
			assertThat(header(client, name)).matches(value);
		});
	}

	private static String header(SseTestClient client, String name) {
		String value = client.header(name);
		assertThat(value).as(name).isNotNull();
		return String.valueOf(value);
	}

	@RestController
	static class Streams implements WebMvcConfigurer {

		@GetMapping("/live/prices")
		void prices(SseStream stream) {
			stream.join("prices");
		}

		@Override
		public void addCorsMappings(CorsRegistry registry) {
			registry.addMapping("/live/**")
				.allowedOrigins("https://pages.example")
				.allowedHeaders("Last-Event-ID", "Sse-Client-Id")
				.exposedHeaders("Sse-Client-Id", "Retry-After")
				.allowCredentials(true);
		}

	}

}
