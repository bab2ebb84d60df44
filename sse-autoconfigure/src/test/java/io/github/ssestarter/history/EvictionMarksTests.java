package io.github.ssestarter.history;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseAudience.Key;
import io.github.ssestarter.SseAudience.Kind;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EvictionMarks}.
 */
class EvictionMarksTests {

	private final TopicPatterns patterns = new TopicPatterns();

	private final EvictionMarks marks = new EvictionMarks(3, this.patterns);

	private long position;

	@Test
	void aKeyOfWhichNothingWasEvictedHasNoMark() {
		assertThat(last(topic("a"))).isNull();
		evict(SseAudience.topic("b"));
		assertThat(last(topic("a"))).isNull();
	}

	@Test
	void theMarkIsTheLastEvictedEventOfEachKey() {
		Cursor first = evict(SseAudience.topic("a", "b"));
		Cursor second = evict(SseAudience.topic("a"));
		assertThat(last(topic("a"))).isEqualTo(second);
		assertThat(last(topic("b"))).isEqualTo(first);
	}

	@Test
	void aPatternHasTheMarkOfWhatItMatches() {
		this.patterns.add("a/*");
		Cursor one = evict(SseAudience.topic("a/1"));
		evict(SseAudience.topic("b/1"));
		assertThat(last(topic("a/*"))).isEqualTo(one);
		Cursor two = evict(SseAudience.topic("a/2"));
		assertThat(last(topic("a/*"))).isEqualTo(two);
	}

	@Test
	void aPatternThatComesLaterIsMarkedByWhatIsRememberedAndByWhatIsForgotten() {
		evict(SseAudience.topic("a/1"));
		Cursor two = evict(SseAudience.topic("a/2"));
		evict(SseAudience.topic("b/1"));
		join("a/*");
		assertThat(last(topic("a/*"))).isEqualTo(two);
		leave("a/*");
		Cursor forgotten = evict(SseAudience.topic("a/3"));
		evict(SseAudience.topic("c", "d", "e"));
		join("a/*");
		assertThat(last(topic("a/*"))).isEqualTo(forgotten);
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/**", "a/{*rest}", "**", "*", "{name}", "?", "a*" })
	void aPatternThatComesLaterIsMarkedByWhatIsNothingButItsBeginning(String pattern) {
		Cursor mark = evict(SseAudience.topic("a"));
		join(pattern);
		assertThat(last(topic(pattern))).isEqualTo(mark);
	}

	@Test
	void aPatternThatComesLaterCountsAsAMarkOfItsOwn() {
		Cursor oldest = evict(SseAudience.topic("a/1"));
		Cursor second = evict(SseAudience.topic("b"));
		evict(SseAudience.topic("c"));
		join("a/*");
		assertThat(last(topic("never"))).isEqualTo(oldest);
		assertThat(last(topic("a/*"))).isEqualTo(oldest);
		assertThat(last(topic("b"))).isEqualTo(second);
	}

	@Test
	void whatIsClearedMayHaveLostAnything() {
		evict(SseAudience.topic("a"));
		Cursor start = new Cursor(9, new EventId(9, 0, "aaaaaa"));
		this.marks.clear(new Evicted(start, 9));
		assertThat(last(topic("a"))).isEqualTo(start);
		assertThat(last(topic("never"))).isEqualTo(start);
	}

	@ParameterizedTest
	@ValueSource(strings = { "users/%d/*", "*/%d/*" })
	void aPatternThatComesCostsALookAtWhatGoesWithIt(String form) {
		EvictionMarks few = marksOfTopics(100);
		EvictionMarks many = marksOfTopics(16_000);
		costOfPatterns(form, few);
		long besideFew = Math.min(costOfPatterns(form, few), costOfPatterns(form, few));
		long besideMany = Math.min(costOfPatterns(form, many), costOfPatterns(form, many));
		assertThat(besideMany).isLessThan(10 * besideFew);
		assertThat(many.last(topic(String.format(form, 1)))).isNotNull();
	}

	private EvictionMarks marksOfTopics(int count) {
		EvictionMarks marks = new EvictionMarks(16_384, this.patterns);
		for (int i = 0; i < count; i++) {
			marks.mark(entry(SseAudience.topic("users/" + i + "/orders")), i);
		}
		return marks;
	}

	/**
	 * What it costs of the processor that patterns come.
	 */
	private long costOfPatterns(String form, EvictionMarks marks) {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		long before = threads.getCurrentThreadCpuTime();
		for (int i = 0; i < 500; i++) {
			String pattern = String.format(form, i % 50);
			this.patterns.add(pattern);
			marks.addPattern(pattern);
			this.patterns.remove(pattern);
			if (i % 50 != 1) {
				marks.removePattern(pattern);
			}
		}
		return threads.getCurrentThreadCpuTime() - before;
	}

	private void join(String pattern) {
		this.patterns.add(pattern);
		this.marks.addPattern(pattern);
	}

	private void leave(String pattern) {
		this.patterns.remove(pattern);
		this.marks.removePattern(pattern);
	}

	@Test
	void topicsUsersAndClientsOfTheSameNameAreNotMixedUp() {
		Cursor topic = evict(SseAudience.topic("x"));
		Cursor user = evict(SseAudience.user("x"));
		assertThat(last(topic("x"))).isEqualTo(topic);
		assertThat(last(new Key(Kind.USER, "x"))).isEqualTo(user);
		assertThat(last(new Key(Kind.CLIENT, "x"))).isNull();
		assertThat(last(new Key(Kind.EVERYONE, ""))).isNull();
	}

	@Test
	void whatWasEvictedLongestAgoIsForgottenFirstAndOneMarkStandsForAllOfIt() {
		evict(SseAudience.topic("a"));
		Cursor b = evict(SseAudience.topic("b"));
		Cursor c = evict(SseAudience.topic("c"));
		Cursor again = evict(SseAudience.topic("a"));
		evict(SseAudience.topic("d"));
		assertThat(last(topic("a"))).isEqualTo(again);
		assertThat(last(topic("c"))).isEqualTo(c);
		for (String forgotten : List.of("b", "never")) {
			assertThat(last(topic(forgotten))).isEqualTo(b);
		}
	}

	@Test
	void anAudienceOfMoreNamesThanThereAreMarksIsForgottenInPart() {
		Cursor all = evict(SseAudience.topic("a", "b", "c", "d", "e"));
		for (String topic : List.of("a", "b", "c", "d", "e", "never")) {
			assertThat(last(topic(topic))).isEqualTo(all);
		}
	}

	@Test
	void whatAnotherWindowLetsGoLaterMovesNoMarkBack() {
		HistoryEntry older = entry(SseAudience.topic("a", "b"));
		HistoryEntry newer = entry(SseAudience.topic("a"));
		this.marks.mark(newer, 1);
		this.marks.mark(older, 2);
		assertThat(this.marks.last(topic("a"))).isEqualTo(new Evicted(newer.cursor(), 2));
		assertThat(this.marks.last(topic("b"))).isEqualTo(new Evicted(older.cursor(), 2));
	}

	private @Nullable Cursor last(Key key) {
		Evicted evicted = this.marks.last(key);
		return (evicted != null) ? evicted.cursor() : null;
	}

	private Cursor evict(SseAudience audience) {
		HistoryEntry entry = entry(audience);
		this.marks.mark(entry, entry.position());
		return entry.cursor();
	}

	private HistoryEntry entry(SseAudience audience) {
		this.position++;
		Cursor cursor = new Cursor(this.position, new EventId(this.position, 0, "aaaaaa"));
		return new HistoryEntry(cursor, new Message.Event(audience, new byte[0], null), 0, 0);
	}

	private static Key topic(String name) {
		return new Key(Kind.TOPIC, name);
	}

}
