package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Nginx;
import io.github.ssestarter.starter.testsupport.ProxyServer;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.starter.testsupport.ZippedStream;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Streams through a real nginx: what is its own. The rest is in {@link ProxyTests}.
 */
class NginxTests {

	private static final String SKIPPED = "SKIPPED: streams were NOT tested behind nginx. Install it to test them";

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			List.of(Live.class), "sse.heartbeat.interval=300ms", "server.forward-headers-strategy=native"));

	@TempDir
	private Path directory;

	private @Nullable ProxyServer running;

	@BeforeAll
	static void needNginx() {
		if (Nginx.executable().isEmpty()) {
			LogFactory.getLog(NginxTests.class).warn(SKIPPED);
		}
		assumeThat(Nginx.executable()).as(SKIPPED).isPresent();
	}

	@AfterEach
	void stopNginx() {
		if (this.running != null) {
			this.running.close();
		}
	}

	private TestApplication start(Container container, String http, String location) throws IOException {
		TestApplication application = applications.on(container);
		this.running = Nginx.start(application.port(), this.directory, http, location);
		return application;
	}

	private int port() {
		return Objects.requireNonNull(this.running).port();
	}

	private SseTestClient connect() {
		SseTestClient client = SseTestClient.to(port(), "/live").connect();
		assertThat(client.status()).isEqualTo(200);
		client.awaitOpen();
		return client;
	}

	private static void assertArriveOneByOne(TestApplication application, SseTestClient client) {
		for (int i = 0; i < 5; i++) {
			application.broadcaster().send(SseAudience.topic("live"), "n", i);
			client.expect("n", Integer.toString(i));
		}
	}

	@ParameterizedTest
	@EnumSource
	void heartbeatsKeepAQuietStreamOpen(Container container) throws Exception {
		TestApplication application = start(container, "", Nginx.DOCUMENTED + "proxy_read_timeout 1s;");
		try (SseTestClient client = connect()) {
			await().during(Duration.ofMillis(2500)).atMost(Duration.ofSeconds(4)).until(client::isOpen);
			assertArriveOneByOne(application, client);
		}
	}

	@ParameterizedTest
	@EnumSource
	void compressedByNginxTheyStillArriveOneByOne(Container container) throws Exception {
		TestApplication application = start(container, "gzip on; gzip_types text/event-stream; gzip_min_length 0;",
				Nginx.DOCUMENTED);
		try (ZippedStream stream = ZippedStream.open("http://localhost:" + port() + "/live")) {
			assertThat(stream.isZipped()).isTrue();
			for (int i = 0; i < 5; i++) {
				application.broadcaster().send(SseAudience.topic("live"), "n", i);
				stream.expect("data: " + i + "\n");
			}
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
