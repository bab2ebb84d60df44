package io.github.ssestarter.starter;

import java.io.IOException;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.OncePerRequestFilter;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The end of a token is found wherever an application has put it, and where it cannot be
 * found that is said.
 */
@ExtendWith(OutputCaptureExtension.class)
class TokenEndTests {

	private static final SecretKey KEY = new SecretKeySpec("0123456789abcdef0123456789abcdef".getBytes(), "HmacSHA256");

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.startWithSecurity(container, List.of(Secured.class, StreamEvents.class)));

	/**
	 * What an application makes of a token.
	 */
	enum Login {

		/** The provider erases the credentials of it, so that only the request has it. */
		ERASED_CREDENTIALS("/converted/erased"),

		CREDENTIALS("/converted/credentials"), PRINCIPAL("/converted/principal"), DETAILS("/converted/details"),

		FILTER_WITH_DETAILS("/filtered/details"), FILTER_WITH_PRINCIPAL("/filtered/principal"),

		/** As many a tutorial has it. */
		FILTER_WITH_NOTHING("/filtered/nothing");

		private final String path;

		Login(String path) {
			this.path = path;
		}

	}

	/**
	 * The streams of all logins at once: each has to wait until the same second.
	 */
	@ParameterizedTest
	@EnumSource
	void theEndIsFoundInWhateverTheApplicationMadeOfTheToken(Container container, CapturedOutput output) {
		TestApplication application = applications.on(container);
		Instant expiry = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(3);
		Map<Login, SseTestClient> clients = new EnumMap<>(Login.class);
		for (Login login : Login.values()) {
			SseTestClient client = bearer(application, login.path, token(expiry));
			assertThat(client.status()).as(login.name()).isEqualTo(200);
			client.awaitOpen();
			clients.put(login, client);
		}
		Map<Login, Duration> late = new EnumMap<>(Login.class);
		await().atMost(Duration.ofSeconds(6)).until(() -> {
			clients.forEach((login, client) -> {
				if (!client.isOpen()) {
					late.putIfAbsent(login, Duration.between(expiry, Instant.now()));
				}
			});
			return late.keySet().equals(clients.keySet());
		});
		assertThat(late.values())
			.allSatisfy((one) -> assertThat(one).isBetween(Duration.ofMillis(-10), Duration.ofSeconds(1)));
		clients.forEach((login, client) -> application.bean(StreamEvents.class)
			.awaitClosed(client.header("Sse-Client-Id"), SseCloseReason.EXPIRED));
		assertThat(output).doesNotContain("SseLogins");
	}

	/**
	 * Spring Security accepts a token for a minute after its end.
	 */
	@ParameterizedTest
	@EnumSource
	void aTokenThatIsOverAndAcceptedAllTheSameIsNotSentRoundInACircle(Container container) {
		TestApplication application = applications.on(container);
		SseTestClient almost = bearer(application, "/plain", token(Instant.now().minusSeconds(57)));
		assertThat(almost.status()).isEqualTo(200);
		SseTestClient client = bearer(application, "/plain", token(Instant.now().minusSeconds(5)));
		assertThat(client.status()).isEqualTo(200);
		client.awaitOpen();
		Instant later = Instant.now().plusSeconds(2);
		await().atMost(Duration.ofSeconds(6)).until(() -> !almost.isOpen());
		application.bean(StreamEvents.class).awaitClosed(almost.header("Sse-Client-Id"), SseCloseReason.EXPIRED);
		await().until(() -> Instant.now().isAfter(later));
		assertThat(client.isOpen()).isTrue();
		client.close();
		assertThat(bearer(application, "/plain", token(Instant.now().minusSeconds(62))).status()).isEqualTo(401);
	}

	@ParameterizedTest
	@EnumSource
	void anEndThatCannotBeKnownIsWarnedOfOnce(Container container, CapturedOutput output) {
		TestApplication application = applications.on(container);
		for (int i = 0; i < 3; i++) {
			SseTestClient client = bearer(application, "/filtered/opaque", "opaque");
			assertThat(client.status()).isEqualTo(200);
			client.close();
		}
		assertThat(output.toString().lines().filter((line) -> line.contains("SseLogins"))).singleElement()
			.asString()
			.contains("WARN", TestingAuthenticationToken.class.getName());
	}

	private static SseTestClient bearer(TestApplication application, String path, String token) {
		return application.to(path).header("Authorization", "Bearer " + token).connect();
	}

	private static String token(Instant expiry) {
		JwtClaimsSet claims = JwtClaimsSet.builder()
			.subject("ann")
			.issuedAt(expiry.minusSeconds(600))
			.expiresAt(expiry)
			.build();
		return new NimbusJwtEncoder(new ImmutableSecret<>(KEY))
			.encode(JwtEncoderParameters.from(JwsHeader.with(MacAlgorithm.HS256).build(), claims))
			.getTokenValue();
	}

	/**
	 * Somebody's own user.
	 */
	public record Account(String name, Instant expiresAt) implements Principal {

		@Override
		public String getName() {
			return this.name;
		}

	}

	/**
	 * Somebody's own login, whose credentials nobody erases.
	 */
	static class TokenLogin extends AbstractAuthenticationToken {

		private final Object principal;

		private final Object credentials;

		TokenLogin(Object principal, Object credentials) {
			super(AuthorityUtils.createAuthorityList("ROLE_USER"));
			this.principal = principal;
			this.credentials = credentials;
			setAuthenticated(true);
		}

		@Override
		public Object getPrincipal() {
			return this.principal;
		}

		@Override
		public Object getCredentials() {
			return this.credentials;
		}

	}

	/**
	 * Decodes by itself, as applications without a resource server do.
	 */
	static class HandWrittenFilter extends OncePerRequestFilter {

		private final JwtDecoder decoder;

		HandWrittenFilter(JwtDecoder decoder) {
			this.decoder = decoder;
		}

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			String value = request.getHeader("Authorization").substring("Bearer ".length());
			AbstractAuthenticationToken login = switch (request.getRequestURI()) {
				case "/filtered/details" -> {
					Jwt token = this.decoder.decode(value);
					AbstractAuthenticationToken made = user(token);
					made.setDetails(token);
					yield made;
				}
				case "/filtered/principal" -> {
					Jwt token = this.decoder.decode(value);
					yield new TestingAuthenticationToken(new Account("ann", token.getExpiresAt()), null, "ROLE_USER");
				}
				case "/filtered/nothing" -> user(this.decoder.decode(value));
				default -> new TestingAuthenticationToken("ann", null, "ROLE_USER");
			};
			SecurityContextHolder.setContext(new SecurityContextImpl(login));
			chain.doFilter(request, response);
		}

		private static AbstractAuthenticationToken user(Jwt token) {
			return UsernamePasswordAuthenticationToken.authenticated(token.getSubject(), null, List.of());
		}

	}

	@RestController
	@Configuration(proxyBeanMethods = false)
	static class Secured {

		@GetMapping({ "/plain", "/converted/*", "/filtered/*" })
		void join(SseStream stream) {
			stream.join("public");
		}

		@Bean
		@Order(1)
		SecurityFilterChain filtered(HttpSecurity http, JwtDecoder decoder) {
			return http.securityMatcher("/filtered/*")
				.addFilterBefore(new HandWrittenFilter(decoder), AuthorizationFilter.class)
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.build();
		}

		@Bean
		@Order(2)
		SecurityFilterChain erased(HttpSecurity http) {
			return converted(http, "/converted/erased",
					(token) -> UsernamePasswordAuthenticationToken.authenticated("ann", token, List.of()));
		}

		@Bean
		@Order(3)
		SecurityFilterChain credentials(HttpSecurity http) {
			return converted(http, "/converted/credentials", (token) -> new TokenLogin("ann", token));
		}

		@Bean
		@Order(4)
		SecurityFilterChain principal(HttpSecurity http) {
			return converted(http, "/converted/principal",
					(token) -> UsernamePasswordAuthenticationToken.authenticated(token, null, List.of()));
		}

		@Bean
		@Order(5)
		SecurityFilterChain details(HttpSecurity http) {
			return converted(http, "/converted/details", (token) -> {
				TokenLogin login = new TokenLogin("ann", "none");
				login.setDetails(new Account("ann", token.getExpiresAt()));
				return login;
			});
		}

		@Bean
		@Order(6)
		SecurityFilterChain plain(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.oauth2ResourceServer((server) -> server.jwt((jwt) -> {
				}))
				.build();
		}

		private static SecurityFilterChain converted(HttpSecurity http, String path,
				Converter<Jwt, AbstractAuthenticationToken> converter) {
			return http.securityMatcher(path)
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.oauth2ResourceServer((server) -> server.jwt((jwt) -> jwt.jwtAuthenticationConverter(converter)))
				.build();
		}

		@Bean
		JwtDecoder jwtDecoder() {
			return NimbusJwtDecoder.withSecretKey(KEY).build();
		}

	}

}
