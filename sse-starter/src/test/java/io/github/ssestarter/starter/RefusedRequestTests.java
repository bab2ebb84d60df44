package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.util.ContentCachingResponseWrapper;

import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Failures;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Requests that get no stream, and what they get.
 */
@ExtendWith(OutputCaptureExtension.class)
class RefusedRequestTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.start(container, List.of(Streams.class, StreamEvents.class),
					"sse.endpoints[0].path=/ready", "sse.endpoints[0].topics=topic"));

	@ParameterizedTest
	@EnumSource
	void headGetsHeadersAndNoStream(Container container) {
		TestApplication application = applications.on(container);
		int before = application.bean(Streams.class).calls;
		for (String path : List.of("/joined", "/sent", "/ready")) {
			try (SseTestClient client = application.to(path).method("HEAD").connect()) {
				assertThat(client.status()).isEqualTo(200);
				assertThat(client.header("Content-Type")).startsWith("text/event-stream");
				assertThat(client.header("Cache-Control")).isEqualTo("no-store, no-transform");
				assertThat(client.header("X-Accel-Buffering")).isEqualTo("no");
				client.expectEnd();
				assertThat(client.raw()).isEmpty();
			}
		}
		assertThat(application.bean(Streams.class).calls).isEqualTo(before);
		assertThat(application.broadcaster().connectedCount()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void clientThatDoesNotTakeAnEventStreamGets406(Container container) {
		TestApplication application = applications.on(container);
		for (String method : List.of("GET", "HEAD")) {
			for (String accept : List.of("application/json", "text/event-stream;q=0", "text/event-stream;q=0, */*",
					"text/html, application/xml;q=0.9", "*/*;q=0", "text/*;q=0, */*", "event-stream", "text/")) {
				try (SseTestClient client = application.to("/sent").method(method).header("Accept", accept).connect()) {
					assertThat(client.status()).as(accept).isEqualTo(406);
					client.expectEnd();
					assertThat(client.raw()).doesNotContain("tick");
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void clientThatTakesAnEventStreamAmongOthersGetsIt(Container container) {
		TestApplication application = applications.on(container);
		for (String accept : List.of("", "*/*", "text/*", "text/event-stream", "TEXT/Event-Stream",
				"text/event-stream;charset=utf-8", "application/json, text/event-stream;q=0.1", "text/html, */*;q=0.8",
				"text/*;q=0, text/event-stream")) {
			String[] values = (accept.isEmpty()) ? new String[0] : new String[] { accept };
			try (SseTestClient client = application.to("/sent").header("Accept", values).connect()) {
				assertThat(client.status()).as(accept).isEqualTo(200);
				client.expect("tick", "1");
			}
		}
		try (SseTestClient client = application.to("/sent")
			.header("Accept", "application/json", "text/event-stream")
			.connect()) {
			client.expect("tick", "1");
		}
	}

	@ParameterizedTest
	@EnumSource
	void responseThatAFilterWouldHoldBackIsRefusedNamingIt(Container container, CapturedOutput output) {
		assertThatItFails(container, "/cached/stream", output,
				"No SseStream for void " + Streams.class.getName() + ".cached(" + SseStream.class.getName()
						+ "): a filter wraps the response in a " + RememberedResponse.class.getName()
						+ ", which would hold back the stream for ever. Let that filter leave this path alone");
	}

	@ParameterizedTest
	@EnumSource
	void requestThatCannotBeAsynchronousIsRefusedNamingTheMethod(Container container, CapturedOutput output) {
		assertThatItFails(container, "/synchronous/stream", output,
				"No SseStream for void " + Streams.class.getName() + ".synchronous(" + SseStream.class.getName()
						+ "): a filter or servlet in front of it does not support asynchronous requests. Register it"
						+ " with asyncSupported = true");
	}

	@ParameterizedTest
	@EnumSource
	void handlerThatPassedNoInterceptorIsRefusedNamingTheRemedy(Container container, CapturedOutput output) {
		assertThatItFails(container, "/apart", output, "No SseStream for void " + Streams.class.getName() + ".apart("
				+ SseStream.class.getName() + "): the request did not pass the SseStreamInterceptor. Map the method"
				+ " with Spring MVC's @RequestMapping, and let the handler mapping use the application's interceptors");
	}

	private static void assertThatItFails(Container container, String path, CapturedOutput output, String told) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect(path)) {
			assertThat(client.status()).isEqualTo(500);
			client.expectEnd();
		}
		await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(output).contains(told));
		assertThat(application.broadcaster().connectedCount()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void deniedJoinIs403BeforeTheCommitAndEndsTheStreamAfterIt(Container container, CapturedOutput output) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect("/secret")) {
			assertThat(client.status()).isEqualTo(403);
			client.expectEnd();
			assertThat(client.raw()).isEmpty();
		}
		try (SseTestClient client = application.connect("/secret-later")) {
			client.expect("tick", "1");
			client.expectEnd();
			Failures.assertEndsAfter(client, "data: 1\n\n", SseCloseReason.FORBIDDEN);
		}
		assertThat(application.broadcaster().connectedCount()).isZero();
		assertThat(output).doesNotContain("Exception");
	}

	private static final class RememberedResponse extends ContentCachingResponseWrapper {

		private RememberedResponse(HttpServletResponse response) {
			super(response);
		}

	}

	@RestController
	static class Streams {

		private volatile int calls;

		@GetMapping("/joined")
		void joined(SseStream stream) {
			this.calls++;
			stream.join("topic");
		}

		@GetMapping("/sent")
		void sent(SseStream stream) {
			this.calls++;
			stream.send(SseEvent.of("tick", 1));
		}

		@GetMapping("/cached/stream")
		void cached(SseStream stream) {
			stream.join("topic");
		}

		@GetMapping("/synchronous/stream")
		void synchronous(SseStream stream) {
			stream.join("topic");
		}

		@GetMapping("/secret")
		void secret(SseStream stream) {
			stream.join("secret");
		}

		@GetMapping("/secret-later")
		void secretLater(SseStream stream) {
			stream.send("tick", "1");
			stream.join("secret");
		}

		void apart(SseStream stream) {
			stream.join("topic");
		}

		@Bean
		HandlerMapping mappingWithoutInterceptors() throws NoSuchMethodException {
			HandlerMethod apart = new HandlerMethod(this, Streams.class.getDeclaredMethod("apart", SseStream.class));
			SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(Map.of("/apart", apart));
			mapping.setOrder(Ordered.HIGHEST_PRECEDENCE);
			return mapping;
		}

		@Bean
		SseAuthorizer authorizer() {
			return (principal, topic) -> !topic.equals("secret");
		}

		@Bean
		FilterRegistrationBean<Filter> remembering() {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
				RememberedResponse wrapper = new RememberedResponse((HttpServletResponse) response);
				chain.doFilter(request, wrapper);
				wrapper.copyBodyToResponse();
			});
			registration.addUrlPatterns("/cached/*");
			return registration;
		}

		@Bean
		FilterRegistrationBean<Filter> synchronousOnly() {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(
					(request, response, chain) -> chain.doFilter(request, response));
			registration.addUrlPatterns("/synchronous/*");
			registration.setAsyncSupported(false);
			return registration;
		}

	}

}
