package io.github.ssestarter.starter;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.CuttingProxy;
import io.github.ssestarter.starter.testsupport.ProxyServer;
import io.github.ssestarter.starter.testsupport.ScriptedProxy;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What has to hold behind Debian's other proxies, with the configurations of
 * {@code docs/proxies.md}. nginx, HAProxy and Apache httpd have {@link ProxyTests}.
 */
@Tag("clients")
class ScriptedProxyTests {

	private static final SseAudience LIVE = SseAudience.topic("live");

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.start(container, Live.class));

	@TempDir
	private static Path directory;

	private static final Map<String, Way> ways = new HashMap<>();

	static Stream<Arguments> proxies() {
		return Arrays.stream(ScriptedProxy.values())
			.flatMap((proxy) -> Arrays.stream(Container.values()).map((container) -> Arguments.of(proxy, container)));
	}

	@AfterAll
	static void close() {
		ways.values().forEach(Way::close);
	}

	/**
	 * Through the proxy, and a place behind it where connections can be cut, to the
	 * application.
	 */
	private static Way through(ScriptedProxy proxy, TestApplication application) throws Exception {
		if (!proxy.isInstalled()) {
			LogFactory.getLog(ScriptedProxyTests.class)
				.warn("SKIPPED: streams were NOT tested behind " + proxy + ". Install it to test them");
		}
		assumeThat(proxy.isInstalled()).as("SKIPPED: no " + proxy).isTrue();
		String name = proxy + "-" + application.port();
		Way way = ways.get(name);
		if (way == null) {
			// The first request of all may take longer than a proxy waits
			application.connect("/live").close();
			CuttingProxy cutting = CuttingProxy.whenTold(application.port());
			way = new Way(cutting, proxy.start(cutting.port(), Files.createDirectory(directory.resolve(name))));
			ways.put(name, way);
		}
		return way;
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void eventsArriveOneByOne(ScriptedProxy proxy, Container container) throws Exception {
		TestApplication application = applications.on(container);
		try (SseTestClient client = through(proxy, application).connect()) {
			for (int i = 0; i < 5; i++) {
				application.broadcaster().send(LIVE, "n", i);
				client.expect("n", Integer.toString(i));
			}
		}
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void theClientSeesTheEndAndComesBackToWhatItMissed(ScriptedProxy proxy, Container container) throws Exception {
		TestApplication application = applications.on(container);
		try (SseTestClient client = through(proxy, application).connect()) {
			application.broadcaster().send(LIVE, "n", 1);
			client.expect("n", "1");
			application.broadcaster().close(LIVE);
			client.expectEnd();
			application.broadcaster().send(LIVE, "n", 2);
			try (SseTestClient again = client.reconnect()) {
				again.expect("n", "2");
			}
		}
	}

	/**
	 * Caddy ends what it answers well, whatever has become of the application.
	 */
	@ParameterizedTest
	@MethodSource("proxies")
	void aCutIsNoEnd(ScriptedProxy proxy, Container container) throws Exception {
		Way way = through(proxy, applications.on(container));
		try (SseTestClient client = way.connect()) {
			way.cutting.cutAll(0, false);
			if (proxy == ScriptedProxy.CADDY) {
				client.expectEnd();
			}
			else {
				client.expectBreak();
			}
		}
	}

	private record Way(CuttingProxy cutting, ProxyServer server) implements AutoCloseable {

		SseTestClient connect() {
			SseTestClient client = SseTestClient.to(this.server.port(), "/live").connect();
			assertThat(client.status()).isEqualTo(200);
			client.awaitOpen();
			return client;
		}

		@Override
		public void close() {
			this.server.close();
			this.cutting.close();
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
