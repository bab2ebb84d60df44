package io.github.ssestarter.starter;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that cannot be decoded: the client's fault, and no failure of the server's.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnreadableRequestTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			Feed.class, "sse.endpoints[0].path=/ready", "sse.endpoints[0].topics=topic"));

	@ParameterizedTest
	@CsvSource({ "TOMCAT, clientId=%", "JETTY, clientId=%", "TOMCAT, lastEventId=%ff%fe", "JETTY, lastEventId=%ff%fe",
			"TOMCAT, topic=%zz", "JETTY, topic=%zz" })
	void streamOpensAsWithoutTheQuery(Container container, String query, CapturedOutput output) throws IOException {
		for (String path : List.of("/feed?", "/ready?")) {
			assertThat(answer(container, "GET " + path + query + " HTTP/1.1")).startsWith("HTTP/1.1 200")
				.contains("Sse-Client-Id: ");
			assertThat(answer(container,
					"GET " + path + query + " HTTP/1.1\r\nSse-Client-Id: made.up\r\nLast-Event-ID: made-up"))
				.startsWith("HTTP/1.1 200")
				.doesNotContain("made.up");
		}
		assertThat(output).doesNotContain("ERROR");
	}

	@ParameterizedTest
	@EnumSource
	void whatIsNoRequestIsRefused(Container container, CapturedOutput output) throws IOException {
		assertThat(answer(container, "\u0001")).startsWith("HTTP/1.1 400");
		assertThat(answer(container, "GE(T /feed HTTP/1.1")).startsWith("HTTP/1.1 400");
		assertThat(answer(container, "GET /feed HTTP/1.1 x")).startsWith("HTTP/1.1 400");
		assertThat(output).doesNotContain("ERROR");
	}

	private static String answer(Container container, String requestLine) throws IOException {
		try (Socket socket = new Socket("localhost", applications.on(container).port())) {
			socket.setSoTimeout(5000);
			socket.getOutputStream()
				.write((requestLine + "\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
			StringBuilder answer = new StringBuilder();
			int next = socket.getInputStream().read();
			while (next >= 0 && answer.indexOf("\r\n\r\n") < 0) {
				answer.append((char) next);
				next = socket.getInputStream().read();
			}
			return answer.toString();
		}
	}

	@RestController
	static class Feed {

		@GetMapping("/feed")
		void feed(SseStream stream) {
			stream.join("feed");
		}

	}

}
