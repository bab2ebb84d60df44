package io.github.ssestarter.starter;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonView;
import kotlin.coroutines.Continuation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.servlet.SseStartUpException;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Controller methods whose stream could not work: the application does not start, and is
 * told why.
 */
class RefusedMethodTests {

	private static final String BODY = "Make it void and send through the stream, by sendFrom(…) what a publisher yields:"
			+ " the response is the stream's.";

	private static final String ELSEWHERE = "Call keepOpen() or join(…), return, and send from an @Async method that it calls.";

	private static final String STATUS = "Set the status on the HttpServletResponse.";

	@ParameterizedTest
	@MethodSource("refused")
	void methodThatCannotStreamIsRefusedAtStartUp(Class<?> controller, String fault, String remedy, int arguments) {
		assertThatExceptionOfType(SseStartUpException.class)
			.isThrownBy(() -> TestApplication.start(Container.TOMCAT, controller).close())
			.satisfies((failure) -> {
				assertThat(failure.getDescription()).isEqualTo("The method " + controller.getName() + "#stream["
						+ arguments + " args] takes an SseStream, but " + fault + ".");
				assertThat(failure.getAction()).isEqualTo(remedy);
			});
	}

	static Stream<Arguments> refused() {
		return Stream.of(Arguments.of(ReturnsCallable.class, "returns java.util.concurrent.Callable", BODY, 1),
				Arguments.of(ReturnsDeferredResult.class,
						"returns org.springframework.web.context.request.async.DeferredResult", BODY, 1),
				Arguments.of(ReturnsCompletableFuture.class, "returns java.util.concurrent.CompletableFuture", BODY, 1),
				Arguments.of(ReturnsPublisher.class, "returns java.util.concurrent.Flow$Publisher", BODY, 1),
				Arguments.of(ReturnsResponseEntity.class, "returns org.springframework.http.ResponseEntity", BODY, 1),
				Arguments.of(ReturnsString.class, "returns java.lang.String", BODY, 1),
				Arguments.of(IsAsync.class, "is @Async", ELSEWHERE, 1),
				Arguments.of(IsAsyncClass.class, "is @Async", ELSEWHERE, 1),
				Arguments.of(HasStatus.class, "has @ResponseStatus, which is applied after the method, too late",
						STATUS, 1),
				Arguments.of(HasStatusOnClass.class, "has @ResponseStatus, which is applied after the method, too late",
						STATUS, 1),
				Arguments.of(HasTwoViews.class, "has a @JsonView of 2 classes",
						"Name one class, such as an interface that extends them.", 1),
				Arguments.of(Suspends.class, "is a suspend function",
						"Make it an ordinary function, and send from coroutines of your own after keepOpen().", 2));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void theApplicationStopsWithNothingButTheMessage(CapturedOutput output) {
		assertThatExceptionOfType(SseStartUpException.class)
			.isThrownBy(() -> TestApplication.start(Container.TOMCAT, ReturnsString.class).close());
		assertThat(output.getOut().substring(output.getOut().indexOf("***"))).isEqualToNormalizingNewlines(
				"""
						***************************
						APPLICATION FAILED TO START
						***************************

						Description:

						The method io.github.ssestarter.starter.RefusedMethodTests$ReturnsString#stream[1 args] takes an \
						SseStream, but returns java.lang.String.

						Action:

						Make it void and send through the stream, by sendFrom(…) what a publisher yields: the response is the stream's.

						""");
	}

	@RestController
	static class ReturnsCallable {

		@GetMapping("/stream")
		Callable<String> stream(SseStream stream) {
			return () -> "";
		}

	}

	@RestController
	static class ReturnsDeferredResult {

		@GetMapping("/stream")
		DeferredResult<String> stream(SseStream stream) {
			return new DeferredResult<>();
		}

	}

	@RestController
	static class ReturnsCompletableFuture {

		@GetMapping("/stream")
		CompletableFuture<Void> stream(SseStream stream) {
			return new CompletableFuture<>();
		}

	}

	@RestController
	static class ReturnsPublisher {

		@GetMapping("/stream")
		Flow.Publisher<String> stream(SseStream stream) {
			return (subscriber) -> {
			};
		}

	}

	@RestController
	static class ReturnsResponseEntity {

		@GetMapping("/stream")
		ResponseEntity<Void> stream(SseStream stream) {
			return ResponseEntity.ok().build();
		}

	}

	@RestController
	static class ReturnsString {

		@GetMapping("/stream")
		String stream(SseStream stream) {
			return "";
		}

	}

	@RestController
	@EnableAsync
	static class IsAsync {

		@Async
		@GetMapping("/stream")
		void stream(SseStream stream) {
		}

	}

	@Async
	@RestController
	@EnableAsync
	static class IsAsyncClass {

		@GetMapping("/stream")
		void stream(SseStream stream) {
		}

	}

	@RestController
	static class HasStatus {

		@GetMapping("/stream")
		@ResponseStatus(HttpStatus.ACCEPTED)
		void stream(SseStream stream) {
		}

	}

	@RestController
	@ResponseStatus(HttpStatus.ACCEPTED)
	static class HasStatusOnClass {

		@GetMapping("/stream")
		void stream(SseStream stream) {
		}

	}

	@RestController
	static class HasTwoViews {

		@GetMapping("/stream")
		@JsonView({ String.class, Integer.class })
		void stream(SseStream stream) {
		}

	}

	@RestController
	static class Suspends {

		@GetMapping("/stream")
		Object stream(SseStream stream, Continuation<Object> continuation) {
			return stream;
		}

	}

}
