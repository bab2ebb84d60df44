package io.github.ssestarter.fanout.shard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.hearing.Subscription;
import io.github.ssestarter.fanout.hearing.TopicCounts;
import io.github.ssestarter.fanout.notice.FaultLog;
import io.github.ssestarter.history.EventHistory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ShardIndex}.
 */
class ShardIndexTests {

	private final EventHistory history = new EventHistory(new EventHistory.Limits(2, 1_000, Duration.ofMinutes(1)),
			() -> 0);

	private final TopicCounts counts = new TopicCounts(Runnable::run, (event) -> {
	}, new FaultLog(() -> 0));

	private final ShardIndex<Indexed> index = new ShardIndex<>(this.history.patterns());

	@Test
	void aStreamThatHasNotJoinedIsFoundByItsUserAndItsClientAlone() {
		add("c1", "alice");
		assertThat(found(SseAudience.user("alice"))).containsExactly("c1");
		assertThat(found(SseAudience.client("c1"))).containsExactly("c1");
		assertThat(found(SseAudience.everyone())).isEmpty();
		assertThat(found(SseAudience.topic("a"))).isEmpty();
		assertThat(found(SseAudience.user("bob"))).isEmpty();
		assertThat(found(SseAudience.user("c1"))).isEmpty();
		assertThat(this.index.size()).isOne();
	}

	@Test
	void aStreamThatHasJoinedIsFoundByAllThatItHas() {
		Indexed one = add("c1", "alice");
		join(one, "a/1", "b");
		add("c2", null);
		for (SseAudience audience : List.of(SseAudience.everyone(), SseAudience.user("alice"), SseAudience.client("c1"),
				SseAudience.topic("a/1"), SseAudience.topic("x", "b"),
				SseAudience.topic("x").and(SseAudience.user("alice")))) {
			assertThat(found(audience)).containsExactly("c1");
		}
		assertThat(found(SseAudience.topic("a"))).isEmpty();
	}

	@Test
	void onlyOneWithoutTopicsIsFoundByEveryone() {
		Indexed one = add("c1", null);
		join(one);
		assertThat(found(SseAudience.everyone())).containsExactly("c1");
	}

	@Test
	void aPatternFindsItsStreamsByEachTopicThatItMatches() {
		Indexed one = add("c1", null);
		join(one, "a/*");
		join(add("c2", null), "a/1");
		assertThat(found(SseAudience.topic("a/1"))).containsExactly("c1", "c2");
		assertThat(found(SseAudience.topic("a/2"))).containsExactly("c1");
		assertThat(found(SseAudience.topic("b"))).isEmpty();
		this.index.remove(one);
		assertThat(found(SseAudience.topic("a/1"))).containsExactly("c2");
		assertThat(found(SseAudience.topic("a/2"))).isEmpty();
	}

	@Test
	void aTopicThatWasLeftFindsItsStreamUntilItIsForgotten() {
		Indexed one = add("c1", null);
		join(one, "a");
		this.history.append(new EventId(1000, 0, "aaaaaa"),
				new Message.Event(SseAudience.topic("a"), new byte[0], null));
		one.subscription.leave(Set.of("a"), this.history.now());
		this.index.update(one);
		assertThat(found(SseAudience.topic("a"))).containsExactly("c1");
		one.subscription.forgetLeft(this.history.tail().position());
		this.index.update(one);
		assertThat(found(SseAudience.topic("a"))).isEmpty();
		assertThat(found(SseAudience.everyone())).containsExactly("c1");
	}

	@Test
	void whoIsRemovedIsNotFoundAnyMore() {
		Indexed one = add("c1", "alice");
		join(one, "a");
		this.index.remove(one);
		this.index.remove(one);
		for (SseAudience audience : List.of(SseAudience.everyone(), SseAudience.user("alice"), SseAudience.client("c1"),
				SseAudience.topic("a"))) {
			assertThat(found(audience)).isEmpty();
		}
		assertThat(this.index.size()).isZero();
		assertThat(this.index.all()).isEmpty();
	}

	@Test
	void severalStreamsOfOneClientAreAllFound() {
		Indexed first = add("c1", "alice");
		add("c1", "alice");
		assertThat(found(SseAudience.client("c1"))).hasSize(2);
		this.index.remove(first);
		assertThat(found(SseAudience.client("c1"))).hasSize(1);
		assertThat(found(SseAudience.user("alice"))).hasSize(1);
	}

	@Test
	void whoeverComesAndGoesAnAudienceFindsItsOwn() {
		Random random = new Random(5);
		List<Indexed> there = new ArrayList<>();
		for (int step = 0; step < 20_000; step++) {
			int dice = random.nextInt(10);
			if (dice < 3 || there.isEmpty()) {
				String user = (random.nextBoolean()) ? "u" + random.nextInt(5) : null;
				there.add(add("c" + step, user));
			}
			else if (dice < 6) {
				Indexed left = there.remove(random.nextInt(there.size()));
				this.index.remove(left);
			}
			else {
				Indexed one = there.get(random.nextInt(there.size()));
				String topic = "t" + random.nextInt(6);
				if (random.nextInt(3) == 0) {
					one.subscription.forbid(Set.of(topic));
					this.index.update(one);
				}
				else {
					join(one, topic);
				}
			}
			if (step % 50 == 0) {
				assertThatAllAreFound(there);
			}
		}
	}

	private void assertThatAllAreFound(List<Indexed> there) {
		assertThat(this.index.size()).isEqualTo(there.size());
		assertThat(this.index.all()).containsExactlyInAnyOrderElementsOf(there);
		List<SseAudience> audiences = new ArrayList<>(List.of(SseAudience.everyone()));
		for (int i = 0; i < 6; i++) {
			audiences.add(SseAudience.topic("t" + i));
			audiences.add(SseAudience.user("u" + i));
		}
		for (SseAudience audience : audiences) {
			List<String> expected = there.stream()
				.filter((one) -> audience.includes(one.subscription) || (one.subscription.user() != null
						&& audience.keys().iterator().next().name().equals(one.subscription.user())))
				.map((one) -> one.subscription.clientId())
				.sorted()
				.toList();
			assertThat(found(audience)).as("%s", audience).isEqualTo(expected);
		}
	}

	private Indexed add(String clientId, @Nullable String user) {
		Indexed one = new Indexed(new Subscription(clientId, user, this.history, this.counts, null));
		this.index.update(one);
		return one;
	}

	private void join(Indexed one, String... names) {
		one.subscription.join(new TreeSet<>(List.of(names)), this.history.now(), false, 20);
		this.index.update(one);
	}

	/**
	 * The client ids of those that an audience finds, each as often as it has streams.
	 */
	private List<String> found(SseAudience audience) {
		Set<Indexed> found = new HashSet<>();
		this.index.forEach(audience, "what", (one, what) -> found.add(one));
		assertThat(this.index.hears(audience)).isEqualTo(!found.isEmpty());
		return found.stream().map((one) -> one.subscription.clientId()).sorted().toList();
	}

	private static final class Indexed implements ShardIndex.Indexed {

		private final Subscription subscription;

		private final ShardIndex.Standing standing = new ShardIndex.Standing();

		private Indexed(Subscription subscription) {
			this.subscription = subscription;
		}

		@Override
		public Subscription subscription() {
			return this.subscription;
		}

		@Override
		public ShardIndex.Standing standing() {
			return this.standing;
		}

	}

}
