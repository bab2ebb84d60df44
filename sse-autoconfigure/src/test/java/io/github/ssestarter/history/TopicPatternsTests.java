package io.github.ssestarter.history;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

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
		assertThat(TopicPatterns.matcher(pattern)).accepts(topic);
	}

	@ParameterizedTest
	@CsvSource({ "orders/*,orders", "orders/*,orders/1/state", "orders/*,ordersX/1", "orders/*,orders%2F1",
			"orders/{id:[0-9]+},orders/x", "Orders/*,orders/1", "orders/*,/orders/1", "orders/**,ordersX", "*,a/b",
			"/orders/*,orders/1" })
	void itDoesNotMatch(String pattern, String topic) {
		this.patterns.add(pattern);
		assertThat(this.patterns.matching(topic)).isEmpty();
		assertThat(TopicPatterns.matcher(pattern)).rejects(topic);
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

	@Test
	void whatATopicMatchesIsWorkedOutOnceForTenThousandTopics() {
		this.patterns.add("a/*");
		List<String> first = this.patterns.matching("a/0");
		for (int i = 1; i < 10_000; i++) {
			this.patterns.matching("a/" + i);
		}
		assertThat(this.patterns.matching("a/0")).isSameAs(first);
		this.patterns.matching("a/10000");
		assertThat(this.patterns.matching("a/0")).isNotSameAs(first).isEqualTo(first);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "users/%s/*", "*/%s", "rooms/*/%s/{id}", "users/%s-*/a", "**/%s", "{x:[a-z]+}%s", "%s?/**" })
	void toFindWhatATopicMatchesCostsTheSameBesideManyPatterns(String pattern) {
		for (int i = 0; i < 20; i++) {
			this.patterns.add(pattern.formatted(i));
		}
		costOfTopics(0);
		long besideFew = Math.min(costOfTopics(1), costOfTopics(2));
		for (int i = 20; i < 5_000; i++) {
			this.patterns.add(pattern.formatted(i));
		}
		long besideMany = Math.min(costOfTopics(3), costOfTopics(4));
		assertThat(besideMany).isLessThan(20 * besideFew);
	}

	/**
	 * What it costs of the processor to find what new topics match.
	 */
	private long costOfTopics(int round) {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		long before = threads.getCurrentThreadCpuTime();
		for (int i = 0; i < 1_000; i++) {
			this.patterns.matching("users/" + i + "-" + round + "/a");
			this.patterns.matching("rooms/" + round + "/" + i + "/a");
		}
		return threads.getCurrentThreadCpuTime() - before;
	}

	@Test
	void whatIsTooLongForATopicIsNotKept() {
		this.patterns.add("a/*");
		String topic = "a/" + "x".repeat(6_000);
		WeakReference<String> asked = new WeakReference<>(topic);
		assertThat(this.patterns.matching(topic)).containsExactly("a/*");
		topic = "a/1";
		await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
			System.gc();
			assertThat(asked.get()).isNull();
		});
		assertThat(this.patterns.matching(topic)).containsExactly("a/*");
	}

	@ParameterizedTest
	@CsvSource({ "a/{x,4", "a/{*x}/b,6", "a/{1x:},3", "a/{x}/{x},6" })
	void whatCannotBeReadIsRefusedAndQuoted(String pattern, int index) {
		String message = "The pattern of topics '" + pattern + "' cannot be read, at index " + index + ": ";
		assertThatIllegalArgumentException().isThrownBy(() -> TopicPatterns.require(pattern))
			.withMessageContaining(message);
		assertThatIllegalArgumentException().isThrownBy(() -> TopicPatterns.matcher(pattern))
			.withMessageContaining(message);
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
