package io.github.ssestarter.starter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RawStream;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.starter.testsupport.TestCertificate;
import io.github.ssestarter.starter.testsupport.Transports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Streams over TLS, and behind what most applications have in front of a controller:
 * Spring Security, a filter for ETags and an access log.
 */
@ByBothTransports
class SecureSocketStreamTests {

	private static final Duration AT_ONCE = Duration.ofSeconds(30);

	private static final int EVENTS = 3000;

	private static final Executor THREAD_EACH = (task) -> new Thread(task).start();

	/**
	 * Of the receive buffer: below what the server has to send, and not so small that the
	 * window closes before a segment fits. Then the kernel probes it five times a second,
	 * and 3 MB take five minutes.
	 */
	private static final int SLOW_BUFFER = 16 * 1024;

	private static final Path LOGS = directory();

	private static final String LOGIN = "Authorization: Basic "
			+ Base64.getEncoder().encodeToString("ann:pw".getBytes(StandardCharsets.UTF_8));

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(SecureSocketStreamTests::start);

	@ParameterizedTest
	@EnumSource
	void eventsComeToFastAndSlowClients(Container container) {
		TestApplication application = applications.on(container);
		int before = SocketStreamTests.connections(application);
		try (RawStream fast = joined(application, 0); RawStream slow = joined(application, SLOW_BUFFER)) {
			List<CompletableFuture<String>> read = Stream.of(fast, slow)
				.map((stream) -> CompletableFuture.supplyAsync(() -> events(stream), THREAD_EACH))
				.toList();
			for (int i = 0; i < EVENTS; i++) {
				application.broadcaster().send(SseAudience.topic("topic"), "tick", i + "x".repeat(i * 31 % 1777));
				if (i % 500 == 0) {
					application.broadcaster().send(SseAudience.topic("topic"), "large", "y".repeat(50_000 + i));
				}
			}
			application.broadcaster().send(SseAudience.topic("topic"), "last", "end");
			String expected = read.get(0).join();
			assertThat(expected.lines().filter("event: tick"::equals)).hasSize(EVENTS);
			assertThat(read.get(1).join()).isEqualTo(expected);
			assertThat(fast.headers()).containsEntry("x-frame-options", "DENY").doesNotContainKey("etag");
			application.broadcaster().close(SseAudience.topic("topic"));
			assertThat(fast.readToEnd()).isEqualTo(RawStream.End.IN_ORDER);
			assertThat(slow.readToEnd()).isEqualTo(RawStream.End.IN_ORDER);
		}
		await().atMost(AT_ONCE).until(() -> SocketStreamTests.connections(application) <= before);
	}

	private static String events(RawStream stream) {
		String body = stream.readTo("event: last\ndata: end\n").readTo("\n\n").body();
		return body.substring(body.indexOf("\n\nevent: "));
	}

	@ParameterizedTest
	@EnumSource
	void clientsThatGoAreNoticed(Container container) {
		TestApplication application = applications.on(container);
		int before = SocketStreamTests.connections(application);
		for (int round = 0; round < 5; round++) {
			List<RawStream> streams = new ArrayList<>();
			for (int i = 0; i < 10; i++) {
				streams.add(joined(application, 0));
			}
			for (int i = 0; i < streams.size(); i++) {
				application.broadcaster().send(SseAudience.topic("topic"), "tick", "" + i);
				if (i % 2 == 0) {
					streams.get(i).close();
				}
				else {
					streams.get(i).reset();
				}
			}
			StreamEvents events = application.bean(StreamEvents.class);
			await().atMost(AT_ONCE).untilAsserted(() -> {
				if (!Transports.isSocket()) {
					// Only a write finds that the client has gone
					application.broadcaster().send(SseAudience.topic("topic"), "tick", "");
				}
				assertThat(streams).allSatisfy((stream) -> assertThat(events.closed(stream.clientId()))
					.containsExactly(SseCloseReason.CLIENT_GONE));
			});
		}
		await().atMost(AT_ONCE).until(() -> SocketStreamTests.connections(application) <= before);
	}

	@ParameterizedTest
	@EnumSource
	void whatIsSentAfterTheRequestIsThrownAway(Container container) {
		TestApplication application = applications.on(container);
		try (RawStream stream = joined(application, 0)) {
			stream.send("GET /joined HTTP/1.1\r\n\r\n");
			application.broadcaster().send(SseAudience.topic("topic"), "tick", "1");
			stream.readTo("event: tick\ndata: 1\n");
			assertThat(stream.body()).doesNotContain("HTTP/1.1");
			// Nobody may answer to an end in order
			stream.reset();
		}
	}

	@ParameterizedTest
	@EnumSource
	void theAccessLogHasTheRequestOnceItIsOver(Container container) {
		TestApplication application = applications.on(container);
		String path = "/joined?" + container + Transports.expected();
		try (RawStream stream = joined(application, 0, path)) {
			if (container == Container.JETTY || !Transports.isSocket()) {
				application.broadcaster().close(SseAudience.topic("topic"));
				assertThat(stream.readToEnd()).isEqualTo(RawStream.End.IN_ORDER);
			}
			await().atMost(AT_ONCE).until(() -> log().contains("\"GET " + path + " HTTP/1.1\" 200"));
			assertThat(stream.status()).isEqualTo(200);
		}
	}

	private static RawStream joined(TestApplication application, int receiveBuffer) {
		return joined(application, receiveBuffer, "/joined");
	}

	private static RawStream joined(TestApplication application, int receiveBuffer, String path) {
		RawStream stream = RawStream.open(application.port(), receiveBuffer, true, "GET " + path + " HTTP/1.1", LOGIN);
		SocketStreamTests.awaitTransport(application, stream, Transports.expected());
		return stream;
	}

	private static String log() throws IOException {
		StringBuilder log = new StringBuilder();
		try (Stream<Path> files = Files.list(LOGS)) {
			for (Path file : files.toList()) {
				log.append(Files.readString(file));
			}
		}
		return log.toString();
	}

	private static TestApplication start(Container container) {
		List<String> properties = new ArrayList<>(List.of(TestCertificate.properties()));
		properties.addAll(List.of("spring.security.user.name=ann", "spring.security.user.password=pw",
				"sse.history.max-events=20000", "sse.history.max-size=200MB", "sse.heartbeat.interval=120s",
				"sse.stream.send-buffer=32KB", "server.tomcat.accesslog.enabled=true",
				"server.tomcat.accesslog.buffered=false", "server.tomcat.accesslog.directory=" + LOGS,
				"server.jetty.accesslog.enabled=true",
				"server.jetty.accesslog.filename=" + LOGS.resolve("access.log")));
		return TestApplication.startWithSecurity(container, List.of(Streams.class, StreamEvents.class, Filters.class),
				properties.toArray(String[]::new));
	}

	private static Path directory() {
		try {
			return Files.createTempDirectory("sse-access-log");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@RestController
	static class Streams {

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Filters {

		@Bean
		ShallowEtagHeaderFilter etagFilter() {
			return new ShallowEtagHeaderFilter();
		}

	}

}
