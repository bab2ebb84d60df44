package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.ApacheHttpd;
import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Gate;
import io.github.ssestarter.starter.testsupport.Nginx;
import io.github.ssestarter.starter.testsupport.ProxyServer;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Streams whose clients have gone, which nothing has told of yet: they keep nobody out
 * for long. Heartbeats are 15 s apart.
 */
@ByBothTransports
class GhostTests {

	private static final Duration SOON = Duration.ofSeconds(2);

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource
	void reloadsOfAPageKeepItsUserNotOut(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-streams-per-user=3")) {
			for (int i = 0; i < 3; i++) {
				open(user(application, "alice")).close();
			}
			comeBack(user(application, "alice"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void aPageThatStaysOpenBesideThemStaysOpen(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-streams-per-user=3")) {
			SseTestClient stays = open(user(application, "alice"));
			open(user(application, "alice")).cut();
			open(user(application, "alice")).close();
			comeBack(user(application, "alice"));
			assertThat(stays.isOpen()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource
	void norDoThoseOfAnAddress(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-streams-per-address=3")) {
			for (int i = 0; i < 3; i++) {
				open(application.to("/live")).cut();
			}
			comeBack(application.to("/live"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void norThoseWhoseMethodsAreAtWork(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-streams-per-address=2")) {
			open(application.to("/think")).close();
			open(application.to("/think")).cut();
			comeBack(application.to("/live"));
			application.bean(Live.class).thinking.open();
		}
	}

	@ParameterizedTest
	@EnumSource
	void norItsOwnWhereTheNewerIsRejected(Container container) {
		try (TestApplication application = start(container, "sse.client-id.on-duplicate=reject")) {
			SseTestClient older = open(application.to("/live"));
			String id = older.header("Sse-Client-Id");
			assertThat(id).isNotNull();
			older.close();
			comeBack(application.to("/live").header("Sse-Client-Id", id));
		}
	}

	@ParameterizedTest
	@EnumSource
	void norThoseThatNginxKeeps(Container container) throws IOException {
		assumeInstalled("nginx", Nginx.executable());
		try (TestApplication application = start(container, "sse.limits.max-streams-per-address=2");
				ProxyServer proxy = Nginx.start(application.port(), this.directory, "",
						Nginx.DOCUMENTED + "proxy_ignore_client_abort on;")) {
			goAndComeBack(proxy);
		}
	}

	@ParameterizedTest
	@EnumSource
	void norThoseThatApacheKeeps(Container container) throws IOException {
		assumeInstalled("Apache httpd", ApacheHttpd.executable());
		try (TestApplication application = start(container, "sse.limits.max-streams-per-address=2");
				ProxyServer proxy = ApacheHttpd.start(application.port(), this.directory)) {
			goAndComeBack(proxy);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoAsksForTooMuchIsLookedForNowAndThenOnly(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-streams-per-address=1",
				"sse.limits.busy-retry=3s")) {
			SseTestClient stays = open(application.to("/live"));
			assertThat(refused(application).retry()).get().matches((retry) -> retry.compareTo(SOON) < 0);
			await().atMost(SOON)
				.until(() -> refused(application).retry().orElseThrow().compareTo(Duration.ofSeconds(3)) >= 0);
			await().during(Duration.ofSeconds(1))
				.atMost(SOON)
				.until(() -> refused(application).retry().orElseThrow().compareTo(SOON) > 0);
			assertThat(stays.comments()).hasSizeBetween(3, 8);
			assertThat(stays.isOpen()).isTrue();
		}
	}

	private static SseTestClient refused(TestApplication application) {
		SseTestClient client = application.to("/live").header("Cache-Control", "no-cache").connect();
		client.expect("sse-busy", "{}");
		client.expectEnd();
		return client;
	}

	private static void goAndComeBack(ProxyServer proxy) {
		SseTestClient.Builder request = SseTestClient.to(proxy.port(), "/live");
		open(request).close();
		open(request).cut();
		comeBack(request);
	}

	private static void assumeInstalled(String name, Optional<Path> executable) {
		if (executable.isEmpty()) {
			LogFactory.getLog(GhostTests.class)
				.warn("SKIPPED: ghosts were NOT tested behind " + name + ". Install it to test them");
		}
		assumeThat(executable).as("SKIPPED: no " + name).isPresent();
	}

	private static SseTestClient.Builder user(TestApplication application, String name) {
		return application.to("/live").header("User", name);
	}

	private static SseTestClient open(SseTestClient.Builder request) {
		SseTestClient client = request.connect();
		assertThat(client.status()).isEqualTo(200);
		client.awaitOpen();
		return client;
	}

	/**
	 * As an {@code EventSource} does that is refused.
	 */
	private static void comeBack(SseTestClient.Builder request) {
		request.header("Cache-Control", "no-cache");
		long since = System.nanoTime();
		SseTestClient client = request.connect();
		while (client.header("Sse-Client-Id") == null) {
			client.expect("sse-busy", "{}");
			client.expectEnd();
			Duration retry = client.retry().orElseThrow();
			assertThat(retry).isLessThan(SOON);
			await().pollDelay(retry).until(() -> true);
			client = request.connect();
		}
		client.close();
		assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(SOON.multipliedBy(2));
	}

	private static TestApplication start(Container container, String... properties) {
		return TestApplication.start(container, List.of(Live.class, Users.class), properties);
	}

	@RestController
	static class Live {

		private final Gate thinking = new Gate();

		@GetMapping("/live")
		void live(SseStream stream) {
			stream.join("live");
		}

		@GetMapping("/think")
		void think(SseStream stream) {
			stream.open();
			this.thinking.hold();
		}

	}

	static class Users {

		@Bean
		Filter userOfTheHeader() {
			return (request, response, chain) -> chain
				.doFilter(new HttpServletRequestWrapper((HttpServletRequest) request) {

					@Override
					public Principal getUserPrincipal() {
						return () -> getHeader("User");
					}

				}, response);
		}

	}

}
