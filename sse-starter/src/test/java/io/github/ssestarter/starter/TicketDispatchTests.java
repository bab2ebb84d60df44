package io.github.ssestarter.starter;

import java.util.List;

import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.SseTickets;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A ticket is used up by its request, and logs in for the error page of the same request,
 * where everything needs a login.
 */
class TicketDispatchTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication
		.startWithSecurity(container, List.of(Secured.class), "spring.web.error.include-message=always"));

	@ParameterizedTest
	@EnumSource
	void theErrorPageIsOfTheTicketsUser(Container container) {
		SseTestClient client = open(container, "/failing");
		assertThat(client.status()).isEqualTo(410);
		assertThat(client.headers()).doesNotContainKeys("Set-Cookie", "WWW-Authenticate");
	}

	@ParameterizedTest
	@EnumSource
	void withoutATicketItIsNobodys(Container container) {
		for (String path : List.of("/failing", "/error")) {
			assertThat(applications.on(container).connect(path).status()).as(path).isEqualTo(401);
		}
	}

	private static SseTestClient open(Container container, String path) {
		TestApplication application = applications.on(container);
		String ticket = application.bean(SseTickets.class).issue(() -> "ann", List.of("any"));
		return application.to(path + "?ticket=" + ticket)
			.header("Accept", "text/event-stream, application/json")
			.connect();
	}

	@RestController
	@Configuration(proxyBeanMethods = false)
	static class Secured {

		@GetMapping("/failing")
		void failing(SseStream stream, HttpServletResponse response) throws Exception {
			response.sendError(410, "It is gone");
		}

		@Bean
		SecurityFilterChain filterChain(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

}
