package io.github.ssestarter.starter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
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
 * Streams behind filters that wrap the response's output: what can be written to without
 * waiting works, and for the rest the log says which class it is, at once.
 */
@ExtendWith(OutputCaptureExtension.class)
class WrappedOutputTests {

	private static final Map<String, Function<ServletOutputStream, ServletOutputStream>> OUTPUTS = Map.of("ignores",
			IgnoresTheListener::new, "unsupported", DoesNotSupportListeners::new, "refuses", RefusesListeners::new,
			"never", IsNeverReady::new, "tee", Tee::new);

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			List.of(Streams.class, StreamEvents.class, Failures.Controller.class)));

	static Stream<Arguments> faults() {
		return Stream.of(Container.values())
			.flatMap((container) -> Stream.of(
					Arguments.of(container, "ignores", "$IgnoresTheListener, ignores setWriteListener"),
					Arguments.of(container, "unsupported", "$DoesNotSupportListeners, refuses setWriteListener"),
					Arguments.of(container, "refuses", "$RefusesListeners, refuses setWriteListener"),
					Arguments.of(container, "never", "$IsNeverReady, is never ready")));
	}

	@ParameterizedTest
	@MethodSource("faults")
	void aStreamThatCouldNeverBeWrittenToIsRefusedAtOnce(Container container, String output, String fault,
			CapturedOutput log) {
		TestApplication application = applications.on(container);
		String id = Failures.clientId(application);
		try (SseTestClient client = application.to("/joined/" + output).header("Sse-Client-Id", id).connect()) {
			assertThat(client.status()).isEqualTo(500);
			assertThat(client.body()).isEmpty();
		}
		assertIsTold(log, fault);
		await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> Failures.assertNothingIsOpen(application, id));
	}

	@ParameterizedTest
	@MethodSource("faults")
	void aStreamThatWasSentToBeforeItsMethodReturnedEndsAtOnce(Container container, String output, String fault,
			CapturedOutput log) {
		TestApplication application = applications.on(container);
		String id = Failures.clientId(application);
		try (SseTestClient client = application.to("/sent/" + output).header("Sse-Client-Id", id).connect()) {
			client.expect("tick", "1");
			client.expectEnd();
		}
		application.bean(StreamEvents.class).awaitClosed(id, SseCloseReason.FAILED);
		assertIsTold(log, fault);
	}

	@ParameterizedTest
	@EnumSource
	void aStreamThatEndsWithItsMethodNeedsNothingOfIt(Container container, CapturedOutput log) {
		for (String output : OUTPUTS.keySet()) {
			try (SseTestClient client = applications.on(container).connect("/attached/" + output)) {
				client.expect("tick", "1");
				client.expectEnd();
			}
		}
		assertThat(log).doesNotContain(" ERROR ");
	}

	@ParameterizedTest
	@EnumSource
	void whatCopiesAllBytesAndPassesOnTheListenerWorks(Container container, CapturedOutput log) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect("/joined/tee")) {
			client.awaitOpen();
			application.broadcaster().send(SseAudience.topic("topic"), "tick", "2");
			client.expect("tick", "2");
			assertThat(application.bean(Streams.class).copied()).contains("data: 2");
		}
		assertThat(log).doesNotContain(" ERROR ");
	}

	private static void assertIsTold(CapturedOutput log, String fault) {
		await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
			List<String> errors = log.toString().lines().filter((line) -> line.contains(" ERROR ")).toList();
			assertThat(errors).hasSize(1);
			assertThat(log.toString()).contains(Wrapped.class.getName(), fault,
					"Let that filter leave this path alone");
		});
	}

	@RestController
	static class Streams {

		private final Map<String, Wrapped> wrapped = new ConcurrentHashMap<>();

		@Bean
		Filter wrapping() {
			return (request, response, chain) -> {
				String path = ((HttpServletRequest) request).getRequestURI();
				String name = path.substring(path.lastIndexOf('/') + 1);
				Function<ServletOutputStream, ServletOutputStream> output = OUTPUTS.get(name);
				if (output == null) {
					chain.doFilter(request, response);
					return;
				}
				Wrapped wrapper = new Wrapped((HttpServletResponse) response, output);
				this.wrapped.put(name, wrapper);
				chain.doFilter(request, wrapper);
			};
		}

		String copied() {
			return ((Tee) this.wrapped.get("tee").getOutputStream()).copy.toString();
		}

		@GetMapping("/joined/{output}")
		void joined(SseStream stream, @PathVariable String output) {
			stream.join("topic");
		}

		@GetMapping("/sent/{output}")
		void sent(SseStream stream, @PathVariable String output) {
			stream.join("topic").send("tick", "1");
		}

		@GetMapping("/attached/{output}")
		void attached(SseStream stream, @PathVariable String output) {
			stream.send("tick", "1");
		}

	}

	/**
	 * A filter's response.
	 */
	static class Wrapped extends HttpServletResponseWrapper {

		private final ServletOutputStream output;

		Wrapped(HttpServletResponse response, Function<ServletOutputStream, ServletOutputStream> output) {
			super(response);
			try {
				this.output = output.apply(response.getOutputStream());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public ServletOutputStream getOutputStream() {
			return this.output;
		}

	}

	static class Tee extends ServletOutputStream {

		private final ByteArrayOutputStream copy = new ByteArrayOutputStream();

		private final ServletOutputStream output;

		Tee(ServletOutputStream output) {
			this.output = output;
		}

		@Override
		public boolean isReady() {
			return this.output.isReady();
		}

		@Override
		public void setWriteListener(WriteListener listener) {
			this.output.setWriteListener(listener);
		}

		@Override
		public void write(int b) throws IOException {
			this.copy.write(b);
			this.output.write(b);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			this.copy.write(bytes, offset, length);
			this.output.write(bytes, offset, length);
		}

		@Override
		public void flush() throws IOException {
			this.output.flush();
		}

	}

	static class IgnoresTheListener extends Tee {

		IgnoresTheListener(ServletOutputStream output) {
			super(output);
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setWriteListener(WriteListener listener) {
		}

	}

	static class DoesNotSupportListeners extends Tee {

		DoesNotSupportListeners(ServletOutputStream output) {
			super(output);
		}

		@Override
		public void setWriteListener(WriteListener listener) {
			throw new UnsupportedOperationException("expected by the test");
		}

	}

	static class RefusesListeners extends Tee {

		RefusesListeners(ServletOutputStream output) {
			super(output);
		}

		@Override
		public void setWriteListener(WriteListener listener) {
			throw new IllegalStateException("expected by the test");
		}

	}

	static class IsNeverReady extends Tee {

		IsNeverReady(ServletOutputStream output) {
			super(output);
		}

		@Override
		public boolean isReady() {
			return false;
		}

	}

}
