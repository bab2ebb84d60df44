package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.handler.MappedInterceptor;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Failures;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Interceptors of the application that fail around a method with a stream: ordinary ones,
 * and those that are outside of ours.
 */
class InterceptorFailureTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			List.of(Failures.Controller.class, Failures.FailingInterceptor.class, OuterInterceptors.class,
					Failures.ProblemAdvice.class, StreamEvents.class),
			"logging.level.org.springframework.web.servlet.HandlerExecutionChain=OFF"));

	@ParameterizedTest
	@CsvSource({ "TOMCAT,preHandle,false", "JETTY,preHandle,false", "TOMCAT,preHandle,true", "JETTY,preHandle,true",
			"TOMCAT,postHandle,true", "JETTY,postHandle,true", "TOMCAT,postHandle-first,true",
			"JETTY,postHandle-first,true", "TOMCAT,postHandle-mapped,true", "JETTY,postHandle-mapped,true" })
	void failureBeforeTheCommitIsAnswered(Container container, String where, boolean detached) {
		TestApplication application = applications.on(container);
		String id = Failures.clientId(application);
		try (SseTestClient client = application.to("/fine?detached=" + detached + "&fail=" + where)
			.header("Sse-Client-Id", id)
			.connect()) {
			assertThat(client.status()).isEqualTo(418);
			assertThat(client.body()).contains("told by the advice").doesNotContain("retry: 2000");
		}
		Failures.assertNothingIsOpen(application, id);
		assertThat(application.bean(StreamEvents.class).opened(id)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "TOMCAT,postHandle", "JETTY,postHandle", "TOMCAT,postHandle-first", "JETTY,postHandle-first",
			"TOMCAT,postHandle-mapped", "JETTY,postHandle-mapped" })
	void failureAfterTheCommitEndsTheStream(Container container, String where) {
		TestApplication application = applications.on(container);
		String id = Failures.clientId(application);
		try (SseTestClient client = application.to("/fine?detached=false&fail=" + where)
			.header("Sse-Client-Id", id)
			.connect()) {
			client.expect("tick", "1");
			client.expectEnd();
			Failures.assertEndsAfter(client, "data: 1\n\n", SseCloseReason.FAILED);
		}
		application.bean(StreamEvents.class).awaitClosed(id, SseCloseReason.FAILED);
		Failures.assertNothingIsOpen(application, id);
	}

	@ParameterizedTest
	@EnumSource
	void failureAfterCompletionChangesNothing(Container container) {
		TestApplication application = applications.on(container);
		String id = Failures.clientId(application);
		try (SseTestClient client = application.to("/fine?detached=true&fail=afterCompletion")
			.header("Sse-Client-Id", id)
			.connect()) {
			client.awaitOpen();
			application.broadcaster().send(SseAudience.topic("topic"), "tick", "1");
			client.expect("tick", "1");
		}
		try (SseTestClient client = application.to("/fine?detached=false&fail=afterCompletion").connect()) {
			client.expect("tick", "1");
			client.expectEnd();
		}
		application.broadcaster().close(SseAudience.everyone());
		await().atMost(Duration.ofSeconds(5)).until(() -> application.broadcaster().connectedCount() == 0);
	}

	/**
	 * Interceptors that come before the starter's own: one of the same precedence, and a
	 * bean that Spring puts before all others.
	 */
	@Configuration(proxyBeanMethods = false)
	static class OuterInterceptors {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		WebMvcConfigurer firstInterceptor() {
			return new WebMvcConfigurer() {

				@Override
				public void addInterceptors(InterceptorRegistry registry) {
					registry.addInterceptor(failing("postHandle-first")).order(Ordered.HIGHEST_PRECEDENCE);
				}

			};
		}

		@Bean
		MappedInterceptor mappedInterceptor() {
			return new MappedInterceptor(null, failing("postHandle-mapped"));
		}

		private static HandlerInterceptor failing(String where) {
			return new HandlerInterceptor() {

				@Override
				public void postHandle(HttpServletRequest request, HttpServletResponse response, Object handler,
						@Nullable ModelAndView modelAndView) {
					Failures.FailingInterceptor.fail(request, where);
				}

			};
		}

	}

}
