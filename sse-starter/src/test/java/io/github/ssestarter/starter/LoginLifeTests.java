package io.github.ssestarter.starter;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpSession;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SessionCookies;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;
import io.github.ssestarter.test.SseTestEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A stream lives no longer than the login that it was opened with, however that was made:
 * a form, a name and password in each request, or a signed token.
 */
@ExtendWith(OutputCaptureExtension.class)
class LoginLifeTests {

	private static final SecretKey KEY = new SecretKeySpec("0123456789abcdef0123456789abcdef".getBytes(), "HmacSHA256");

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.startWithSecurity(container, List.of(Secured.class, StreamEvents.class),
					"logging.level.io.github.ssestarter.fanout=DEBUG", "sse.security.recheck-interval=200ms",
					"sse.security.rules[0].topic=admin/**", "sse.security.rules[0].access=hasRole('ADMIN')",
					"sse.security.rules[1].topic=users/{name}",
					"sse.security.rules[1].access=#topic == 'users/' + authentication.name",
					"sse.security.rules[2].topic=private/**", "sse.security.rules[2].access=authenticated"));

	private final SessionCookies cookies = new SessionCookies("JSESSIONID");

	// Token

	@ParameterizedTest
	@EnumSource
	void streamEndsWithItsToken(Container container, CapturedOutput output) {
		TestApplication application = applications.on(container);
		Instant expiry = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(3);
		SseTestClient joined = bearer(application, "/join?topics=private/a", expiry);
		SseTestClient attached = bearer(application, "/ticks", expiry);
		application.broadcaster().send(SseAudience.topic("private/a"), "one", 1);
		joined.expect("one", "1");
		attached.expect("tick", "");
		assertEnds(application, joined, SseCloseReason.EXPIRED, expiry, output);
		assertEnds(application, attached, SseCloseReason.EXPIRED, expiry, output);
	}

	private static void assertEnds(TestApplication application, SseTestClient client, SseCloseReason reason,
			Instant moment, CapturedOutput output) {
		await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofSeconds(6)).until(() -> !client.isOpen());
		assertThat(Duration.between(moment, Instant.now())).isBetween(Duration.ofMillis(-10), Duration.ofSeconds(1));
		client.expectEnd();
		String id = client.header("Sse-Client-Id");
		assertThat(id).isNotNull();
		application.bean(StreamEvents.class).awaitClosed(id, reason);
		assertThat(output.toString().lines().filter((line) -> line.contains(id)))
			.anyMatch((line) -> line.contains(reason.name()));
		String tag = reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
		assertThat(application.bean(MeterRegistry.class).get("sse.streams.closed").tag("reason", tag).counter().count())
			.isPositive();
	}

	private static SseTestClient bearer(TestApplication application, String path, Instant expiry) {
		JwtClaimsSet claims = JwtClaimsSet.builder()
			.subject("ann")
			.issuedAt(Instant.now().minusSeconds(1))
			.expiresAt(expiry)
			.build();
		String token = new NimbusJwtEncoder(new ImmutableSecret<>(KEY))
			.encode(JwtEncoderParameters.from(JwsHeader.with(MacAlgorithm.HS256).build(), claims))
			.getTokenValue();
		SseTestClient client = application.to(path).header("Authorization", "Bearer " + token).connect();
		assertThat(client.status()).isEqualTo(200);
		return client;
	}

	// Session

	@ParameterizedTest
	@EnumSource
	void logoutEndsTheStreamsOfItsSessionAlone(Container container, CapturedOutput output) throws Exception {
		TestApplication application = applications.on(container);
		String here = login(application);
		String elsewhere = login(application);
		SseTestClient stream = cookie(application, "/join?topics=private/a", here);
		SseTestClient other = cookie(application, "/join?topics=private/a", elsewhere);
		Instant logout = Instant.now();
		assertThat(this.cookies.post(application, "/logout", here).headers().allValues("Set-Cookie"))
			.as("a logout makes no new session")
			.isEmpty();
		assertEnds(application, stream, SseCloseReason.LOGGED_OUT, logout, output);
		application.broadcaster().send(SseAudience.topic("private/a"), "one", 1);
		other.expect("one", "1");
		other.close();
	}

	@ParameterizedTest
	@EnumSource
	void theEndOfTheSessionEndsItsStreams(Container container, CapturedOutput output) throws Exception {
		TestApplication application = applications.on(container);
		String session = login(application);
		SseTestClient stream = cookie(application, "/join?topics=private/a", session);
		Instant end = Instant.now();
		this.cookies.post(application, "/invalidate", session);
		assertEnds(application, stream, SseCloseReason.LOGGED_OUT, end, output);
	}

	@ParameterizedTest
	@EnumSource
	void aSessionThatGetsAnotherIdKeepsItsStreamsAndEndsThem(Container container, CapturedOutput output)
			throws Exception {
		TestApplication application = applications.on(container);
		String anonymous = this.cookies.session(this.cookies.post(application, "/session", null));
		SseTestClient stream = cookie(application, "/join?topics=public", anonymous);
		HttpResponse<String> login = this.cookies.post(application, "/login?username=ann&password=pw", anonymous);
		String loggedIn = this.cookies.session(login);
		assertThat(loggedIn).isNotEqualTo(anonymous);
		application.broadcaster().send(SseAudience.topic("public"), "one", 1);
		stream.expect("one", "1");
		Instant logout = Instant.now();
		this.cookies.post(application, "/logout", loggedIn);
		assertEnds(application, stream, SseCloseReason.LOGGED_OUT, logout, output);
	}

	@ParameterizedTest
	@EnumSource
	void aSessionThatRunsOutEndsItsStreams(Container container, CapturedOutput output) throws Exception {
		TestApplication application = applications.on(container);
		String session = login(application);
		SseTestClient stream = cookie(application, "/join?topics=private/a", session);
		this.cookies.post(application, "/idle?seconds=1", session);
		Instant end = Instant.now().plusSeconds(1);
		await().until(() -> Instant.now().isAfter(end.plusMillis(100)));
		// Or the containers would look for it later
		this.cookies.post(application, "/session", session);
		assertEnds(application, stream, SseCloseReason.EXPIRED, end.plusMillis(100), output);
	}

	private String login(TestApplication application) throws Exception {
		return this.cookies.session(this.cookies.post(application, "/login?username=ann&password=pw", null));
	}

	private static SseTestClient cookie(TestApplication application, String path, String session) {
		SseTestClient client = application.to(path).header("Cookie", "JSESSIONID=" + session).connect();
		assertThat(client.status()).isEqualTo(200);
		client.awaitOpen();
		return client;
	}

	// Authorities

	@ParameterizedTest
	@EnumSource
	void aRevokedAuthorityIsNoticed(Container container) throws Exception {
		TestApplication application = applications.on(container);
		InMemoryUserDetailsManager users = application.bean(InMemoryUserDetailsManager.class);
		users.createUser(user("bob", "USER", "ADMIN"));
		SseTestClient admin = basic(application, "/join?topics=admin/users", "bob");
		SseTestClient both = basic(application, "/join?topics=admin/users&topics=public", "bob");
		SseTestClient everything = basic(application, "/match?pattern=**", "bob");
		application.broadcaster().send(SseAudience.topic("admin/users"), "secret", 1);
		for (SseTestClient client : List.of(admin, both, everything)) {
			client.expect("secret", "1");
		}
		users.updateUser(user("bob", "USER"));
		Instant revoked = Instant.now();
		admin.expectEnd();
		assertThat(Duration.between(revoked, Instant.now())).isLessThan(Duration.ofSeconds(1));
		application.bean(StreamEvents.class).awaitClosed(admin.header("Sse-Client-Id"), SseCloseReason.FORBIDDEN);
		// Streams are asked for one after another, so the others may still hear one
		await().atMost(Duration.ofSeconds(1)).until(() -> !isSecretHeard(application, List.of(both, everything)));
		application.broadcaster().send(SseAudience.topic("admin/users"), "secret", 2);
		application.broadcaster().send(SseAudience.topic("public"), "open", 3);
		both.expect("open", "3");
		everything.expect("open", "3");
		users.deleteUser("bob");
		both.expectEnd();
		everything.expectEnd();
	}

	private static boolean isSecretHeard(TestApplication application, List<SseTestClient> clients) {
		application.broadcaster().send(SseAudience.topic("admin/users"), "secret", 0);
		application.broadcaster().send(SseAudience.topic("public"), "open", 0);
		boolean isHeard = false;
		for (SseTestClient client : clients) {
			SseTestEvent event = client.next();
			if (event.name().equals("secret")) {
				isHeard = true;
				event = client.next();
			}
			assertThat(event.name()).isEqualTo("open");
		}
		return isHeard;
	}

	@ParameterizedTest
	@EnumSource
	void nothingIsReplayedThatTheUserMayNotSeeNow(Container container) throws Exception {
		TestApplication application = applications.on(container);
		InMemoryUserDetailsManager users = application.bean(InMemoryUserDetailsManager.class);
		users.createUser(user("eve", "USER", "ADMIN"));
		SseTestClient before = basic(application, "/match?pattern=**", "eve");
		application.broadcaster().send(SseAudience.topic("admin/users"), "secret", 1);
		before.expect("secret", "1");
		before.cut();
		application.broadcaster().send(SseAudience.topic("admin/users"), "secret", 2);
		application.broadcaster().send(SseAudience.topic("admin/new"), "secret", 3);
		application.broadcaster().send(SseAudience.topic("public"), "open", 4);
		users.updateUser(user("eve", "USER"));
		try (SseTestClient after = application.to("/match?pattern=**")
			.header("Authorization", "Basic " + base64("eve:pw"))
			.lastEventId(before.lastEventId())
			.connect()) {
			after.expect("open", "4");
		}
		try (SseTestClient refused = application.to("/join?topics=admin/users")
			.header("Authorization", "Basic " + base64("eve:pw"))
			.connect()) {
			assertThat(refused.status()).isEqualTo(403);
		}
		users.deleteUser("eve");
	}

	@ParameterizedTest
	@EnumSource
	void rulesAreForThoseWhoAreNotLoggedInToo(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient open = application.connect("/join?topics=public");
				SseTestClient closed = application.connect("/join?topics=public&topics=private/a");
				SseTestClient own = basic(application, "/join?topics=users/ann", "ann");
				SseTestClient foreign = application.to("/join?topics=users/bob")
					.header("Authorization", "Basic " + base64("ann:pw"))
					.connect()) {
			assertThat(open.status()).isEqualTo(200);
			assertThat(closed.status()).isEqualTo(403);
			assertThat(own.status()).isEqualTo(200);
			assertThat(foreign.status()).isEqualTo(403);
		}
	}

	@ParameterizedTest
	@EnumSource
	void closingAUsersStreamsEndsThemAll(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient one = basic(application, "/join?topics=public", "ann");
				SseTestClient attached = basic(application, "/ticks", "ann");
				SseTestClient other = application.connect("/join?topics=public")) {
			attached.expect("tick", "");
			one.awaitOpen();
			application.broadcaster().close(SseAudience.user("ann"), SseEvent.named("bye"));
			one.expect("bye", "");
			one.expectEnd();
			attached.skipTo("bye");
			attached.expectEnd();
			assertThat(other.isOpen()).isTrue();
		}
	}

	private static SseTestClient basic(TestApplication application, String path, String user) {
		SseTestClient client = application.to(path).header("Authorization", "Basic " + base64(user + ":pw")).connect();
		assertThat(client.status()).isEqualTo(200);
		return client;
	}

	private static String base64(String text) {
		return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	private static UserDetails user(String name, String... roles) {
		return User.withUsername(name).password("pw").roles(roles).build();
	}

	@RestController
	@Configuration(proxyBeanMethods = false)
	static class Secured {

		@GetMapping("/join")
		void join(SseStream stream, @RequestParam String[] topics) {
			stream.join(topics);
		}

		@GetMapping("/match")
		void match(SseStream stream, @RequestParam String pattern) {
			stream.joinMatching(pattern);
		}

		@GetMapping("/ticks")
		void ticks(SseStream stream) throws InterruptedException {
			while (stream.isOpen()) {
				stream.send(SseEvent.named("tick"));
				Thread.sleep(50);
			}
		}

		@PostMapping("/session")
		void session(HttpSession session) {
		}

		@PostMapping("/idle")
		void idle(HttpSession session, @RequestParam int seconds) {
			session.setMaxInactiveInterval(seconds);
		}

		@PostMapping("/invalidate")
		void invalidate(HttpSession session) {
			session.invalidate();
		}

		@Bean
		SecurityFilterChain filterChain(HttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable())
				.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.formLogin(Customizer.withDefaults())
				.httpBasic(Customizer.withDefaults())
				.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults()))
				.build();
		}

		@Bean
		JwtDecoder jwtDecoder() {
			return NimbusJwtDecoder.withSecretKey(KEY).build();
		}

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(user("ann", "USER"));
		}

	}

}
