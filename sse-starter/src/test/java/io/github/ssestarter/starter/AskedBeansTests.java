package io.github.ssestarter.starter;

import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Base64;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.servlet.SseClientIdResolver;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Beans that are asked about streams and send themselves: access asks orders, which tells
 * of what happens to them.
 */
class AskedBeansTests {

	private static final String ANN = "Basic "
			+ Base64.getEncoder().encodeToString("ann:pw".getBytes(StandardCharsets.ISO_8859_1));

	@ParameterizedTest
	@EnumSource
	void whatIsAskedAboutStreamsMaySend(Container container) {
		try (TestApplication application = TestApplication.startWithSecurity(container,
				List.of(Access.class, Logins.class, Users.class, Ids.class, Orders.class, LiveController.class));
				SseTestClient audit = application.to("/live").header("Authorization", ANN).connect()) {
			audit.awaitOpen();
			try (SseTestClient other = application.to("/live").header("Authorization", ANN).connect()) {
				other.awaitOpen();
				assertThat(audit.skipTo("joined").data()).isEqualTo("ann: live");
			}
		}
	}

	static class Orders {

		private final SseBroadcaster broadcaster;

		Orders(SseBroadcaster broadcaster) {
			this.broadcaster = broadcaster;
		}

		void tell(String data) {
			this.broadcaster.send(SseAudience.topic("live"), "joined", data);
		}

	}

	static class Access implements SseAuthorizer {

		private final Orders orders;

		Access(Orders orders) {
			this.orders = orders;
		}

		@Override
		public boolean mayJoin(@Nullable Principal principal, String topicOrPattern) {
			this.orders.tell(((principal != null) ? principal.getName() : "nobody") + ": " + topicOrPattern);
			return true;
		}

	}

	record Logins(Orders orders) implements SseLogins {
	}

	record Users(Orders orders) implements UserDetailsService {

		@Override
		public UserDetails loadUserByUsername(String username) {
			return User.withUsername(username).password("pw").roles("USER").build();
		}

	}

	record Ids(Orders orders) implements SseClientIdResolver {

		@Override
		public @Nullable String resolve(HttpServletRequest request) {
			return null;
		}

	}

	@RestController
	static class LiveController {

		@GetMapping("/live")
		void live(SseStream stream) {
			stream.join("live");
		}

	}

}
