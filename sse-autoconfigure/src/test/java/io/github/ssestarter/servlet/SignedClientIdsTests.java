package io.github.ssestarter.servlet;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SignedClientIds}.
 */
class SignedClientIdsTests {

	private static final String SECRET = "a secret of the nodes, known to all of them";

	private final SignedClientIds ids = new SignedClientIds(SECRET, Set.of());

	@AfterEach
	void forgetRequest() {
		RequestContextHolder.resetRequestAttributes();
	}

	@Test
	void whatWasMadeIsVerifiedByAllWhoKnowTheSecret() {
		String id = this.ids.create();
		assertThat(id).matches("[0-9A-Za-z_.-]{40,60}").isNotEqualTo(this.ids.create());
		assertThat(this.ids.verify(id)).isTrue();
		assertThat(new SignedClientIds(SECRET, Set.of()).verify(id)).isTrue();
		assertThat(new SignedClientIds(SECRET + "x", Set.of()).verify(id)).isFalse();
	}

	@Test
	void eachProcessHasASecretOfItsOwnUnlessItIsSet() {
		String id = new SignedClientIds(null, Set.of()).create();
		assertThat(new SignedClientIds(null, Set.of()).verify(id)).isFalse();
	}

	@Test
	void noCharacterCanBeAlteredNotEvenItsCase() {
		String id = this.ids.create();
		for (int i = 0; i < id.length(); i++) {
			char c = id.charAt(i);
			char altered = Character.isLetter(c) ? (char) (c ^ 0x20) : (c == '0') ? '1' : '0';
			assertThat(this.ids.verify(id.substring(0, i) + altered + id.substring(i + 1))).as("At " + i).isFalse();
		}
		assertThat(this.ids.verify(id + "A")).isFalse();
		assertThat(this.ids.verify(id.substring(0, id.length() - 1))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "..", "x", "x.", ".x", "x.y", "\u0000.\u0000", "\ud800.\ud800", "s:x.y" })
	void whatWasNotMadeIsNotVerified(String id) {
		assertThat(this.ids.verify(id)).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void whatItIsBoundToHasToBeTheSame(ClientIdBinding binding) {
		SignedClientIds bound = new SignedClientIds(SECRET, EnumSet.of(binding));
		request((request) -> {
		});
		String id = bound.create();
		assertThat(bound.verify(id)).isTrue();
		assertThat(this.ids.verify(id)).isFalse();
		request((request) -> {
			switch (binding) {
				case USER -> request.setUserPrincipal(() -> "mallory");
				case ADDRESS -> request.setRemoteAddr("198.51.100.7");
				case USER_AGENT -> request.removeHeader("User-Agent");
			}
		});
		assertThat(bound.verify(id)).isFalse();
		assertThat(bound.verify(bound.create())).isTrue();
	}

	@Test
	void boundOnesNeedARequest() {
		SignedClientIds bound = new SignedClientIds(SECRET, EnumSet.of(ClientIdBinding.USER));
		assertThatIllegalStateException().isThrownBy(bound::create).withMessageContaining("sse.client-id.bind-to");
	}

	private static void request(Consumer<MockHttpServletRequest> change) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setUserPrincipal(() -> "alice");
		request.setRemoteAddr("192.0.2.1");
		request.addHeader("User-Agent", "agent");
		change.accept(request);
		RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));
	}

}
