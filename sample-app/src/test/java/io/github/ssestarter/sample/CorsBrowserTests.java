package io.github.ssestarter.sample;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.ssestarter.sample.testsupport.Browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A page that is not of the origin of its stream, with the configuration of
 * {@code docs/security.md}. To a browser, the two names of this machine are two origins.
 */
@Tag("clients")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class CorsBrowserTests {

	private static final String WATCH = """
			window.seen = [];
			window.source = new EventSource(arguments[0] + '/sse/broadcast', {withCredentials: true});
			for (const name of ['connected', 'tick']) {
				source.addEventListener(name, () => seen.push(name));
			}""";

	private static final String FETCH = """
			window.answered = '';
			fetch(arguments[0] + '/sse/broadcast', {credentials: 'include',
				headers: {'Last-Event-ID': '1-1.aaaaaa', 'Sse-Client-Id': 'unknown'}}).then(
				(answer) => answered = answer.status + ' ' + answer.headers.get('Sse-Client-Id'),
				(failure) => answered = String(failure));""";

	@LocalServerPort
	private int port;

	@Test
	void aPageOfAnotherOriginHearsAndReadsItsClientId() {
		try (Browser browser = Browser.start()) {
			browser.ignorePolicies();
			browser.open("http://127.0.0.1:" + this.port + "/");
			String other = "http://localhost:" + this.port;
			browser.script(WATCH.replace("arguments[0]", "'" + other + "'"));
			await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat((List<?>) browser.script("return seen")).asList()
					.containsSubsequence("connected", "tick"));
			browser.script(FETCH.replace("arguments[0]", "'" + other + "'"));
			await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(String.valueOf(browser.script("return answered")))
					.matches("200 [\\w.-]{30,}"));
		}
	}

	@TestConfiguration
	static class Cors implements WebMvcConfigurer {

		@Override
		public void addCorsMappings(CorsRegistry registry) {
			registry.addMapping("/sse/**")
				.allowedOriginPatterns("http://127.0.0.1:[*]")
				.allowedHeaders("Last-Event-ID", "Sse-Client-Id")
				.exposedHeaders("Sse-Client-Id", "Retry-After")
				.allowCredentials(true);
		}

	}

}
