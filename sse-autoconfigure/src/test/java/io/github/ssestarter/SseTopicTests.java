package io.github.ssestarter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SseTopic}.
 */
class SseTopicTests {

	@ParameterizedTest
	@ValueSource(strings = { "orders", "orders/42", "a b", "日本", "/", "a:b,c;d", "\u00A0", "[x]" })
	void aNameIsGivenBackAsItIs(String name) {
		assertThat(SseTopic.requireName(name)).isSameAs(name);
	}

	@Test
	void anEmptyNameIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> SseTopic.requireName(""))
			.withMessage("The name of a topic is empty");
	}

	@ParameterizedTest
	@ValueSource(strings = { "*", "a*", "orders/**", "a?", "{id}", "a}" })
	void aNameThatCouldBecomeAPatternIsRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> SseTopic.requireName(name))
			.withMessageContaining("The name of a topic holds '")
			.withMessageContaining("kept for patterns");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\nb", "\r", "a\r\n", "a\0", "\t", "\u007F", "\u0085" })
	void aControlCharacterIsRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> SseTopic.requireName(name))
			.withMessageContaining("The name of a topic holds the control character U+00");
	}

	@Test
	void theMessageTellsWhichCharacterAndWhere() {
		assertThatIllegalArgumentException().isThrownBy(() -> SseTopic.requireName("ab\n"))
			.withMessageContaining("U+000A at index 2");
		assertThatIllegalArgumentException().isThrownBy(() -> SseTopic.requireName("ab*"))
			.withMessageContaining("'*' at index 2");
	}

}
