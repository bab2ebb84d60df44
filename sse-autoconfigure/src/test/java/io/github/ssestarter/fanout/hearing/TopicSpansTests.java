package io.github.ssestarter.fanout.hearing;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TopicSpans}.
 */
class TopicSpansTests {

	private final TopicSpans joined = TopicSpans.NONE.with(List.of("a", "b"), 10, Span.after(10));

	@Test
	void whatWasLeftIsHeldUntilItIsServed() {
		TopicSpans left = this.joined.left(List.of("a"), 20);
		assertThat(left.open()).containsExactly("b");
		assertThat(left.hasLeft()).isTrue();
		assertThat(left.servedUpTo(19).holds("a")).isTrue();
		assertThat(left.servedUpTo(20).holds("a")).isFalse();
		assertThat(left.servedUpTo(20).hasLeft()).isFalse();
		assertThat(left.servedUpTo(20).open()).containsExactly("b");
	}

	@Test
	void whatIsJoinedAgainWasNotHeardMeanwhile() {
		TopicSpans again = this.joined.left(List.of("a"), 20).with(List.of("a"), 30, Span.after(30));
		assertThat(again.get("a")).satisfies((span) -> {
			assertThat(span.contains(20)).isTrue();
			assertThat(span.contains(25)).isFalse();
			assertThat(span.contains(31)).isTrue();
		});
		assertThat(again.hasLeft()).isTrue();
		assertThat(again.servedUpTo(20).hasLeft()).isFalse();
	}

	@Test
	void whatIsJoinedFromTheStartIsHeardFromThereWhateverAnotherRequestDid() {
		TopicSpans left = this.joined.left(List.of("a"), 20);
		assertThat(left.with(List.of("a"), 30, Span.ALWAYS).get("a")).isEqualTo(Span.ALWAYS);
		TopicSpans always = TopicSpans.NONE.with(List.of("a"), 10, Span.ALWAYS).left(List.of("a"), 20);
		assertThat(always.with(List.of("a"), 30, Span.ALWAYS).get("a").contains(25)).isFalse();
	}

	@Test
	void whatIsJoinedTwiceIsHeardSinceTheFirst() {
		assertThat(this.joined.with(List.of("a"), 30, Span.after(30)).get("a")).isEqualTo(Span.after(10));
	}

	@Test
	void noneIsChangedByAnother() {
		this.joined.without(List.of("a", "b"));
		assertThat(this.joined.open()).containsExactly("a", "b");
		assertThat(TopicSpans.NONE.open()).isEmpty();
	}

}
