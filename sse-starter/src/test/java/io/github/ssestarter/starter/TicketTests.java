package io.github.ssestarter.starter;

import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseClient;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.SseTickets;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Streams that a ticket opens, where everything needs a login.
 */
@ExtendWith(OutputCaptureExtension.class)
class TicketTests {

	private static final String EVENTS = "text/event-stream";

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.startWithSecurity(container, List.of(Secured.class),
					"logging.level.io.github.ssestarter=DEBUG", "sse.limits.max-streams-per-user=3",
					"sse.tickets.ttl=5m", "sse.tickets.max-per-user=5", "sse.security.rules[0].topic=admin",
					"sse.security.rules[0].access=hasRole('ADMIN')", "sse.security.rules[1].topic=of/{name}",
					"sse.security.rules[1].access=#topic == 'of/' + authentication.name"));

	private final List<SseTestClient> clients = new ArrayList<>();

	@AfterEach
	void closeAll() {
		SseTestClient.closeAll(this.clients);
	}

	@ParameterizedTest
	@EnumSource
	void itOpensAStreamForItsUserAndMakesNoSession(Container container) {
		TestApplication application = applications.on(container);
		String ticket = issue(application, "ann", "admin", "of/ann");
		SseTestClient client = open(application, "/live?topics=admin&topics=of/ann&ticket=" + ticket);
		assertThat(client.status()).isEqualTo(200);
		assertThat(client.headers()).doesNotContainKeys("Set-Cookie", "WWW-Authenticate");
		client.awaitOpen();
		application.broadcaster().send(SseAudience.user("ann"), "to", "ann");
		application.broadcaster().send(SseAudience.topic("admin"), "to", "admins");
		client.expect("to", "ann");
		client.expect("to", "admins");
	}

	@ParameterizedTest
	@EnumSource
	void aUserOfWhomSpringSecurityDoesNotKnowHasNoAuthorities(Container container) {
		TestApplication application = applications.on(container);
		SseTickets tickets = application.bean(SseTickets.class);
		String own = tickets.issue(() -> "dan", List.of("of/dan"));
		assertThat(open(application, "/live?topics=of/dan&ticket=" + own).status()).isEqualTo(200);
		String admin = tickets.issue(() -> "dan", List.of("admin"));
		assertThat(open(application, "/live?topics=admin&ticket=" + admin).status()).isEqualTo(403);
	}

	@ParameterizedTest
	@EnumSource
	void usedTwiceOrLateOrMadeUpItIsRefusedWithoutATraceOfIt(Container container, CapturedOutput output) {
		TestApplication application = applications.on(container);
		String used = issue(application, "ann", "admin");
		assertThat(open(application, "/live?topics=admin&ticket=" + used).status()).isEqualTo(200);
		String late = application.bean(SseTickets.class).issue(() -> "ann", List.of("admin"), Duration.ofMillis(50));
		Instant over = Instant.now().plusMillis(50);
		await().until(() -> Instant.now().isAfter(over));
		String unknown = "x".repeat(used.length());
		String second = issue(application, "ann", "admin");
		for (String bad : List.of(used, late, unknown, "undefined", second + "&ticket=" + unknown, second)) {
			SseTestClient client = open(application, "/live?topics=admin&ticket=" + bad);
			assertThat(client.status()).as(bad).isEqualTo(401);
			assertThat(client.header("Content-Type")).startsWith("application/problem+json");
			assertThat(client.header("Cache-Control")).contains("no-store");
			client.expectEnd();
			assertThat(client.raw()).contains("is not known, was used before, or is too old");
		}
		assertThat(output).contains("A request was refused: /live: The ticket in the parameter 'ticket'")
			.doesNotContain(used, late, second);
	}

	@ParameterizedTest
	@EnumSource
	void whoIsLoggedInAsSomebodyElseIsRefused(Container container) {
		TestApplication application = applications.on(container);
		String path = "/live?topics=of/ann&ticket=";
		String ticket = issue(application, "ann", "of/ann");
		SseTestClient other = connect(application.to(path + ticket).header("Authorization", basic("bob")));
		assertThat(other.status()).isEqualTo(403);
		other.expectEnd();
		assertThat(other.raw()).contains("for another user");
		assertThat(open(application, path + ticket).status()).as("it is used up").isEqualTo(401);
		SseTestClient self = connect(
				application.to(path + issue(application, "ann", "of/ann")).header("Authorization", basic("ann")));
		assertThat(self.status()).isEqualTo(200);
	}

	@ParameterizedTest
	@EnumSource
	void soIsWhoAnyOtherFilterSaysIsSomebodyElse(Container container) {
		TestApplication application = applications.on(container);
		String path = "/live?topics=of/ann&ticket=";
		SseTestClient other = connect(
				application.to(path + issue(application, "ann", "of/ann")).header("X-User", "bob"));
		assertThat(other.status()).isEqualTo(403);
		other.expectEnd();
		assertThat(other.raw()).contains("for another user");
		SseTestClient self = connect(
				application.to(path + issue(application, "ann", "of/ann")).header("X-User", "ann"));
		assertThat(self.status()).isEqualTo(200);
	}

	@ParameterizedTest
	@EnumSource
	void itIsNoLoginWhereSpringSecuritySavesWhoeverIsLoggedIn(Container container) {
		TestApplication application = applications.on(container);
		String path = "/legacy/live?topics=admin&ticket=";
		SseTestClient first = open(application, path + issue(application, "ann", "admin"));
		assertThat(first.status()).isEqualTo(200);
		assertThat(first.headers()).doesNotContainKeys("Set-Cookie");
		SseTestClient anonymous = connect(application.to("/legacy/session").header("Accept", "*/*"));
		anonymous.expectEnd();
		String cookie = String.valueOf(anonymous.header("Set-Cookie")).split(";", 2)[0];
		assertThat(cookie).startsWith("JSESSIONID=");
		SseTestClient second = connect(
				application.to(path + issue(application, "ann", "admin")).header("Cookie", cookie));
		assertThat(second.status()).isEqualTo(200);
		second.awaitOpen();
		SseTestClient account = connect(
				application.to("/legacy/account").header("Accept", "*/*").header("Cookie", cookie));
		assertThat(account.status()).isEqualTo(401);
	}

	@ParameterizedTest
	@EnumSource
	void aPreflightDoesNotUseItUp(Container container) {
		TestApplication application = applications.on(container);
		String path = "/live?topics=admin&ticket=" + issue(application, "ann", "admin");
		connect(application.to(path)
			.method("OPTIONS")
			.header("Accept", "*/*")
			.header("Origin", "https://example.com")
			.header("Access-Control-Request-Method", "GET")).expectEnd();
		assertThat(open(application, path).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@EnumSource
	void itIsForNoOtherTopicHoweverThatIsJoined(Container container) {
		TestApplication application = applications.on(container);
		String other = issue(application, "ann", "admin");
		assertThat(open(application, "/live?topics=admin&topics=of/ann&ticket=" + other).status()).isEqualTo(403);
		assertThat(open(application, "/live?topics=admin&ticket=" + other).status()).as("it is used up").isEqualTo(401);
		assertThat(open(application, "/match?pattern=admin/*&ticket=" + issue(application, "ann", "admin")).status())
			.isEqualTo(403);
		assertThat(open(application, "/live?topics=of/bob&ticket=" + issue(application, "ann", "of/bob")).status())
			.as("nor does it allow what its user may not hear")
			.isEqualTo(403);
		SseTestClient client = open(application,
				"/live?topics=admin&ticket=" + issue(application, "ann", "admin", "chat/1"));
		client.skipTo("connected");
		assertThat(join(application, client, "of/ann")).isEqualTo(403);
		assertThat(join(application, client, "chat/1")).isEqualTo(200);
		application.broadcaster().send(SseAudience.topic("of/ann"), "not", "for it");
		application.broadcaster().send(SseAudience.topic("chat/1"), "for", "it");
		client.expect("for", "it");
	}

	@ParameterizedTest
	@EnumSource
	void aClientThatComesBackWithAnotherOneHasMissedNothing(Container container) {
		TestApplication application = applications.on(container);
		String path = "/live?topics=of/ann&ticket=";
		SseTestClient before = open(application, path + issue(application, "ann", "of/ann"));
		before.skipTo("connected");
		application.broadcaster().send(SseAudience.topic("of/ann"), "number", 1);
		before.expect("number", "1");
		before.cut();
		application.broadcaster().send(SseAudience.topic("of/ann"), "number", 2);
		SseTestClient after = open(application,
				path + issue(application, "ann", "of/ann") + "&lastEventId=" + before.lastEventId());
		after.expect("number", "2");
	}

	@ParameterizedTest
	@EnumSource
	void itOpensNothingButAStream(Container container) {
		TestApplication application = applications.on(container);
		assertUsedUp(application, "/live?topics=admin", "GET", "*/*", null, 403);
		assertUsedUp(application, "/live?topics=admin", "POST", EVENTS, null, 403);
		assertUsedUp(application, "/account", "GET", EVENTS, null, 403);
		assertUsedUp(application, "/unknown", "GET", EVENTS, null, 403);
		SseTestClient own = connect(application.to("/account?ticket=4711").header("Authorization", basic("ann")));
		assertThat(own.status()).as("a parameter of the application's own").isEqualTo(200);
	}

	@ParameterizedTest
	@EnumSource
	void aRefusedRequestHasUsedItUp(Container container) {
		TestApplication application = applications.on(container);
		assertUsedUp(application, "/live?topics=admin", "GET", EVENTS, "Basic nonsense", 401);
		assertUsedUp(application, "/live?topics=*", "GET", EVENTS, null, 400);
		for (int i = 0; i < 3; i++) {
			SseTestClient client = open(application, "/live?topics=admin&ticket=" + issue(application, "cid", "admin"));
			assertThat(client.status()).isEqualTo(200);
			client.awaitOpen();
		}
		assertUsedUp(application, "cid", "/live?topics=admin", "GET", EVENTS, null, 429);
	}

	@ParameterizedTest
	@EnumSource
	void whoHasManyThatAreNotUsedGetsNoOther(Container container) {
		TestApplication application = applications.on(container);
		List<String> tickets = IntStream.range(0, 5).mapToObj((i) -> issue(application, "eve", "admin")).toList();
		SseTestClient refused = connect(application.to("/ticket?topics=admin")
			.method("POST")
			.header("Accept", "*/*")
			.header("Authorization", basic("eve")));
		assertThat(refused.status()).isEqualTo(429);
		assertThat(refused.header("Retry-After")).isEqualTo("300");
		refused.expectEnd();
		assertThat(refused.raw()).contains("sse.tickets.max-per-user");
		assertThat(issue(application, "bob", "admin")).isNotEmpty();
		assertThat(open(application, "/live?topics=admin&ticket=" + tickets.get(0)).status()).isEqualTo(200);
		assertThat(issue(application, "eve", "admin")).isNotEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void itIsNotForWhatStandsForNobody(Container container) {
		SseTickets tickets = applications.on(container).bean(SseTickets.class);
		Authentication nobody = new AnonymousAuthenticationToken("key", "anonymousUser",
				AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));
		assertThatIllegalArgumentException().isThrownBy(() -> tickets.issue(nobody, List.of("admin")))
			.withMessageContaining("nobody is logged in");
	}

	private void assertUsedUp(TestApplication application, String path, String method, String accept,
			@Nullable String authorization, int status) {
		assertUsedUp(application, "ann", path, method, accept, authorization, status);
	}

	private void assertUsedUp(TestApplication application, String user, String path, String method, String accept,
			@Nullable String authorization, int status) {
		String ticket = issue(application, user, "admin");
		SseTestClient.Builder request = application.to(path + ((path.contains("?")) ? "&" : "?") + "ticket=" + ticket)
			.method(method)
			.header("Accept", accept);
		SseTestClient refused = connect(
				(authorization != null) ? request.header("Authorization", authorization) : request);
		assertThat(refused.status()).as(path).isEqualTo(status);
		assertThat(open(application, "/live?topics=admin&ticket=" + ticket).status()).as(path).isEqualTo(401);
	}

	private SseTestClient open(TestApplication application, String path) {
		return connect(application.to(path));
	}

	private SseTestClient connect(SseTestClient.Builder request) {
		SseTestClient client = request.connect();
		this.clients.add(client);
		return client;
	}

	private String issue(TestApplication application, String user, String... topics) {
		SseTestClient client = connect(application.to("/ticket?topics=" + String.join("&topics=", topics))
			.method("POST")
			.header("Accept", "*/*")
			.header("Authorization", basic(user)));
		client.expectEnd();
		assertThat(client.status()).isEqualTo(200);
		return client.body();
	}

	private int join(TestApplication application, SseTestClient stream, String topic) {
		String id = stream.header("Sse-Client-Id");
		assertThat(id).isNotNull();
		SseTestClient client = connect(application.to("/join?topic=" + topic)
			.method("POST")
			.header("Accept", "*/*")
			.header("Sse-Client-Id", id)
			.header("Authorization", basic("ann")));
		client.expectEnd();
		return client.status();
	}

	private static String basic(String user) {
		return "Basic " + Base64.getEncoder().encodeToString((user + ":pw").getBytes(StandardCharsets.UTF_8));
	}

	private static final class RequestOf extends HttpServletRequestWrapper {

		private final String user;

		RequestOf(HttpServletRequest request, String user) {
			super(request);
			this.user = user;
		}

		@Override
		public Principal getUserPrincipal() {
			return () -> this.user;
		}

	}

	@RestController
	@Configuration(proxyBeanMethods = false)
	static class Secured {

		private final SseTickets tickets;

		Secured(SseTickets tickets) {
			this.tickets = tickets;
		}

		@GetMapping("/legacy/session")
		void session(HttpSession session) {
		}

		@PostMapping("/ticket")
		String ticket(Principal user, @RequestParam List<String> topics) {
			return this.tickets.issue(user, topics);
		}

		@GetMapping({ "/live", "/legacy/live" })
		void live(SseStream stream, @RequestParam String[] topics) {
			stream.join(topics);
		}

		@GetMapping("/match")
		void match(SseStream stream, @RequestParam String pattern) {
			stream.joinMatching(pattern);
		}

		@PostMapping("/join")
		void join(SseClient client, @RequestParam String topic) {
			client.join(topic);
		}

		@GetMapping({ "/account", "/legacy/account" })
		String account(Principal user) {
			return user.getName();
		}

		@Bean
		SecurityFilterChain filterChain(HttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable())
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		@Bean
		@Order(0)
		SecurityFilterChain legacy(HttpSecurity http) {
			return http.securityMatcher("/legacy/**")
				.securityContext((context) -> context.requireExplicitSave(false))
				.authorizeHttpRequests((requests) -> requests.requestMatchers("/legacy/session")
					.permitAll()
					.anyRequest()
					.authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		/**
		 * With no order, and so after all others.
		 */
		@Bean
		Filter proxyUsers() {
			return (request, response, chain) -> {
				HttpServletRequest http = (HttpServletRequest) request;
				String user = http.getHeader("X-User");
				chain.doFilter((user != null) ? new RequestOf(http, user) : http, response);
			};
		}

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(user("ann"), user("bob"), user("cid"), user("eve"));
		}

		private static UserDetails user(String name) {
			return User.withUsername(name).password("pw").roles("ADMIN").build();
		}

	}

}
