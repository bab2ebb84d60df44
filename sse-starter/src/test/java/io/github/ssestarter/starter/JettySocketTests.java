package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import jakarta.servlet.Filter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.CompletionListener;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RawHttp1Client;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.starter.testsupport.TestCertificate;
import io.github.ssestarter.starter.testsupport.ZippedStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Streams that write to Jetty's sockets themselves, between the bytes of Jetty's own.
 */
class JettySocketTests {

	private static TestApplication plain;

	private static TestApplication secure;

	@BeforeAll
	static void start() {
		plain = startOn();
		secure = startOn(TestCertificate.properties());
	}

	private static TestApplication startOn(String... properties) {
		return TestApplication.start(Container.JETTY, List.of(Live.class, StreamEvents.class),
				Stream
					.concat(Stream.of("sse.heartbeat.interval=0", "server.jetty.connection-idle-timeout=3s",
							"sse.history.max-events=20000", "sse.history.max-size=64MB"), Stream.of(properties))
					.toArray(String[]::new));
	}

	@AfterAll
	static void stop() {
		plain.close();
		secure.close();
	}

	private static TestApplication application(boolean isSecure) {
		return (isSecure) ? secure : plain;
	}

	private static RawHttp1Client connect(boolean isSecure) throws IOException {
		int port = application(isSecure).port();
		return (isSecure) ? RawHttp1Client.connectSecurely(port) : RawHttp1Client.connect(port);
	}

	@BeforeEach
	void nobodyIsThere() {
		for (TestApplication application : List.of(plain, secure)) {
			application.broadcaster().close(SseAudience.everyone());
			await().atMost(Duration.ofSeconds(10)).until(() -> application.broadcaster().connectedCount() == 0);
		}
	}

	@ParameterizedTest
	@CsvSource({ "/joined,false", "/joined,true", "/opened,false", "/opened,true" })
	void chunksAreRightAndTheConnectionIsUsedAgain(String path, boolean isSecure) throws IOException {
		TestApplication application = application(isSecure);
		try (RawHttp1Client client = connect(isSecure)) {
			for (int round = 0; round < 3; round++) {
				assertThat(client.get(path)).startsWith("HTTP/1.1 200").contains("chunked");
				client.chunksUpTo("\n\n");
				awaitSocket(application);
				application.broadcaster().send(SseAudience.topic("live"), "tick", "one");
				client.lineEnd();
				assertThat(client.chunk()).contains("data: one\n");
				application.broadcaster().send(SseAudience.topic("live"), "tick", "x".repeat(100_000));
				application.broadcaster().close(SseAudience.everyone());
				client.lineEnd();
				assertThat(client.chunksUpToTheEnd()).contains("data: " + "x".repeat(100_000) + "\n");
			}
			assertThat(client.get("/plain")).startsWith("HTTP/1.1 200");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void tenThousandEventsArriveInOrder(boolean isSecure) throws IOException {
		TestApplication application = application(isSecure);
		try (RawHttp1Client client = connect(isSecure)) {
			client.get("/joined");
			client.chunksUpTo("\n\n");
			awaitSocket(application);
			for (int i = 0; i < 10_000; i++) {
				application.broadcaster().send(SseAudience.topic("live"), "tick", text(i));
			}
			application.broadcaster().send(SseAudience.topic("live"), "last", "end");
			StringBuilder bytes = new StringBuilder();
			while (bytes.indexOf("event: last", Math.max(0, bytes.length() - 200)) < 0) {
				client.lineEnd();
				bytes.append(client.chunk());
			}
			String received = new String(bytes.toString().getBytes(StandardCharsets.ISO_8859_1),
					StandardCharsets.UTF_8);
			String[] events = received.replaceAll("id: .*\n", "").split("\n\n", -1);
			for (int i = 0; i < 10_000; i++) {
				assertThat(events[i]).isEqualTo("event: tick\ndata: " + text(i));
			}
		}
	}

	private static String text(int number) {
		return number + ":" + "\u00e9".repeat(number % 700);
	}

	@ParameterizedTest
	@CsvSource({ "/joined,false,false", "/joined,false,true", "/joined,true,false", "/opened,true,true" })
	void clientThatGoesIsNoticedAtOnce(String path, boolean isSecure, boolean isReset) throws IOException {
		TestApplication application = application(isSecure);
		Live live = application.bean(Live.class);
		int completed = live.completed.get();
		RawHttp1Client client = connect(isSecure);
		String head = client.get(path);
		client.chunksUpTo("\n\n");
		awaitSocket(application);
		if (isReset) {
			client.reset();
		}
		else {
			client.close();
		}
		application.bean(StreamEvents.class).awaitClosed(clientId(head), SseCloseReason.CLIENT_GONE);
		await().atMost(Duration.ofSeconds(5)).until(() -> live.completed.get() == completed + 1);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whatTheClientSendsIsNoRequestAndItsConnectionIsNotUsedAgain(boolean isSecure) throws IOException {
		TestApplication application = application(isSecure);
		try (RawHttp1Client client = connect(isSecure)) {
			client.get("/joined");
			client.chunksUpTo("\n\n");
			awaitSocket(application);
			client.send("GET /plain HTTP/1.1\r\nHost: localhost\r\n\r\n");
			await().during(Duration.ofMillis(300)).until(() -> application.broadcaster().connectedCount() == 1);
			application.broadcaster().send(SseAudience.topic("live"), "tick", "one");
			client.lineEnd();
			assertThat(client.chunksUpTo("\n\n")).contains("data: one\n");
			application.broadcaster().close(SseAudience.everyone());
			client.lineEnd();
			client.chunksUpToTheEnd();
			client.send("GET /plain HTTP/1.1\r\nHost: localhost\r\n\r\n");
			assertThat(client.rest()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void clientThatSendsWithoutEndIsCut(boolean isSecure) throws IOException {
		TestApplication application = application(isSecure);
		try (RawHttp1Client client = connect(isSecure)) {
			String head = client.get("/joined");
			client.chunksUpTo("\n\n");
			awaitSocket(application);
			for (int i = 0; i < 9; i++) {
				client.send("x".repeat(1000));
			}
			application.bean(StreamEvents.class).awaitClosed(clientId(head), SseCloseReason.CLIENT_GONE);
		}
	}

	@Test
	void requestsThatCameTogetherAreAnsweredOneAfterTheOther() throws IOException {
		try (RawHttp1Client client = RawHttp1Client.connect(plain.port())) {
			client
				.send("GET /joined HTTP/1.1\r\nHost: localhost\r\n\r\nGET /plain HTTP/1.1\r\nHost: localhost\r\n\r\n");
			client.head();
			client.chunksUpTo("\n\n");
			awaitSocket(plain);
			plain.broadcaster().close(SseAudience.everyone());
			client.lineEnd();
			client.chunksUpToTheEnd();
			assertThat(client.head()).startsWith("HTTP/1.1 200").contains("text/plain");
		}
	}

	@Test
	void http10HasNoChunks() throws IOException {
		try (RawHttp1Client client = RawHttp1Client.connect(plain.port())) {
			client.send("GET /joined HTTP/1.0\r\nHost: localhost\r\n\r\n");
			assertThat(client.head()).doesNotContain("chunked");
			awaitSocket(plain);
			plain.broadcaster().send(SseAudience.topic("live"), "tick", "one");
			plain.broadcaster().close(SseAudience.everyone());
			assertThat(client.rest()).startsWith("retry: 2000\nevent: connected\n")
				.contains("\n\nevent: tick\n", "data: one\n");
		}
	}

	@Test
	void requestWithABodyHasItsSocketToo() throws IOException {
		try (RawHttp1Client client = RawHttp1Client.connect(plain.port())) {
			client.send("POST /posted HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
					+ "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
			client.head();
			client.chunksUpTo("\n\n");
			awaitSocket(plain);
			plain.broadcaster().close(SseAudience.everyone());
			client.lineEnd();
			client.chunksUpToTheEnd();
			assertThat(client.get("/plain")).startsWith("HTTP/1.1 200");
		}
	}

	@Test
	void quietStreamOutlivesTheIdleTimeout() throws IOException {
		try (RawHttp1Client client = connect(false); RawHttp1Client secureClient = connect(true)) {
			for (RawHttp1Client one : List.of(client, secureClient)) {
				one.get("/joined");
				one.chunksUpTo("\n\n");
			}
			await().during(Duration.ofMillis(4500))
				.atMost(Duration.ofSeconds(6))
				.until(() -> plain.broadcaster().connectedCount() == 1 && secure.broadcaster().connectedCount() == 1);
			plain.broadcaster().send(SseAudience.topic("live"), "tick", "one");
			secure.broadcaster().send(SseAudience.topic("live"), "tick", "one");
			for (RawHttp1Client one : List.of(client, secureClient)) {
				one.lineEnd();
				assertThat(one.chunksUpTo("\n\n")).contains("data: one\n");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void stopCutsWithoutAnEnd(boolean isSecure) throws IOException {
		TestApplication application = startOn((isSecure) ? TestCertificate.properties() : new String[0]);
		RawHttp1Client client = (isSecure) ? RawHttp1Client.connectSecurely(application.port())
				: RawHttp1Client.connect(application.port());
		try (client) {
			client.get("/joined");
			client.chunksUpTo("\n\n");
			awaitSocket(application);
			application.webServer().stop();
			await().atMost(10, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == 0);
			assertThat(client.rest()).isEqualTo("\r\n");
		}
		finally {
			application.close();
		}
	}

	@Test
	void compressionThatLeavesStreamsAloneIsNotInTheWay() throws Exception {
		try (TestApplication application = TestApplication.start(Container.JETTY, Live.class,
				"server.compression.enabled=true", "server.compression.min-response-size=1")) {
			try (ZippedStream stream = ZippedStream.open(application.url("/joined"))) {
				assertThat(stream.isZipped()).isFalse();
				awaitSocket(application);
				application.broadcaster().send(SseAudience.topic("live"), "tick", "one");
				stream.expect("data: one\n");
			}
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void compressedStreamGoesThroughTheServletApi(CapturedOutput output) throws Exception {
		try (TestApplication application = TestApplication.start(Container.JETTY, Live.class,
				"logging.level.io.github.ssestarter=INFO", "server.compression.enabled=true",
				"server.compression.min-response-size=1", "server.compression.mime-types=text/event-stream")) {
			try (ZippedStream stream = ZippedStream.open(application.url("/joined"))) {
				assertThat(stream.isZipped()).isTrue();
				awaitTransport(application, SseConnection.Transport.SERVLET);
				application.broadcaster().send(SseAudience.topic("live"), "tick", "one");
				stream.expect("data: one\n");
			}
			assertThat(output).containsOnlyOnce("Jetty compresses the response");
		}
	}

	@Test
	void springSecurityAndTheEtagFilterAreNotInTheWay() throws IOException {
		try (TestApplication application = TestApplication.startWithSecurity(Container.JETTY,
				List.of(Live.class, Open.class)); RawHttp1Client client = RawHttp1Client.connect(application.port())) {
			for (String path : List.of("/joined", "/opened")) {
				assertThat(client.get(path)).contains("X-Content-Type-Options").doesNotContain("ETag");
				client.chunksUpTo("\n\n");
				awaitSocket(application);
				application.broadcaster().send(SseAudience.topic("live"), "tick", "one");
				client.lineEnd();
				assertThat(client.chunksUpTo("\n\n")).contains("data: one\n");
				application.broadcaster().close(SseAudience.everyone());
				client.lineEnd();
				client.chunksUpToTheEnd();
			}
		}
	}

	private static void awaitSocket(TestApplication application) {
		awaitTransport(application, SseConnection.Transport.SOCKET);
	}

	private static void awaitTransport(TestApplication application, SseConnection.Transport transport) {
		await().atMost(Duration.ofSeconds(10)).until(() -> application.broadcaster().connectedCount() == 1);
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(application.bean(SseConnections.class).find(SseAudience.everyone()))
				.extracting(SseConnection::transport)
				.containsOnly(transport));
	}

	private static String clientId(String head) {
		return head.replaceAll("(?s).*Sse-Client-Id: (\\S+).*", "$1");
	}

	@RestController
	static class Live {

		private final AtomicInteger completed = new AtomicInteger();

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("live");
		}

		@GetMapping("/opened")
		void opened(SseStream stream) {
			stream.open();
			stream.join("live");
		}

		@PostMapping("/posted")
		void posted(@RequestBody String body, SseStream stream) {
			assertThat(body).isEqualTo("abc");
			stream.join("live");
		}

		@GetMapping(path = "/plain", produces = "text/plain")
		String plain() {
			return "plain";
		}

		/**
		 * Counts the streams that Jetty has let go.
		 */
		@Bean
		Filter completions() {
			return (request, response, chain) -> {
				chain.doFilter(request, response);
				if (request.isAsyncStarted()) {
					request.getAsyncContext()
						.addListener(new CompletionListener((event) -> Live.this.completed.incrementAndGet()));
				}
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Open {

		@Bean
		SecurityFilterChain filterChain(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).build();
		}

		@Bean
		ShallowEtagHeaderFilter etagFilter() {
			return new ShallowEtagHeaderFilter();
		}

	}

}
