package io.github.ssestarter.starter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What others say never makes a field of an event, nor a header.
 */
class InjectionTests {

	private static final int[] SEPARATORS = { '\r', '\n', 0x2028, 0x2029, 0x85, 0xfeff, 0x7f };

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.start(container, Injectable.class, "logging.level.root=OFF",
					"sse.endpoints[0].path=/ready", "sse.endpoints[0].topics=topic"));

	static Stream<Arguments> fields() {
		return Stream.of(Container.values())
			.flatMap((container) -> Stream.of("name", "id", "data", "json", "comment", "stream-comment", "topic")
				.flatMap((field) -> Stream.of(true, false)
					.map((broadcast) -> Arguments.of(container, field, broadcast))));
	}

	@ParameterizedTest
	@MethodSource("fields")
	void textOfAnEventMakesNoFieldOfItsOwn(Container container, String field, boolean broadcast) {
		TestApplication application = applications.on(container);
		for (String text : texts("event: injected", "data: injected", "id: injected", "retry: 7", "")) {
			try (SseTestClient client = application
				.to("/event?field=" + field + "&broadcast=" + broadcast + "&text="
						+ URLEncoder.encode(text, StandardCharsets.UTF_8))
				.timeout(Duration.ofSeconds(10))
				.connect()) {
				if (client.status() == 200) {
					client.skipTo("end");
				}
				else {
					assertThat(client.status()).isEqualTo((field.equals("topic")) ? 400 : 500);
					client.expectEnd();
				}
				assertThatNothingIsInjected(client.raw());
				assertThat(client.retry()).isNotEqualTo(Optional.of(Duration.ofMillis(7)));
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void lastEventIdMakesNoFieldOfItsOwn(Container container) throws IOException {
		TestApplication application = applications.on(container);
		for (String text : texts("event: injected", "data: injected", "")) {
			String path = "/ready?lastEventId=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
			try (SseTestClient client = application.connect(path)) {
				client.skipTo("connected");
				assertThatNothingIsInjected(client.raw());
			}
			assertThatNothingIsInjected(exchange(application, "/ready", "Last-Event-ID: " + text));
		}
	}

	@ParameterizedTest
	@EnumSource
	void clientIdMakesNoHeaderAndNoField(Container container) throws IOException {
		TestApplication application = applications.on(container);
		for (String text : texts("X-Injected: 1", "data: injected", "")) {
			for (String path : List.of("/ready?clientId=", "/event?field=name&broadcast=false&text=x&clientId=")) {
				try (SseTestClient client = application
					.connect(path + URLEncoder.encode(text, StandardCharsets.UTF_8))) {
					client.awaitOpen();
					assertThat(client.headers()).doesNotContainKey("X-Injected");
					assertThat(client.header("Sse-Client-Id")).matches("[\\w.-]+");
					assertThatNothingIsInjected(client.raw());
				}
			}
			assertThatNothingIsInjected(exchange(application, "/ready", "Sse-Client-Id: " + text));
		}
	}

	@ParameterizedTest
	@EnumSource
	void topicOfARequestMakesNoHeaderAndNoField(Container container) {
		TestApplication application = applications.on(container);
		for (String text : texts("X-Injected: 1", "data: injected", "")) {
			String path = "/ready?topic=topic" + URLEncoder.encode(text, StandardCharsets.UTF_8);
			try (SseTestClient client = application.connect(path)) {
				assertThat(client.status()).isEqualTo(404);
				assertThat(client.headers()).doesNotContainKey("X-Injected");
				client.expectEnd();
				assertThatNothingIsInjected(client.raw());
			}
		}
	}

	/**
	 * The lines, put together with each character that somebody may take for a line end.
	 */
	private static List<String> texts(String... lines) {
		Stream<String> separators = Stream.concat(Stream.of("\r\n", "\n\n", "\r\r"),
				Arrays.stream(SEPARATORS).mapToObj(Character::toString));
		Stream<String> controls = Stream.of(0, 1, 8, 9, 0xb, 0xc, 0x1b, 0x1c, 0x1f).map(Character::toString);
		return Stream.concat(separators, controls)
			.map((separator) -> "x" + separator + String.join(separator, lines) + separator)
			.toList();
	}

	private static void assertThatNothingIsInjected(String raw) {
		assertThat(raw.split("\r\n|\r|\n")).noneMatch((line) -> line.matches("(data|event|id): ?injected.*|retry: 7.*")
				|| line.startsWith("injected") || line.startsWith("X-Injected"));
	}

	/**
	 * Sends a header as it is, and reads what comes until it is clear what it is.
	 */
	private static String exchange(TestApplication application, String path, String header) throws IOException {
		try (Socket socket = new Socket("localhost", application.port())) {
			socket.setSoTimeout(5000);
			socket.getOutputStream()
				.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + header + "\r\n\r\n")
					.getBytes(StandardCharsets.UTF_8));
			ByteArrayOutputStream received = new ByteArrayOutputStream();
			InputStream input = socket.getInputStream();
			byte[] buffer = new byte[4096];
			int count = input.read(buffer);
			while (count >= 0) {
				received.write(buffer, 0, count);
				String text = received.toString(StandardCharsets.UTF_8);
				if (text.matches("(?s).*event: connected.*\n\n.*")) {
					return text;
				}
				count = input.read(buffer);
			}
			String text = received.toString(StandardCharsets.UTF_8);
			assertThat(text).startsWith("HTTP/1.1 400");
			return text;
		}
	}

	@RestController
	static class Injectable {

		private final SseBroadcaster broadcaster;

		Injectable(SseBroadcaster broadcaster) {
			this.broadcaster = broadcaster;
		}

		@GetMapping("/event")
		void event(SseStream stream, @RequestParam String field, @RequestParam boolean broadcast,
				@RequestParam String text) {
			switch (field) {
				case "name" -> send(stream, broadcast, SseEvent.of(text, "fine"));
				case "id" -> send(stream, broadcast, SseEvent.of("fine").id(text));
				case "data" -> send(stream, broadcast, SseEvent.of("fine", text));
				case "json" -> send(stream, broadcast, SseEvent.of("fine", Map.of("fine", text)));
				case "comment" -> send(stream, broadcast, SseEvent.of("fine", "fine").comment(text));
				case "stream-comment" -> stream.comment(text);
				default -> stream.join(text);
			}
			send(stream, broadcast, SseEvent.named("end"));
		}

		private void send(SseStream stream, boolean broadcast, SseEvent event) {
			if (broadcast) {
				stream.join("topic");
				this.broadcaster.send(SseAudience.client(stream.clientId()).and(SseAudience.topic("topic")), event);
			}
			else {
				stream.send(event);
			}
		}

	}

}
