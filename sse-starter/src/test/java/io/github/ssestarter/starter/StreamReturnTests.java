package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What becomes of a stream when its controller method returns, and who gets which stream.
 */
@ExtendWith(OutputCaptureExtension.class)
class StreamReturnTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			List.of(Streams.class, Pages.class, Forwards.class, StreamEvents.class)));

	@ParameterizedTest
	@EnumSource
	void streamThatIsOnlySentToEndsWithTheMethod(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect("/send")) {
			client.expect("tick", "1");
			client.expectEnd();
			String id = client.header("Sse-Client-Id");
			application.bean(StreamEvents.class).awaitClosed(id, SseCloseReason.COMPLETED);
			SseStream stream = application.bean(Streams.class).streams.get(id);
			assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> stream.send("late"))
				.withMessageContaining("keepOpen()")
				.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.COMPLETED));
			assertThatExceptionOfType(SseClosedException.class).isThrownBy(stream::keepOpen);
			assertThat(stream.isOpen()).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource
	void keptStreamIsSentToLaterAndHearsNoBroadcast(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect("/keep")) {
			String id = client.header("Sse-Client-Id");
			client.expect("before", "1");
			SseStream stream = application.bean(Streams.class).streams.get(id);
			stream.send("after", "2");
			client.expect("after", "2");
			application.broadcaster().broadcast("all", "3");
			application.broadcaster().send(SseAudience.client(id), "mine", "4");
			client.expect("mine", "4");
			stream.complete();
			client.expectEnd();
			application.bean(StreamEvents.class).awaitClosed(id, SseCloseReason.COMPLETED);
		}
	}

	@ParameterizedTest
	@EnumSource
	void untouchedStreamLeavesTheResponseAndWarnsOnce(Container container, CapturedOutput output) {
		TestApplication application = applications.on(container);
		for (int i = 0; i < 3; i++) {
			try (SseTestClient client = application.connect("/untouched/" + container)) {
				assertThat(client.status()).isEqualTo(203);
				assertThat(client.header("X-Own")).isEqualTo("kept");
				assertThat(client.headers()).doesNotContainKey("Sse-Client-Id");
				assertThat(client.body()).isEmpty();
			}
		}
		assertThat(output.toString()).containsOnlyOnce("returned without send, join or keepOpen")
			.contains("Streams#untouched");
	}

	@ParameterizedTest
	@EnumSource
	void noContentEndsWithoutWarning(Container container, CapturedOutput output) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect("/no-content")) {
			assertThat(client.status()).isEqualTo(204);
			assertThat(client.body()).isEmpty();
		}
		assertThat(output).doesNotContain("returned without");
	}

	@ParameterizedTest
	@EnumSource
	void noContentIsFinal(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect("/no-content-then-join")) {
			assertThat(client.status()).isEqualTo(204);
			assertThat(client.body()).isEmpty();
			assertThat(application.bean(Streams.class).failures).last().asString().contains("noContent()");
		}
	}

	@ParameterizedTest
	@EnumSource
	void streamMayBeReturned(Container container) {
		TestApplication application = applications.on(container);
		for (String path : List.of("/returned", "/returned-by-a-page-controller")) {
			try (SseTestClient client = application.connect(path)) {
				client.awaitOpen();
				application.broadcaster().send(SseAudience.client(client.header("Sse-Client-Id")), "mine", "4");
				client.expect("mine", "4");
				assertThat(client.raw().replaceFirst("data: \\{\"clientId\".*\n", "")).doesNotContain("{");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void postMayStream(Container container) {
		try (SseTestClient client = applications.on(container)
			.to("/ask")
			.method("POST")
			.body("text/plain", "two words")
			.connect()) {
			client.expect("word", "two");
			client.expect("word", "words");
			client.expectEnd();
		}
	}

	@ParameterizedTest
	@EnumSource
	void modelAttributeAndHandlerGetTheSameStream(Container container) {
		try (SseTestClient client = applications.on(container).connect("/page")) {
			client.expect("from", "the model attribute");
			client.expect("from", "the handler");
			client.expectEnd();
		}
	}

	@ParameterizedTest
	@EnumSource
	void exceptionHandlerGetsTheSameStream(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect("/fail-before-commit")) {
			client.expect("from", "the model attribute of a failure");
			client.expect("error", "on purpose");
			client.expectEnd();
			application.bean(StreamEvents.class).awaitClosed(client.header("Sse-Client-Id"), SseCloseReason.FAILED);
		}
	}

	@ParameterizedTest
	@EnumSource
	void forwardLeadsToAStream(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient attached = application.connect("/forward/send");
				SseTestClient joined = application.connect("/forward/join")) {
			attached.expect("tick", "1");
			attached.expectEnd();
			joined.awaitOpen();
			await().atMost(Duration.ofSeconds(5))
				.until(() -> application.broadcaster().connectedCount(SseAudience.topic("forwarded")) == 1);
			application.broadcaster().send(SseAudience.topic("forwarded"), "news", "2");
			joined.expect("news", "2");
		}
	}

	@RestController
	static class Streams {

		private final Map<String, SseStream> streams = new ConcurrentHashMap<>();

		private final List<Exception> failures = new CopyOnWriteArrayList<>();

		@GetMapping("/send")
		void send(SseStream stream) {
			this.streams.put(stream.clientId(), stream);
			stream.send("tick", "1");
		}

		@GetMapping("/keep")
		void keep(SseStream stream) {
			this.streams.put(stream.clientId(), stream);
			stream.keepOpen().send("before", "1");
		}

		@GetMapping("/join")
		void join(SseStream stream) {
			stream.join("forwarded");
		}

		@GetMapping("/untouched/TOMCAT")
		void untouched(SseStream stream, HttpServletResponse response) {
			response.setStatus(203);
			response.setHeader("X-Own", "kept");
		}

		@GetMapping("/untouched/JETTY")
		void untouchedToo(SseStream stream, HttpServletResponse response) {
			untouched(stream, response);
		}

		@GetMapping("/no-content")
		void noContent(SseStream stream) {
			stream.noContent();
		}

		@GetMapping("/no-content-then-join")
		void noContentThenJoin(SseStream stream) {
			stream.noContent();
			try {
				stream.join("topic");
			}
			catch (IllegalStateException ex) {
				this.failures.add(ex);
			}
		}

		@GetMapping("/returned")
		SseStream returned(SseStream stream) {
			return stream.keepOpen();
		}

		@PostMapping("/ask")
		void ask(@RequestBody String text, SseStream stream) {
			for (String word : text.split(" ")) {
				stream.send("word", word);
			}
		}

	}

	@Controller
	static class Pages {

		@ModelAttribute
		void greet(SseStream stream, jakarta.servlet.http.HttpServletRequest request) {
			if (request.getRequestURI().equals("/page")) {
				stream.send("from", "the model attribute");
			}
		}

		@GetMapping("/page")
		void page(SseStream stream) {
			stream.send("from", "the handler");
		}

		@GetMapping("/returned-by-a-page-controller")
		SseStream returned(SseStream stream) {
			return stream.join("topic");
		}

		@GetMapping("/fail-before-commit")
		void fail(SseStream stream) {
			throw new UnsupportedOperationException("on purpose");
		}

		@ExceptionHandler
		void handle(UnsupportedOperationException ex, SseStream stream) {
			stream.send("from", "the model attribute of a failure");
			stream.send("error", ex.getMessage());
		}

	}

	@Controller
	static class Forwards {

		@GetMapping("/forward/{where}")
		String forward(@PathVariable String where) {
			return "forward:/" + where;
		}

	}

}
