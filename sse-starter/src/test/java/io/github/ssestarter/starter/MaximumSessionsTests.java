package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.security.core.session.SessionRegistryImpl;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SessionCookies;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A session of the container that {@code maximumSessions} ends is only marked in a
 * registry until it is used.
 */
@ExtendWith(OutputCaptureExtension.class)
class MaximumSessionsTests {

	private final SessionCookies cookies = new SessionCookies("JSESSIONID");

	@ParameterizedTest
	@EnumSource
	void theStreamsOfTheOldestSessionEndAsTheUserLogsIn(Container container, CapturedOutput output) throws Exception {
		try (TestApplication application = TestApplication.startWithSecurity(container,
				List.of(Secured.class, Registry.class, StreamEvents.class), "sse.security.session-check=1h")) {
			SseTestClient oldest = open(application, login(application, "ann"));
			SseTestClient other = open(application, login(application, "bob"));
			SseTestClient newest = open(application, login(application, "ann"));
			await().atMost(Duration.ofSeconds(3)).until(() -> !oldest.isOpen());
			application.bean(StreamEvents.class).awaitClosed(oldest.header("Sse-Client-Id"), SseCloseReason.EXPIRED);
			application.broadcaster().send(SseAudience.topic("public"), "one", 1);
			other.expect("one", "1");
			newest.expect("one", "1");
		}
		assertThat(output).doesNotContain("maximumSessions");
	}

	@ParameterizedTest
	@EnumSource
	void aRegistryThatIsNoBeanIsWarnedOf(Container container, CapturedOutput output) {
		TestApplication.startWithSecurity(container, List.of(Secured.class)).close();
		assertThat(output).containsOnlyOnce("maximumSessions");
	}

	private static SseTestClient open(TestApplication application, String session) {
		SseTestClient client = application.to("/live").header("Cookie", "JSESSIONID=" + session).connect();
		client.awaitOpen();
		return client;
	}

	private String login(TestApplication application, String user) throws Exception {
		return this.cookies.session(this.cookies.post(application, "/login?username=" + user + "&password=pw", null));
	}

	@RestController
	@Configuration(proxyBeanMethods = false)
	static class Secured {

		@GetMapping("/live")
		void live(SseStream stream) {
			stream.join("public");
		}

		@Bean
		SecurityFilterChain filterChain(HttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable())
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.formLogin(Customizer.withDefaults())
				.sessionManagement(
						(sessions) -> sessions.sessionConcurrency((concurrency) -> concurrency.maximumSessions(1)))
				.build();
		}

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(User.withUsername("ann").password("pw").roles("USER").build(),
					User.withUsername("bob").password("pw").roles("USER").build());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Registry {

		@Bean
		SessionRegistry sessionRegistry() {
			return new SessionRegistryImpl();
		}

	}

}
