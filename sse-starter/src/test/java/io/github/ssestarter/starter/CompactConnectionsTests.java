package io.github.ssestarter.starter;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tomcat with small buffers for each connection.
 */
@ExtendWith(OutputCaptureExtension.class)
class CompactConnectionsTests {

	private static final int CLIENTS = 200;

	/** Those of the clients in the same heap are about as much. */
	private static final int SAVED = 40_000;

	/** A stream with its socket keeps none of the container's buffers. */
	private static final int SAVED_BY_SOCKET = 80_000;

	private static final String LARGE = "x".repeat(50_000);

	@Test
	void connectionsTakeLessAndCarryTheSame(CapturedOutput output) {
		long socket = heapPerConnection();
		long ordinary = heapPerConnection("sse.transport=servlet");
		assertThat(output).doesNotContain("compact-connections");
		long compact = heapPerConnection("sse.transport=servlet", "sse.tomcat.compact-connections=true",
				"logging.level.io.github.ssestarter=INFO");
		assertThat(output).contains("sse.tomcat.compact-connections: each connection of Connector[",
				"reading the socket 512 bytes", "writing to the socket 2048 bytes", "response headers 4096 bytes",
				"request trailers 1024 bytes", "a response before it is committed 1024 bytes");
		Stress.report("An idle connection of Tomcat, with its client: %d bytes, compact %d, with its socket %d",
				ordinary, compact, socket);
		assertThat(ordinary - socket).isGreaterThan(SAVED_BY_SOCKET);
		assertThat(ordinary - compact).isGreaterThan(SAVED);
	}

	@Test
	void whatIsSetStays(CapturedOutput output) {
		try (TestApplication application = TestApplication.start(Container.TOMCAT, Feed.class,
				"sse.tomcat.compact-connections=true", "server.tomcat.max-http-response-header-size=6KB",
				"logging.level.io.github.ssestarter=INFO")) {
			assertThat(application.to("/headers").header("Accept", "*/*").connect().status()).isEqualTo(200);
			assertThat(output).contains("compact-connections").doesNotContain("response headers");
		}
	}

	private static long heapPerConnection(String... properties) {
		try (TestApplication application = TestApplication.start(Container.TOMCAT, Feed.class, properties)) {
			long before = Stress.heap();
			List<SseTestClient> clients = SseTestClient.connectAll(CLIENTS, (i) -> application.to("/feed"));
			clients.forEach(SseTestClient::awaitOpen);
			long after = Stress.heap();
			application.broadcaster().send(SseAudience.topic("feed"), "large", LARGE);
			clients.forEach((client) -> client.expect("large", LARGE));
			SseTestClient.closeAll(clients);
			return (after - before) / CLIENTS;
		}
	}

	@RestController
	static class Feed {

		@GetMapping("/feed")
		void feed(SseStream stream) {
			stream.join("feed");
		}

		@GetMapping("/headers")
		ResponseEntity<String> headers() {
			return ResponseEntity.ok().header("Large", "x".repeat(5000)).body("fine");
		}

	}

}
