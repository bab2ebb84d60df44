package io.github.ssestarter.redis;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is told to Redis of the streams of a node.
 */
class HeldStreamsTests {

	private final HeldStreams held = new HeldStreams();

	@Test
	void ofAStreamThatEndsBeforeRedisWasToldNothingIsLeft() {
		for (int i = 0; i < 1_000; i++) {
			Stream stream = opened("c" + i);
			this.held.ended(stream);
		}
		assertThat(this.held.next(1_000)).isEmpty();
	}

	@Test
	void theEndOfAStreamOfWhichRedisMayKnowIsTold() {
		Stream told = opened("a");
		assertThat(next()).containsExactly("a 1");
		this.held.ended(told);
		assertThat(next()).containsExactly("a ended");
		this.held.ended(opened("a"));
		assertThat(next()).isEmpty();
	}

	@Test
	void theEndOfASecondStreamOfAClientOfWhichRedisMayKnowIsTold() {
		opened("a");
		assertThat(next()).containsExactly("a 1");
		Stream second = opened("a");
		this.held.ended(second);
		assertThat(next()).containsExactly("a ended");
	}

	@Test
	void whatRedisRefusedIsNoOlderThanItWas() {
		opened("a");
		assertThat(next()).containsExactly("a 1");
		opened("b");
		List<RegistryScript.Change> refused = this.held.next(1_000);
		opened("c");
		this.held.forgotten(refused);
		assertThat(next()).containsExactlyInAnyOrder("a 1 old", "b 2", "c 3");
	}

	@Test
	void howManyStreamsUsersHaveElsewhereIsKnownWhoeverComesAndGoesHere() {
		Map<String, Integer> all = Map.of("ada", 3, "bob", 1, "eve", 2);
		this.held.opened(new Stream("a", "ada"));
		this.held.opened(new Stream("b", "bob"));
		this.held.opened(new Stream("c", null));
		assertThat(this.held.elsewhere(all)).isEqualTo(Map.of("ada", 2, "eve", 2));
		Stream second = new Stream("b", "ada");
		this.held.opened(second);
		assertThat(this.held.elsewhere(all)).isEqualTo(Map.of("ada", 1, "bob", 1, "eve", 2));
		this.held.ended(second);
		this.held.ended(second);
		assertThat(this.held.elsewhere(all)).isEqualTo(Map.of("ada", 2, "bob", 1, "eve", 2));
	}

	private Stream opened(String client) {
		Stream stream = new Stream(client, null);
		this.held.opened(stream);
		return stream;
	}

	private List<String> next() {
		return this.held.next(1_000).stream().map(HeldStreamsTests::text).toList();
	}

	private static String text(RegistryScript.Change change) {
		HeldStreams.Held held = change.held();
		return change.client() + " " + ((held != null) ? held.number() + ((held.isOld()) ? " old" : "") : "ended");
	}

	/**
	 * A stream.
	 *
	 * @param clientId its client
	 * @param user its user
	 */
	private record Stream(String clientId, @Nullable String user) implements SseAudience.Member {

		@Override
		public boolean isJoined() {
			return true;
		}

		@Override
		public boolean hears(String topic) {
			return false;
		}

	}

}
