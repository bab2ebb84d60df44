package io.github.ssestarter.history;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PatternTree}: what it finds is what each pattern matches by itself.
 */
class PatternTreeTests {

	private final RandomTopics random = new RandomTopics();

	private final PatternTree tree = new PatternTree();

	@Test
	void itFindsWhatEachPatternMatchesByItself() {
		List<TopicPattern> patterns = new ArrayList<>();
		for (String text : this.random.patterns(600)) {
			TopicPattern pattern = TopicPattern.of(text);
			patterns.add(pattern);
			this.tree.add(pattern);
		}
		List<String> topics = this.random.topics(600);
		assertFound(topics, patterns);
		for (int i = patterns.size() - 1; i >= 0; i -= 2) {
			this.tree.remove(patterns.remove(i));
		}
		assertFound(topics, patterns);
		patterns.forEach(this.tree::remove);
		assertFound(topics, List.of());
	}

	private void assertFound(List<String> topics, List<TopicPattern> patterns) {
		int found = 0;
		for (String topic : topics) {
			List<String> expected = patterns.stream()
				.filter((pattern) -> pattern.matches(topic))
				.map(TopicPattern::text)
				.toList();
			assertThat(this.tree.matching(topic)).as(topic).containsExactlyInAnyOrderElementsOf(expected);
			found += expected.size();
		}
		assertThat(found).isGreaterThanOrEqualTo(patterns.size());
	}

}
