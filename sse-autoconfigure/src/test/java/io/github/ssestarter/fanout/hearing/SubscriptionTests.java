package io.github.ssestarter.fanout.hearing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.notice.FaultLog;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryEntry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Subscription}: what it leaves behind for others.
 */
class SubscriptionTests {

	private final EventHistory history = new EventHistory(new EventHistory.Limits(10, 1_000, Duration.ofMinutes(1)),
			() -> 0);

	private final TopicCounts counts = new TopicCounts(Runnable::run, (event) -> {
	}, new FaultLog(() -> 0));

	private final Subscription subscription = subscription("c1");

	private Subscription subscription(String clientId) {
		return new Subscription(clientId, null, this.history, this.counts, null);
	}

	private void join(Subscription subscription, String... names) {
		subscription.join(Set.of(names), this.history.now(), false, 3);
		subscription.count();
	}

	/**
	 * What may be called of a subscription.
	 */
	enum Call {

		JOIN((tests) -> tests.join(tests.subscription, "b")),

		JOIN_OF_TOO_MANY((tests) -> assertThatIllegalArgumentException()
			.isThrownBy(() -> tests.join(tests.subscription, "b", "c", "d", "e"))),

		HEAR_FROM_START((tests) -> tests.subscription.hearFromStart()),

		LEAVE((tests) -> tests.subscription.leave(Set.of("a"), tests.history.now())),

		FORGET((tests) -> {
			tests.publish();
			tests.subscription.leave(Set.of("a", "a/*"), tests.history.now());
			tests.subscription.forgetLeft(tests.history.tail().position());
		}),

		FORBID((tests) -> tests.subscription.forbid(Set.of("a"))),

		END((tests) -> tests.subscription.ended());

		private final Consumer<SubscriptionTests> action;

		Call(Consumer<SubscriptionTests> action) {
			this.action = action;
		}

	}

	/**
	 * Among those that share its lock, that is.
	 */
	@ParameterizedTest
	@EnumSource
	void noCallKeepsAnotherStreamFromJoining(Call call) {
		join(this.subscription, "a");
		call.action.accept(this);
		Subscription other = subscription("c1");
		CompletableFuture<Void> joined = CompletableFuture.runAsync(() -> join(other, "b"));
		assertThat(joined).succeedsWithin(Duration.ofSeconds(20));
		assertThat(other.hears("b")).isTrue();
	}

	@Test
	void aPatternThatWasLeftIsLookedForUntilAllOfItIsServed() {
		join(this.subscription, "a/*", "b");
		HistoryEntry entry = publish();
		this.subscription.leave(Set.of("a/*"), this.history.now());
		publish();
		this.subscription.forgetLeft(entry.position() - 1);
		assertThat(this.history.patterns().matching("a/1")).containsExactly("a/*");
		assertThat(new ListenerAt().hearing(this.subscription, entry)).isEqualTo(Hearing.YES);
		this.subscription.forgetLeft(entry.position());
		assertThat(this.history.patterns().matching("a/1")).isEmpty();
	}

	@Test
	void aPatternThatIsForbiddenIsNotLookedForAnyMore() {
		join(this.subscription, "a/*", "b");
		this.subscription.forbid(Set.of("a/*"));
		assertThat(this.history.patterns().matching("a/1")).isEmpty();
	}

	@Test
	void onlyPatternsAreLookedForAndEachOnce() {
		join(this.subscription, "a/1");
		assertThat(this.history.patterns().matching("a/1")).isEmpty();
		join(this.subscription, "a/*");
		this.subscription.leave(Set.of("a/*"), this.history.now() + 1);
		join(this.subscription, "a/*");
		join(this.subscription, "a/*");
		assertThat(this.history.patterns().matching("a/1")).containsExactly("a/*");
		this.subscription.ended();
		assertThat(this.history.patterns().matching("a/1")).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "LEAVE", "FORGET", "FORBID", "END" })
	void aStreamThatHasEndedTakesNothingFromAnother(Call call) {
		Subscription other = subscription("c2");
		join(other, "a", "a/*");
		join(this.subscription, "a", "a/*");
		publish();
		this.subscription.ended();
		call.action.accept(this);
		this.subscription.forbid(Set.of("a/*"));
		assertThat(this.history.patterns().matching("a/1")).containsExactly("a/*");
		assertThat(this.counts.counts()).isEqualTo(Map.of("a", 1, "a/*", 1));
		other.ended();
		assertThat(this.history.patterns().matching("a/1")).isEmpty();
		assertThat(this.counts.counts()).isEmpty();
	}

	@Test
	void whoJoinsAfterTheEndIsNotCounted() {
		this.subscription.ended();
		join(this.subscription, "a", "a/*");
		assertThat(this.history.patterns().matching("a/1")).isEmpty();
		assertThat(this.counts.counts()).isEmpty();
	}

	@Test
	void whatIsLeftBeforeItIsCountedIsNotCounted() {
		this.subscription.join(Set.of("a", "b"), this.history.now(), false, 3);
		this.subscription.leave(Set.of("a"), this.history.now());
		this.subscription.count();
		assertThat(this.counts.counts()).containsOnlyKeys("b");
	}

	private HistoryEntry publish() {
		return this.history.append(this.history.tail().id().next(1000),
				new Message.Event(SseAudience.topic("a/1"), "data: x\n".getBytes(StandardCharsets.UTF_8), null));
	}

}
