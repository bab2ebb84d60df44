package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Gate;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * When a stream's response is committed, and with which headers.
 */
class StreamCommitTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.start(container, Streams.class));

	@ParameterizedTest
	@CsvSource({ "TOMCAT,open", "JETTY,open", "TOMCAT,send", "JETTY,send", "TOMCAT,comment", "JETTY,comment" })
	void firstWriteCommitsWhileTheMethodRuns(Container container, String action) {
		TestApplication application = applications.on(container);
		Gate gate = application.bean(Streams.class).newGate();
		try (SseTestClient client = application.connect("/attached/" + action)) {
			assertThat(client.status()).isEqualTo(200);
			assertThat(client.header("Content-Type")).isEqualTo("text/event-stream");
			client.awaitOpen();
			switch (action) {
				case "send" -> client.expect("greeting", "hello");
				case "comment" -> assertThat(client.expectComment()).isEqualTo("hello");
				default -> assertThat(client.events()).isEmpty();
			}
			assertThat(client.isOpen()).isTrue();
			gate.open();
			client.expectEnd();
		}
	}

	@ParameterizedTest
	@CsvSource({ "TOMCAT,join", "JETTY,join", "TOMCAT,keepOpen", "JETTY,keepOpen", "TOMCAT,noContent",
			"JETTY,noContent" })
	void nothingIsCommittedBeforeTheMethodReturns(Container container, String action) {
		TestApplication application = applications.on(container);
		Gate gate = application.bean(Streams.class).newGate();
		CompletableFuture<SseTestClient> answer = CompletableFuture
			.supplyAsync(() -> application.connect("/attached/" + action));
		gate.awaitReached();
		await().during(Duration.ofMillis(200)).atMost(Duration.ofSeconds(1)).until(() -> !answer.isDone());
		gate.open();
		try (SseTestClient client = answer.orTimeout(5, TimeUnit.SECONDS).join()) {
			if (action.equals("noContent")) {
				assertThat(client.status()).isEqualTo(204);
				assertThat(client.body()).isEmpty();
			}
			else {
				assertThat(client.status()).isEqualTo(200);
				client.awaitOpen();
				client.expectNothing(Duration.ofMillis(200));
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void headersAreThoseOfAStreamThatNobodyKeeps(Container container) {
		for (String path : List.of("/plain/attached", "/plain/detached")) {
			try (SseTestClient client = applications.on(container).connect(path)) {
				Map<String, List<String>> headers = client.headers();
				assertThat(headers.get("Content-Type")).containsExactly("text/event-stream");
				assertThat(headers.get("Cache-Control")).containsExactly("no-store, no-transform");
				assertThat(headers.get("X-Accel-Buffering")).containsExactly("no");
				assertThat(headers.get("Sse-Client-Id")).singleElement().asString().matches("[\\w.-]{30,}");
				assertThat(headers).doesNotContainKeys("Content-Length", "Set-Cookie", "Keep-Alive");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatTheHandlerSetBeforeTheCommitArrives(Container container) {
		for (String path : List.of("/set/attached", "/set/detached")) {
			try (SseTestClient client = applications.on(container).connect(path)) {
				assertThat(client.status()).isEqualTo(202);
				assertThat(client.headers().get("Cache-Control"))
					.containsExactly("private, max-age=7, no-store, no-transform");
				assertThat(client.headers().get("X-Own")).containsExactly("one", "two");
				assertThat(client.header("Set-Cookie")).startsWith("seen=yes");
				assertThat(client.header("X-Accel-Buffering")).isEqualTo("no");
				// No event stream to a browser, but the status was the handler's to
				// choose
				await().atMost(Duration.ofSeconds(5)).until(() -> client.raw().contains("data: hello"));
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void presentedClientIdIsKeptAndAForgedOneIsNot(Container container) {
		TestApplication application = applications.on(container);
		String id;
		try (SseTestClient first = application.connect("/plain/detached")) {
			id = first.header("Sse-Client-Id");
		}
		assertThat(id).isNotNull();
		try (SseTestClient byHeader = application.to("/plain/attached").header("Sse-Client-Id", id).connect();
				SseTestClient byParameter = application.connect("/plain/attached?clientId=" + id);
				SseTestClient forged = application.connect("/plain/attached?clientId=x" + id)) {
			assertThat(byHeader.header("Sse-Client-Id")).isEqualTo(id);
			assertThat(byParameter.header("Sse-Client-Id")).isEqualTo(id);
			assertThat(forged.status()).isEqualTo(200);
			assertThat(forged.header("Sse-Client-Id")).isNotEqualTo(id).doesNotContain("x" + id);
		}
	}

	@RestController
	static class Streams {

		private volatile Gate gate = new Gate();

		Gate newGate() {
			this.gate = new Gate();
			return this.gate;
		}

		@GetMapping("/attached/{action}")
		void attached(@PathVariable String action, SseStream stream) {
			Map<String, Consumer<SseStream>> actions = Map.of("open", SseStream::open, "send",
					(s) -> s.send("greeting", "hello"), "comment", (s) -> s.comment("hello"), "join",
					(s) -> s.join("topic"), "keepOpen", SseStream::keepOpen, "noContent", SseStream::noContent);
			actions.get(action).accept(stream);
			this.gate.hold();
		}

		@GetMapping("/plain/{life}")
		void plain(@PathVariable String life, SseStream stream) {
			if (life.equals("attached")) {
				stream.open();
			}
			else {
				stream.join("topic");
			}
		}

		@GetMapping("/set/{life}")
		void set(@PathVariable String life, SseStream stream, HttpServletResponse response) {
			response.setStatus(202);
			response.setHeader("Cache-Control", "private, max-age=7");
			response.addHeader("X-Own", "one");
			response.addHeader("X-Own", "two");
			response.addCookie(new Cookie("seen", "yes"));
			if (life.equals("detached")) {
				stream.join("topic");
			}
			stream.send(SseEvent.of("greeting", "hello"));
		}

	}

}
