package io.github.ssestarter.security;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for when {@link SecurityLogins} finds that a login ends.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecurityLoginsTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	private static final Instant LATER = NOW.plusSeconds(300);

	private static final SecurityFilterChain RESOURCE_SERVER = new DefaultSecurityFilterChain(
			AnyRequestMatcher.INSTANCE, new BearerTokenAuthenticationFilter((AuthenticationManager) (login) -> login));

	private List<SecurityFilterChain> chains = List.of();

	private final SecurityLogins logins = new SecurityLogins(null, () -> this.chains, () -> NOW);

	@AfterEach
	void endRequest() {
		RequestContextHolder.resetRequestAttributes();
	}

	private static void request(Consumer<MockHttpServletRequest> change) {
		MockHttpServletRequest request = new MockHttpServletRequest("GET", "/live");
		change.accept(request);
		RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));
	}

	private static Authentication login(@Nullable Object credentials, @Nullable Object details) {
		TestingAuthenticationToken login = new TestingAuthenticationToken("ann", credentials, "ROLE_USER");
		login.setDetails(details);
		return login;
	}

	private static Jwt jwt(@Nullable Instant expiry) {
		return Jwt.withTokenValue("token").header("alg", "none").subject("ann").expiresAt(expiry).build();
	}

	private static String jwt(String payload) {
		return "e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes(StandardCharsets.UTF_8))
				+ ".c2lnbmVk";
	}

	@Test
	void theEarliestEndCounts() {
		assertThat(this.logins.expiresAt(login(jwt(LATER), new Lease(LATER.minusSeconds(1)))))
			.isEqualTo(LATER.minusSeconds(1));
		assertThat(this.logins.expiresAt(login(jwt(LATER), new Lease(null)))).isEqualTo(LATER);
	}

	@Test
	void aTokenThatIsOverIsGivenTheTimeForWhichItIsAccepted() {
		assertThat(this.logins.expiresAt(login(jwt(NOW), null))).isEqualTo(NOW.plusSeconds(60));
		assertThat(this.logins.expiresAt(login(jwt(NOW.minusSeconds(59)), null))).isEqualTo(NOW.plusSeconds(1));
		assertThat(this.logins.expiresAt(login(jwt(NOW.minusSeconds(600)), null))).as("the skew must be larger")
			.isEqualTo(NOW.plusSeconds(60));
	}

	/**
	 * An id token tells of the moment of the login, which lives on in a session.
	 */
	@Test
	void anIdTokenIsNotTheEndOfALogin() {
		OidcIdToken token = new OidcIdToken("token", NOW, LATER, Map.of("sub", "ann"));
		DefaultOidcUser user = new DefaultOidcUser(AuthorityUtils.NO_AUTHORITIES, token);
		assertThat(this.logins.expiresAt(new TestingAuthenticationToken(user, token, "ROLE_USER"))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Bearer ", "bearer  ", "DPoP " })
	void whereOnlyTheRequestHasTheTokenItsEndIsReadThere(String scheme, CapturedOutput output) {
		String payload = "{\"exp\":" + LATER.getEpochSecond() + ".5}";
		request((request) -> request.addHeader("Authorization", scheme + jwt(payload)));
		assertThat(this.logins.expiresAt(login(null, null))).isEqualTo(LATER);
		assertThat(output).doesNotContain("SseLogins");
	}

	@ParameterizedTest
	@ValueSource(strings = { "opaque", "a.b.c", "e30.e30.", "e30.e30.e30", "e30.bnVsbA.e30", "..",
			"e30.eyJleHAiOiJ4In0.e30" })
	void whatTellsNoEndIsWarnedOf(String token, CapturedOutput output) {
		request((request) -> request.addHeader("Authorization", "Bearer " + token));
		assertThat(this.logins.expiresAt(login(null, null))).isNull();
		assertThat(this.logins.expiresAt(login(null, null))).isNull();
		assertThat(output.toString().lines().filter((line) -> line.contains("WARN"))).singleElement()
			.asString()
			.contains(TestingAuthenticationToken.class.getName(), "SseLogins");
	}

	@Test
	void aLoginThatIsKeptInASessionEndsWithThatAndIsNotWarnedOf(CapturedOutput output) {
		this.chains = List.of(RESOURCE_SERVER);
		request((request) -> {
			request.getSession().setAttribute("SPRING_SECURITY_CONTEXT", new SecurityContextImpl(login(null, null)));
			request.addHeader("Authorization", "Bearer " + jwt("{\"exp\":" + LATER.getEpochSecond() + "}"));
		});
		assertThat(this.logins.expiresAt(login(null, null))).isNull();
		assertThat(output).doesNotContain("SseLogins");
	}

	@Test
	void aNameAndPasswordIsNotWarnedOf(CapturedOutput output) {
		this.chains = List.of(RESOURCE_SERVER);
		request((request) -> request.addHeader("Authorization", "Basic YW5uOnB3"));
		assertThat(this.logins.expiresAt(login("pw", null))).isNull();
		assertThat(output).doesNotContain("SseLogins");
	}

	@Test
	void aTokenThatCameInAnotherWayToAResourceServerIsWarnedOf(CapturedOutput output) {
		request((request) -> request.addHeader("Cookie", "token=opaque"));
		assertThat(this.logins.expiresAt(login(null, null))).isNull();
		assertThat(output).doesNotContain("SseLogins");
		this.chains = List.of(RESOURCE_SERVER);
		assertThat(this.logins.expiresAt(login(null, null))).isNull();
		assertThat(output).contains("SseLogins");
	}

	private record Lease(@Nullable Instant expiresAt) {
	}

}
