package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.ApacheHttpd;
import io.github.ssestarter.starter.testsupport.ApplicationProcess;
import io.github.ssestarter.starter.testsupport.ClientLibraries;
import io.github.ssestarter.starter.testsupport.ClientLibrary;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Haproxy;
import io.github.ssestarter.starter.testsupport.Nginx;
import io.github.ssestarter.starter.testsupport.ProxyServer;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * A node that is gone for a while behind each real proxy, with the settings of
 * {@code docs/proxies.md}: its clients are back when it is.
 */
class ProxiedRestartTests {

	/** HAProxy tries three times, a second apart, before it gives up. */
	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@TempDir
	private Path directory;

	static Stream<Arguments> proxies() {
		return Arrays.stream(Proxy.values())
			.flatMap((proxy) -> Arrays.stream(Container.values()).map((container) -> Arguments.of(proxy, container)));
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void clientsAreBackWhenTheNodeIs(Proxy proxy, Container container) throws Exception {
		if (proxy.executable().isEmpty()) {
			LogFactory.getLog(ProxiedRestartTests.class)
				.warn("SKIPPED: a restart was NOT tested behind " + proxy + ". Install it to test it");
		}
		assumeThat(proxy.executable()).as("SKIPPED: no " + proxy).isPresent();
		Set<ClientLibrary> available = EnumSet.of(ClientLibrary.EVENTSOURCE, ClientLibrary.CHROMIUM);
		available.retainAll(ClientLibraries.available());
		assumeThat(available).as("SKIPPED: no clients of npm").isNotEmpty();
		int port = ApplicationProcess.freePort();
		try (ProxyServer server = proxy.start(port, this.directory)) {
			String url = "http://localhost:" + server.port() + "/live";
			Map<ClientLibrary, List<String>> urls = new EnumMap<>(ClientLibrary.class);
			available.forEach((client) -> urls.put(client, List.of(url)));
			try (TestApplication before = start(container, port);
					ClientLibraries clients = ClientLibraries.start(urls)) {
				awaitConnected(before, available.size());
				before.broadcaster().send(SseAudience.topic("live"), "n", 1);
				await().atMost(PATIENCE).until(() -> allHave(clients, available, url, "1"));
				before.close();
				await().atMost(PATIENCE).until(() -> allHaveTriedInVain(clients, available, url));
				try (TestApplication after = start(container, port)) {
					awaitConnected(after, available.size());
					after.broadcaster().send(SseAudience.topic("live"), "n", 2);
					await().atMost(PATIENCE).until(() -> allHave(clients, available, url, "2"));
				}
			}
		}
	}

	@Test
	void whatIsTestedIsDocumented() throws IOException {
		String documentation = Files.readString(Path.of("..", "docs", "proxies.md"));
		List<String> documented = documentation.lines().map(String::strip).toList();
		for (String settings : List.of(Nginx.DOCUMENTED, Nginx.STREAMS, Nginx.AWAY, Haproxy.FRONTEND, Haproxy.AWAY,
				ApacheHttpd.STREAMS, ApacheHttpd.AWAY)) {
			assertThat(documented).containsSubsequence(settings.strip().lines().map(String::strip).toList());
		}
	}

	private static TestApplication start(Container container, int port) {
		return TestApplication.start(container, Live.class, "server.port=" + port, "sse.shutdown.min-retry=100ms",
				"sse.shutdown.max-retry=200ms");
	}

	private static void awaitConnected(TestApplication application, int count) {
		await().atMost(PATIENCE).until(() -> application.broadcaster().connectedCount() == count);
	}

	private static boolean allHave(ClientLibraries clients, Set<ClientLibrary> names, String url, String data) {
		return names.stream().allMatch((client) -> clients.data(client, url, "n").contains(data));
	}

	/**
	 * They were told so by the proxy, or have given up.
	 */
	private static boolean allHaveTriedInVain(ClientLibraries clients, Set<ClientLibrary> names, String url) {
		return names.stream()
			.allMatch((client) -> clients.seen(client, url)
				.stream()
				.anyMatch((seen) -> "sse-busy".equals(seen.name()) || Boolean.TRUE.equals(seen.closed())));
	}

	enum Proxy {

		NGINX, HAPROXY, APACHE_HTTPD;

		Optional<Path> executable() {
			return switch (this) {
				case NGINX -> Nginx.executable();
				case HAPROXY -> Haproxy.executable();
				case APACHE_HTTPD -> ApacheHttpd.executable();
			};
		}

		ProxyServer start(int application, Path directory) throws IOException {
			return switch (this) {
				case NGINX -> Nginx.start(application, directory, "", Nginx.DOCUMENTED + Nginx.STREAMS);
				case HAPROXY -> Haproxy.start(application, directory);
				case APACHE_HTTPD -> ApacheHttpd.start(application, directory);
			};
		}

	}

	@RestController
	static class Live {

		@GetMapping("/live")
		void live(SseStream stream) {
			stream.join("live");
		}

	}

}
