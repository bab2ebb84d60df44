package io.github.ssestarter.history;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link TopicPatterns}.
 */
class TopicPatternsTests {

	private final TopicPatterns patterns = new TopicPatterns();

	@ParameterizedTest
	@CsvSource({ "orders/*,orders/1", "orders/**,orders", "orders/**,orders/1/state", "*/state,1/state",
			"orders/{id},orders/7", "orders/{id}/state,orders/7/state", "orders/{*rest},orders/1/2", "ord?rs,orders",
			"/orders/*,/orders/1", "*,a%2Fb", "orders/*,orders/a;b=c", "orders/*,orders/..", "a b/*,a b/c",
			"**,anything/at/all", "**,one", "**/state,orders/7/state", "**,/orders" })
	void itMatches(String pattern, String topic) {
		this.patterns.add(pattern);
		assertThat(this.patterns.matching(topic)).containsExactly(pattern);
		assertThat(this.patterns.matches(pattern, topic)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "orders/*,orders", "orders/*,orders/1/state", "orders/*,ordersX/1", "orders/*,orders%2F1",
			"orders/{id:[0-9]+},orders/x", "Orders/*,orders/1", "orders/*,/orders/1", "orders/**,ordersX", "*,a/b",
			"/orders/*,orders/1" })
	void itDoesNotMatch(String pattern, String topic) {
		this.patterns.add(pattern);
		assertThat(this.patterns.matching(topic)).isEmpty();
		assertThat(this.patterns.matches(pattern, topic)).isFalse();
	}

	@Test
	void patternsThatComeAndGoCountAtOnce() {
		assertThat(this.patterns.matching("a/1")).isEmpty();
		assertThat(this.patterns.add("a/*")).isTrue();
		assertThat(this.patterns.matching("a/1")).containsExactly("a/*");
		assertThat(this.patterns.add("*/1")).isTrue();
		assertThat(this.patterns.matching("a/1")).containsExactlyInAnyOrder("a/*", "*/1");
		assertThat(this.patterns.add("a/*")).isFalse();
		assertThat(this.patterns.remove("a/*")).isFalse();
		assertThat(this.patterns.matching("a/1")).containsExactlyInAnyOrder("a/*", "*/1");
		assertThat(this.patterns.remove("a/*")).isTrue();
		assertThat(this.patterns.matching("a/1")).containsExactly("*/1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/{x", "a/{*x}/b", "a/{1x:}", "a/{x}/{x}" })
	void whatCannotBeReadIsRefusedAndQuoted(String pattern) {
		assertThatIllegalArgumentException().isThrownBy(() -> TopicPatterns.require(pattern))
			.withMessageContaining("The pattern of topics '" + pattern + "' cannot be read, at index ");
	}

	@Test
	void aPatternWithoutWildcardsIsATopicsName() {
		TopicPatterns.require("orders/1");
		assertThat(TopicPatterns.isPattern("orders/1")).isFalse();
		assertThat(TopicPatterns.isPattern("orders/?")).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> TopicPatterns.require("orders\n"))
			.withMessageContaining("U+000A");
		assertThatIllegalArgumentException().isThrownBy(() -> TopicPatterns.require(""));
	}

}
