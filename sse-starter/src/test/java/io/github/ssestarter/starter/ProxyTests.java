package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.ApacheHttpd;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.CuttingProxy;
import io.github.ssestarter.starter.testsupport.Haproxy;
import io.github.ssestarter.starter.testsupport.Nginx;
import io.github.ssestarter.starter.testsupport.ProxyServer;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What has to hold behind each real proxy, with the settings of {@code docs/proxies.md}.
 */
class ProxyTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.start(container, List.of(Live.class, StreamEvents.class),
					"sse.heartbeat.interval=1s", "server.forward-headers-strategy=native"));

	@TempDir
	private Path directory;

	static Stream<Arguments> proxies() {
		return Arrays.stream(Proxy.values())
			.flatMap((proxy) -> Arrays.stream(Container.values()).map((container) -> Arguments.of(proxy, container)));
	}

	/**
	 * Those with settings. The others pass on what a client says of itself.
	 */
	static Stream<Arguments> recipes() {
		return proxies()
			.filter((arguments) -> Set.of(Proxy.NGINX, Proxy.HAPROXY, Proxy.APACHE_HTTPD).contains(arguments.get()[0]));
	}

	private ProxyServer start(Proxy proxy, int port) throws IOException {
		if (proxy.executable.get().isEmpty()) {
			LogFactory.getLog(ProxyTests.class)
				.warn("SKIPPED: streams were NOT tested behind " + proxy + ". Install it to test them");
		}
		assumeThat(proxy.executable.get()).as("SKIPPED: no " + proxy).isPresent();
		return proxy.starter.start(port, this.directory);
	}

	private static SseTestClient connect(ProxyServer proxy) {
		SseTestClient client = SseTestClient.to(proxy.port(), "/live").connect();
		assertThat(client.status()).isEqualTo(200);
		client.awaitOpen();
		return client;
	}

	private static SseAudience self(SseTestClient client) {
		String id = client.header("Sse-Client-Id");
		assertThat(id).isNotNull();
		return SseAudience.client(id);
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void eventsArriveOneByOne(Proxy proxy, Container container) throws Exception {
		TestApplication application = applications.on(container);
		try (ProxyServer server = start(proxy, application.port()); SseTestClient client = connect(server)) {
			for (int i = 0; i < 5; i++) {
				application.broadcaster().send(SseAudience.topic("live"), "n", i);
				client.expect("n", Integer.toString(i));
			}
		}
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void theClientSeesTheEndAndComesBackToWhatItMissed(Proxy proxy, Container container) throws Exception {
		TestApplication application = applications.on(container);
		try (ProxyServer server = start(proxy, application.port()); SseTestClient client = connect(server)) {
			application.broadcaster().send(SseAudience.topic("live"), "n", 1);
			client.expect("n", "1");
			application.broadcaster().close(self(client));
			client.expectEnd();
			application.broadcaster().send(SseAudience.topic("live"), "n", 2);
			try (SseTestClient again = client.reconnect()) {
				again.expect("n", "2");
			}
		}
	}

	/**
	 * What a client says of where it comes from does not reach the application.
	 */
	@ParameterizedTest
	@MethodSource("recipes")
	void nobodyHasAnAddressOfHisOwnMaking(Proxy proxy, Container container) throws Exception {
		try (TestApplication application = TestApplication.start(container, Live.class,
				"sse.limits.max-streams-per-address=1", "server.forward-headers-strategy=native");
				ProxyServer server = start(proxy, application.port());
				SseTestClient client = from("203.0.113.1", server)) {
			assertThat(client.status()).isEqualTo(200);
			client.awaitOpen();
			for (String address : List.of("203.0.113.2", "203.0.113.3, 203.0.113.4", "127.0.0.1, 203.0.113.5")) {
				try (SseTestClient another = from(address, server)) {
					assertThat(another.status()).as(address).isEqualTo(429);
				}
			}
		}
	}

	/**
	 * Jetty, and Spring's own filter, believe this header before the other.
	 */
	@ParameterizedTest
	@MethodSource("recipes")
	void nobodyHasAnAddressOfHisOwnMakingByTheStandardsHeader(Proxy proxy, Container container) throws Exception {
		try (TestApplication application = TestApplication.start(container, Live.class,
				"sse.limits.max-streams-per-address=1", "server.forward-headers-strategy=framework");
				ProxyServer server = start(proxy, application.port());
				SseTestClient client = from("Forwarded", "for=203.0.113.1", server)) {
			assertThat(client.status()).isEqualTo(200);
			client.awaitOpen();
			try (SseTestClient another = from("Forwarded", "for=203.0.113.2", server)) {
				assertThat(another.status()).isEqualTo(429);
			}
		}
	}

	private static SseTestClient from(String address, ProxyServer server) {
		return from("X-Forwarded-For", address, server);
	}

	private static SseTestClient from(String header, String value, ProxyServer server) {
		return SseTestClient.to(server.port(), "/live").header(header, value).connect();
	}

	/**
	 * To a proxy that speaks HTTP/1.0 to the application both are the same.
	 */
	@ParameterizedTest
	@MethodSource("proxies")
	void aCutIsNoEnd(Proxy proxy, Container container) throws Exception {
		TestApplication application = applications.on(container);
		// The first request of all may take longer than the proxy waits
		application.connect("/live").close();
		try (CuttingProxy cutting = CuttingProxy.withReadTimeout(application.port(), Duration.ofMillis(500));
				ProxyServer server = start(proxy, cutting.port());
				SseTestClient client = connect(server)) {
			if (proxy == Proxy.NGINX_WITHOUT_SETTINGS) {
				client.expectEnd();
			}
			else {
				client.expectBreak();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void aClientThatGoesIsNoticed(Proxy proxy, Container container) throws Exception {
		TestApplication application = applications.on(container);
		try (ProxyServer server = start(proxy, application.port())) {
			SseTestClient client = connect(server);
			String id = client.header("Sse-Client-Id");
			assertThat(id).isNotNull();
			client.cut();
			application.bean(StreamEvents.class).awaitClosed(id, SseCloseReason.CLIENT_GONE);
		}
	}

	enum Proxy {

		NGINX_WITHOUT_SETTINGS(Nginx::executable, (port, directory) -> Nginx.start(port, directory, "", "")),

		/** It asks the application to close the connection after each response. */
		NGINX_THAT_CLOSES(Nginx::executable,
				(port, directory) -> Nginx.start(port, directory, "", "proxy_http_version 1.1;")),

		NGINX(Nginx::executable, (port, directory) -> Nginx.start(port, directory, "", Nginx.DOCUMENTED)),

		HAPROXY(Haproxy::executable, Haproxy::start),

		APACHE_HTTPD(ApacheHttpd::executable, ApacheHttpd::start);

		private final Supplier<Optional<Path>> executable;

		private final Starter starter;

		Proxy(Supplier<Optional<Path>> executable, Starter starter) {
			this.executable = executable;
			this.starter = starter;
		}

	}

	private interface Starter {

		ProxyServer start(int application, Path directory) throws IOException;

	}

	@RestController
	static class Live {

		@GetMapping("/live")
		void live(SseStream stream) {
			stream.join("live");
		}

	}

}
