package io.github.ssestarter.starter;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Streams that everybody may open, while all else, error pages too, needs a login: who is
 * refused is told why, and not asked to log in.
 */
class RefusedBehindSecurityTests {

	@ParameterizedTest
	@EnumSource
	void whoIsRefusedIsToldWhy(Container container) {
		try (TestApplication application = TestApplication.startWithSecurity(container, List.of(Open.class),
				"sse.limits.max-streams=1", "sse.security.rules[0].topic=secret",
				"sse.security.rules[0].access=denyAll");
				SseTestClient forbidden = application.connect("/secret");
				SseTestClient open = application.connect("/live");
				SseTestClient busy = application.connect("/live")) {
			assertThat(forbidden.status()).isEqualTo(403);
			assertThat(open.status()).isEqualTo(200);
			assertThat(busy.status()).isEqualTo(503);
			assertThat(busy.header("Retry-After")).containsOnlyDigits();
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoIsRefusedHoldsNoPlaceOnceItIsTold(Container container) {
		try (TestApplication application = TestApplication.startWithSecurity(container,
				List.of(Open.class, LongAfterwards.class), "sse.limits.max-streams=1",
				"sse.security.rules[0].topic=secret", "sse.security.rules[0].access=denyAll");
				SseTestClient forbidden = application.connect("/secret");
				SseTestClient open = application.connect("/live")) {
			assertThat(forbidden.status()).isEqualTo(403);
			assertThat(open.status()).isEqualTo(200);
		}
	}

	/**
	 * Takes its time after each request, and is done before the starter's own interceptor
	 * is asked.
	 */
	static class LongAfterwards implements WebMvcConfigurer, HandlerInterceptor {

		private static final long MILLIS = 300;

		@Override
		public void addInterceptors(InterceptorRegistry registry) {
			registry.addInterceptor(this);
		}

		@Override
		public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler,
				@Nullable Exception ex) throws InterruptedException {
			new CountDownLatch(1).await(MILLIS, TimeUnit.MILLISECONDS);
		}

	}

	@RestController
	@Configuration(proxyBeanMethods = false)
	static class Open {

		@GetMapping("/live")
		void live(SseStream stream) {
			stream.join("live");
		}

		@GetMapping("/secret")
		void secret(SseStream stream) {
			stream.join("secret");
		}

		@Bean
		SecurityFilterChain filterChain(HttpSecurity http) {
			return http.authorizeHttpRequests(
					(requests) -> requests.requestMatchers("/live", "/secret").permitAll().anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

}
