package io.github.ssestarter.history;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TopicTree}: of what it finds, what matches is all that does.
 */
class TopicTreeTests {

	private final RandomTopics random = new RandomTopics();

	private final TopicTree tree = new TopicTree();

	@Test
	void itFindsWhatAPatternMatches() {
		List<String> topics = new ArrayList<>(this.random.topics(600));
		List<TopicPattern> patterns = this.random.patterns(600).stream().map(TopicPattern::of).toList();
		topics.forEach(this.tree::add);
		assertFound(patterns, topics);
		for (int i = topics.size() - 1; i >= 0; i -= 2) {
			this.tree.remove(topics.remove(i));
		}
		assertFound(patterns, topics);
		topics.forEach(this.tree::remove);
		assertThat(found("**")).isEmpty();
	}

	@Test
	void ofManyItFindsFew() {
		for (int i = 0; i < 1_000; i++) {
			this.tree.add("users/" + i + "/orders");
		}
		for (String pattern : List.of("users/7/*", "*/7/*", "{any}/7/orders", "users/7*/{id}", "*/7/**")) {
			assertThat(found(pattern)).contains("users/7/orders").hasSizeLessThan(200);
		}
	}

	private void assertFound(List<TopicPattern> patterns, List<String> topics) {
		int matching = 0;
		for (TopicPattern pattern : patterns) {
			List<String> expected = topics.stream().filter(pattern::matches).toList();
			assertThat(found(pattern.text()).stream().filter(pattern::matches)).as(pattern.text())
				.containsExactlyInAnyOrderElementsOf(expected);
			matching += expected.size();
		}
		assertThat(matching).isGreaterThanOrEqualTo(topics.size());
	}

	private List<String> found(String pattern) {
		List<String> found = new ArrayList<>();
		this.tree.find(pattern, found::add);
		return found;
	}

}
