package io.github.ssestarter.starter;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

import io.github.ssestarter.SseStream;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Controller methods whose stream could not work: the application does not start, and is
 * told why.
 */
class RefusedMethodTests {

	@ParameterizedTest
	@ValueSource(classes = { ReturnsCallable.class, ReturnsDeferredResult.class, ReturnsCompletableFuture.class,
			ReturnsPublisher.class, ReturnsResponseEntity.class, ReturnsString.class, IsAsync.class, IsAsyncClass.class,
			HasStatus.class, HasStatusOnClass.class })
	void methodThatCannotStreamIsRefusedAtStartUp(Class<?> controller) {
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> TestApplication.start(Container.TOMCAT, controller).close())
			.withMessageContaining(controller.getSimpleName() + "#stream")
			.withMessageContaining("takes an SseStream, but")
			.withMessageContaining((controller.getSimpleName().startsWith("Returns")) ? "make it void" : "@");
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

}
