package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Controllers and interceptors that fail, and what each test of failures looks at.
 */
public final class Failures {

	public static final List<Class<?>> COMPONENTS = List.of(Controller.class, FailingInterceptor.class,
			StreamEvents.class);

	private Failures() {
	}

	/**
	 * After an event nothing comes any more but the word that the stream ends.
	 * @param last the end of the event
	 */
	public static void assertEndsAfter(SseTestClient client, String last, SseCloseReason reason) {
		assertThat(client.raw()).containsPattern(Pattern.quote(last)
				+ "retry: \\d+\nevent: sse-end\ndata: \\{\"reason\":\"" + reason + "\"}\n(id: .*\n)?\n$");
	}

	/**
	 * A client id that is good to present, and that no stream has.
	 */
	public static String clientId(TestApplication application) {
		try (SseTestClient client = application.connect("/fine?detached=false")) {
			client.expectEnd();
			String id = client.header("Sse-Client-Id");
			assertThat(id).isNotNull();
			application.bean(StreamEvents.class).forget(id);
			return id;
		}
	}

	public static void assertNothingIsOpen(TestApplication application, String clientId) {
		assertThat(application.bean(SseEngine.class).findClient(clientId)).isNull();
		assertThat(application.broadcaster().connectedCount()).isZero();
	}

	@RestController
	public static class Controller {

		@GetMapping("/fine")
		void fine(SseStream stream, @RequestParam boolean detached) {
			if (detached) {
				stream.join("topic");
			}
			else {
				stream.send("tick", "1");
			}
		}

		@GetMapping("/before-commit")
		void beforeCommit(SseStream stream, @RequestParam String message) {
			stream.join("topic");
			throw new IllegalStateException(message);
		}

		@GetMapping("/after-commit")
		void afterCommit(SseStream stream, @RequestParam String message) {
			stream.join("topic");
			stream.send("tick", "1");
			throw new IllegalStateException(message);
		}

		@GetMapping("/error-after-commit")
		void errorAfterCommit(SseStream stream, @RequestParam String message) {
			stream.send("tick", "1");
			throw new NoClassDefFoundError(message);
		}

		@GetMapping("/after-complete")
		void afterComplete(SseStream stream, @RequestParam String message) {
			stream.send("tick", "1");
			stream.complete();
			throw new IllegalStateException(message);
		}

		@GetMapping("/conversion")
		void conversion(SseStream stream, @RequestParam int number) {
			stream.join("topic");
		}

		@GetMapping("/constraint")
		void constraint(SseStream stream, @RequestParam @Min(1) int number) {
			stream.join("topic");
		}

		@PostMapping("/body")
		void body(SseStream stream, @Valid @RequestBody Form form) {
			stream.join("topic");
		}

		@GetMapping("/answered")
		void answered(SseStream stream, HttpServletResponse response) throws IOException {
			stream.join("topic");
			response.sendError(409);
		}

		@GetMapping("/written")
		void written(SseStream stream, HttpServletResponse response) throws IOException {
			stream.join("topic");
			response.getWriter().write("a body of its own");
		}

		@RequestMapping("/until-gone")
		void untilGone(SseStream stream, @RequestParam boolean wrapped) {
			try {
				for (int i = 0; i < 100_000; i++) {
					stream.send("tick", "x".repeat(10_000));
				}
			}
			catch (SseClosedException ex) {
				throw (wrapped) ? new IllegalStateException("wrapped", ex) : ex;
			}
		}

	}

	record Form(@NotBlank String name) {

	}

	@RestControllerAdvice
	public static class ProblemAdvice {

		@ExceptionHandler(IllegalStateException.class)
		ProblemDetail handle(IllegalStateException ex) {
			return ProblemDetail.forStatusAndDetail(HttpStatus.I_AM_A_TEAPOT, "told by the advice");
		}

		@ExceptionHandler(Exception.class)
		ProblemDetail handle(Exception ex) {
			return ProblemDetail.forStatusAndDetail(HttpStatus.UNPROCESSABLE_CONTENT, "told by the advice");
		}

	}

	public static class FailingInterceptor implements WebMvcConfigurer, HandlerInterceptor {

		@Override
		public void addInterceptors(InterceptorRegistry registry) {
			registry.addInterceptor(this);
		}

		@Override
		public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
			fail(request, "preHandle");
			return true;
		}

		@Override
		public void postHandle(HttpServletRequest request, HttpServletResponse response, Object handler,
				@Nullable ModelAndView modelAndView) {
			fail(request, "postHandle");
		}

		@Override
		public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler,
				@Nullable Exception ex) {
			fail(request, "afterCompletion");
		}

		public static void fail(HttpServletRequest request, String where) {
			if (where.equals(request.getParameter("fail"))) {
				throw new IllegalStateException("the interceptor, on purpose");
			}
		}

	}

}
