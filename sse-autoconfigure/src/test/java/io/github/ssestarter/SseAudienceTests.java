package io.github.ssestarter;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ssestarter.SseAudience.Key;
import io.github.ssestarter.SseAudience.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SseAudience}.
 */
class SseAudienceTests {

	private static final Stream ALICE = new Stream(true, Set.of("a", "b"), "alice", "c1");

	private static final Stream BOB = new Stream(true, Set.of("b"), "bob", "c2");

	private static final Stream NOBODY = new Stream(true, Set.of(), null, "c3");

	private static final Stream KEPT = new Stream(false, Set.of(), "alice", "c4");

	@Test
	void everyoneIsEveryJoinedStream() {
		assertThat(members(SseAudience.everyone())).containsExactly(ALICE, BOB, NOBODY);
	}

	@Test
	void aTopicIsTheStreamsThatHaveJoinedIt() {
		assertThat(members(SseAudience.topic("a"))).containsExactly(ALICE);
		assertThat(members(SseAudience.topic("b"))).containsExactly(ALICE, BOB);
		assertThat(members(SseAudience.topic("c"))).isEmpty();
	}

	@Test
	void aUserIsTheJoinedStreamsOfThatUser() {
		assertThat(members(SseAudience.user("alice"))).containsExactly(ALICE);
		assertThat(members(SseAudience.user("null"))).isEmpty();
	}

	@Test
	void aClientIsReachedJoinedOrNot() {
		assertThat(members(SseAudience.client("c1"))).containsExactly(ALICE);
		assertThat(members(SseAudience.client("c4"))).containsExactly(KEPT);
	}

	@Test
	void severalNamesMeanAnyOfThem() {
		assertThat(members(SseAudience.topic("a", "x"))).containsExactly(ALICE);
		assertThat(members(SseAudience.user("bob", "alice"))).containsExactly(ALICE, BOB);
		assertThat(members(SseAudience.client(List.of("c3", "c4")))).containsExactly(NOBODY, KEPT);
	}

	@Test
	void andIsWhoBelongsToBoth() {
		assertThat(members(SseAudience.topic("b").and(SseAudience.user("bob")))).containsExactly(BOB);
		assertThat(members(SseAudience.topic("a").and(SseAudience.user("bob")))).isEmpty();
	}

	@Test
	void exceptIsWhoDoesNotBelongToTheOther() {
		assertThat(members(SseAudience.everyone().except(SseAudience.topic("a")))).containsExactly(BOB, NOBODY);
		assertThat(members(SseAudience.topic("b").except(SseAudience.client("c2")))).containsExactly(ALICE);
	}

	@Test
	void noNameAtAllIsRefusedAndNeverMeansEveryone() {
		refused("no topic at all", () -> SseAudience.topic(List.of()));
		refused("no user at all", () -> SseAudience.user(List.of()));
		refused("no client at all", () -> SseAudience.client(Set.of()));
	}

	@Test
	@SuppressWarnings("NullAway")
	void anEmptyOrMissingNameIsRefused() {
		refused("topic", () -> SseAudience.topic(""));
		refused("empty user", () -> SseAudience.user("a", ""));
		refused("empty client", () -> SseAudience.client(""));
		refused("empty user", () -> SseAudience.user((String) null));
		refused("empty topic", () -> SseAudience.topic((String) null));
		refused("empty client", () -> SseAudience.client("a", (String) null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "*", "a/**", "a?", "{x}", "a\nb", "a\rb", "a\0b" })
	void aTopicThatIsNotANameIsRefused(String topic) {
		refused("The name of a topic", () -> SseAudience.topic(topic));
		refused("The name of a topic", () -> SseAudience.topic("a", topic));
		refused("The name of a topic", () -> SseAudience.topic(List.of(topic)));
	}

	@Test
	void audiencesAreValues() {
		SseAudience audience = SseAudience.topic("a", "b").and(SseAudience.user("u"));
		SseAudience same = SseAudience.topic("b", "a", "a").and(SseAudience.user("u"));
		assertThat(audience).isEqualTo(same).hasSameHashCodeAs(same).hasToString("(topic(a, b) and user(u))");
		assertThat(audience).isNotEqualTo(SseAudience.topic("a").and(SseAudience.user("u")));
		assertThat(SseAudience.topic("x")).isNotEqualTo(SseAudience.user("x")).isNotEqualTo(SseAudience.client("x"));
		assertThat(SseAudience.everyone()).hasToString("everyone");
		assertThat(SseAudience.everyone().except(SseAudience.topic("a"))).hasToString("(everyone except topic(a))");
	}

	@Test
	void keysAreThoseOfTheNarrowestPart() {
		assertThat(SseAudience.everyone().keys()).containsExactly(new Key(Kind.EVERYONE, ""));
		assertThat(SseAudience.everyone().and(SseAudience.topic("a")).keys()).containsExactly(new Key(Kind.TOPIC, "a"));
		assertThat(SseAudience.client("c").and(SseAudience.topic("a")).keys())
			.containsExactly(new Key(Kind.CLIENT, "c"));
		assertThat(SseAudience.topic("a", "b").and(SseAudience.topic("c")).keys())
			.containsExactly(new Key(Kind.TOPIC, "c"));
		assertThat(SseAudience.topic("a").except(SseAudience.client("c")).keys())
			.containsExactly(new Key(Kind.TOPIC, "a"));
	}

	private static List<Stream> members(SseAudience audience) {
		return List.of(ALICE, BOB, NOBODY, KEPT).stream().filter(audience::includes).toList();
	}

	private static void refused(String message, Supplier<SseAudience> audience) {
		assertThatIllegalArgumentException().isThrownBy(audience::get).withMessageContaining(message);
	}

	private record Stream(boolean isJoined, Set<String> topics, @Nullable String user,
			String clientId) implements SseAudience.Member {

		@Override
		public boolean hears(String topic) {
			return this.topics.contains(topic);
		}

	}

}
