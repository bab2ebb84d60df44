package io.github.ssestarter.security;

import java.security.Principal;

import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.authentication.RememberMeAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.userdetails.User;

import io.github.ssestarter.SseLogins;
import io.github.ssestarter.tickets.TicketUser;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SecurityTicketUsers}.
 */
class SecurityTicketUsersTests {

	private static final User ADA = new User("ada", "secret", AuthorityUtils.createAuthorityList("ROLE_USER"));

	private final SecurityTicketUsers users = new SecurityTicketUsers(() -> SseLogins.PLAIN);

	@Test
	void aRememberedLoginIsOneOnOtherNodesToo() {
		Authentication restored = restored(new RememberMeAuthenticationToken("key", ADA, ADA.getAuthorities()));
		assertThat(new AuthenticationTrustResolverImpl().isRememberMe(restored)).isTrue();
		assertThat(restored.getName()).isEqualTo("ada");
		assertThat(restored.isAuthenticated()).isTrue();
	}

	@Test
	void aLoginByNameIsOne() {
		Authentication restored = restored(
				UsernamePasswordAuthenticationToken.authenticated(ADA, "secret", ADA.getAuthorities()));
		assertThat(restored).isInstanceOf(UsernamePasswordAuthenticationToken.class);
		assertThat(restored.getAuthorities()).extracting("authority").containsExactly("ROLE_USER");
		assertThat(restored.getCredentials()).isNull();
	}

	@Test
	void anotherLoginIsNotLookedUpByItsName() {
		TicketUser user = this.users.describe(new TestingAuthenticationToken("device-7", null, "ROLE_DEVICE"));
		assertThat(user.login()).isEqualTo(TicketUser.Login.OTHER);
		assertThat(this.users.restore(user).getName()).isEqualTo("device-7");
	}

	private Authentication restored(Principal login) {
		return (Authentication) this.users.restore(this.users.describe(login));
	}

}
