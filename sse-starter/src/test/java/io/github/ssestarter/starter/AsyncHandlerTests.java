package io.github.ssestarter.starter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.fanout.EngineStatus;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Streams that a {@code @ModelAttribute} method takes, beside handlers that answer
 * asynchronously: the stream ends, and takes nobody's place.
 */
class AsyncHandlerTests {

	/** More than there is room for at once. */
	private static final int REQUESTS = 5;

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			List.of(Handlers.class, Model.class), "sse.limits.max-streams=3", "sse.limits.max-attached=3",
			"sse.heartbeat.interval=200ms", "sse.shutdown.timeout=500ms", "logging.level.root=OFF"));

	@ParameterizedTest
	@CsvSource({ "TOMCAT,/callable,200", "JETTY,/callable,200", "TOMCAT,/callable?joined=true,200",
			"JETTY,/callable?joined=true,200", "TOMCAT,/deferred,200", "JETTY,/deferred,200", "TOMCAT,/failing,500",
			"JETTY,/failing,500", "TOMCAT,/late,503", "JETTY,/late,503", "TOMCAT,/forward?to=/callable,200",
			"JETTY,/forward?to=/callable,200", "TOMCAT,/include?to=/callable,200", "JETTY,/include?to=/callable,200",
			"TOMCAT,/forward?to=/failing,500", "JETTY,/forward?to=/failing,500", "TOMCAT,/error-page,404",
			"JETTY,/error-page,404" })
	void theStreamEndsWithTheRequest(Container container, String path, int status) {
		TestApplication application = applications.on(container);
		for (int i = 0; i < REQUESTS; i++) {
			try (SseTestClient client = application.to(path).header("Accept", "*/*").connect()) {
				assertThat(client.status()).as("Request " + i).isEqualTo(status);
				client.body();
			}
		}
		assertThereIsRoom(application);
	}

	@ParameterizedTest
	@EnumSource
	void theStreamEndsWhereTheClientGoesBeforeTheAnswer(Container container) throws IOException {
		TestApplication application = applications.on(container);
		AtomicInteger begun = application.bean(Handlers.class).begun;
		for (int i = 1; i <= REQUESTS; i++) {
			int before = begun.get();
			try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), application.port())) {
				socket.getOutputStream()
					.write("GET /unanswered HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
				await().atMost(Duration.ofSeconds(5)).until(() -> begun.get() > before);
			}
		}
		assertThereIsRoom(application);
	}

	private static void assertThereIsRoom(TestApplication application) {
		EngineStatus status = new EngineStatus(application.bean(SseEngine.class));
		await().atMost(Duration.ofSeconds(5)).until(() -> status.streams() == 0);
		assertThat(status.topics()).isEmpty();
		List<SseTestClient> clients = SseTestClient.connectAll(3, (i) -> application.to("/joined"));
		for (SseTestClient client : clients) {
			client.awaitOpen();
			client.close();
		}
		await().atMost(Duration.ofSeconds(20)).until(() -> status.streams() == 0);
	}

	@ControllerAdvice
	static class Model {

		@ModelAttribute
		void stream(SseStream stream, @RequestParam(defaultValue = "false") boolean joined) {
			if (joined) {
				stream.join("model");
			}
		}

	}

	@RestController
	static class Handlers {

		private final AtomicInteger begun = new AtomicInteger();

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

		@GetMapping("/callable")
		Callable<String> callable() {
			return () -> "answer";
		}

		@GetMapping("/failing")
		Callable<String> failing() {
			return () -> {
				throw new IllegalStateException("expected by the test");
			};
		}

		@GetMapping("/deferred")
		DeferredResult<String> deferred() {
			DeferredResult<String> result = new DeferredResult<>();
			CompletableFuture.runAsync(() -> result.setResult("answer"));
			return result;
		}

		@GetMapping("/late")
		DeferredResult<String> late() {
			return new DeferredResult<>(50L);
		}

		@GetMapping("/unanswered")
		DeferredResult<String> unanswered() {
			this.begun.incrementAndGet();
			return new DeferredResult<>(60_000L);
		}

		@GetMapping("/forward")
		void forward(@RequestParam String to, HttpServletRequest request, HttpServletResponse response)
				throws ServletException, IOException {
			request.getRequestDispatcher(to).forward(request, response);
		}

		@GetMapping("/include")
		void include(@RequestParam String to, HttpServletRequest request, HttpServletResponse response)
				throws ServletException, IOException {
			request.getRequestDispatcher(to).include(request, response);
		}

		@GetMapping("/error-page")
		void errorPage(HttpServletResponse response) throws IOException {
			response.sendError(404);
		}

	}

}
