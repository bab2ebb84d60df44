package io.github.ssestarter.history;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
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
 * Tests for {@link EventHistory}.
 */
class EventHistoryTests {

	private static final EventId START = new EventId(1000, 0, "aaaaaa");

	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1000);

	private EventHistory history = history(4, 1_000_000);

	private EventId last = START;

	@BeforeEach
	void start() {
		this.history.begin(START);
	}

	@Test
	void anEmptyHistoryIsAtItsStart() {
		assertThat(this.history.tail()).isEqualTo(new Cursor(0, START));
		assertThat(this.history.beforeOldest()).isEqualTo(this.history.tail());
		assertThat(this.history.get(1)).isNull();
		assertThat(find(START.toString())).isEqualTo(new Cursor(0, START));
	}

	@Test
	void anEventIsFoundByItsPositionWithItsIdAsTheLastLine() {
		HistoryEntry entry = append("a");
		assertThat(this.history.get(1)).isSameAs(entry);
		assertThat(new String(entry.frame(), StandardCharsets.UTF_8)).isEqualTo("data: a\nid: " + this.last + "\n\n");
		assertThat(this.history.tail()).isEqualTo(new Cursor(1, this.last));
	}

	@Test
	void itIsBoundedByEvents() {
		appendAll("a", "b", "c", "d", "e", "f");
		assertThat(held()).containsExactly(3L, 4L, 5L, 6L);
		assertThat(this.history.beforeOldest().position()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 5, 7, 8, 9 })
	void itHoldsExactlyAsManyEventsAsItMay(int maxEvents) {
		this.history = history(maxEvents, 1_000_000);
		this.history.begin(START);
		for (int i = 1; i <= 30; i++) {
			append("x" + i);
			assertThat(held()).hasSize(Math.min(i, maxEvents)).endsWith((long) i);
		}
	}

	@Test
	void itIsBoundedByBytes() {
		long size = append("a").frame().length;
		this.history = history(100, 3 * size);
		this.history.begin(START);
		this.last = START;
		appendAll("a", "b", "c");
		assertThat(held()).containsExactly(1L, 2L, 3L);
		append("d");
		assertThat(held()).containsExactly(2L, 3L, 4L);
		append("x".repeat((int) (2 * size)));
		assertThat(held()).containsExactly(5L);
	}

	@Test
	void anEventThatIsLargerThanAllThatMayBeHeldIsHeldUntilTheNext() {
		this.history = history(100, 10);
		this.history.begin(START);
		append("x".repeat(100));
		assertThat(held()).containsExactly(1L);
		append("y");
		assertThat(held()).containsExactly(2L);
	}

	@Test
	void aReaderHasStillToReadTheBytesBehindItsPosition() {
		assertThat(this.history.bytesAfter(0)).isZero();
		appendAll("a", "b");
		long size = append("c").frame().length;
		assertThat(this.history.bytesAfter(0)).isEqualTo(3 * size);
		assertThat(this.history.bytesAfter(2)).isEqualTo(size);
		assertThat(this.history.bytesAfter(3)).isZero();
		assertThat(this.history.bytesAfter(4)).isZero();
		appendAll("d", "e", "f");
		assertThat(this.history.bytesAfter(1)).as("what is evicted cannot be read").isEqualTo(4 * size);
	}

	@Test
	void itIsBoundedByAgeOnAClockThatMayOverflow() {
		append("a");
		this.nanoTime.addAndGet(TimeUnit.MINUTES.toNanos(1));
		append("b");
		assertThat(held()).containsExactly(1L, 2L);
		this.nanoTime.addAndGet(1);
		this.history.expire();
		assertThat(held()).containsExactly(2L);
		this.nanoTime.addAndGet(TimeUnit.MINUTES.toNanos(1));
		this.history.expire();
		assertThat(held()).isEmpty();
		assertThat(this.history.beforeOldest()).isEqualTo(this.history.tail());
		append("c");
		assertThat(held()).containsExactly(3L);
	}

	@Test
	void whatIsEvictedIsMarked() {
		HistoryEntry a = append("a", SseAudience.topic("a"), null);
		HistoryEntry b = append("b", SseAudience.topic("b"), null);
		appendAll("1", "2", "3", "4");
		assertThat(lastEvicted(new Key(Kind.TOPIC, "a"))).isEqualTo(a.cursor());
		assertThat(lastEvicted(new Key(Kind.TOPIC, "b"))).isEqualTo(b.cursor());
		assertThat(lastEvicted(new Key(Kind.EVERYONE, ""))).isEqualTo(new Cursor(0, START));
	}

	@Test
	void aPatternIsMarkedFromTheFirstThatJoinsItToTheLastThatLeavesIt() {
		Key pattern = new Key(Kind.TOPIC, "a/*");
		HistoryEntry first = append("1", SseAudience.topic("a/1"), null);
		appendAll("1", "2", "3", "4");
		this.history.addPattern("a/*");
		assertThat(lastEvicted(pattern)).isEqualTo(first.cursor());
		this.history.addPattern("a/*");
		this.history.removePattern("a/*");
		HistoryEntry second = append("2", SseAudience.topic("a/2"), null);
		appendAll("1", "2", "3", "4");
		assertThat(lastEvicted(pattern)).isEqualTo(second.cursor());
		this.history.removePattern("a/*");
		assertThat(this.history.patterns().matching("a/1")).isEmpty();
		assertThat(lastEvicted(pattern)).isEqualTo(new Cursor(0, START));
	}

	@Test
	void whatOneThreadHasDoneKeepsNoOtherWaiting() {
		for (Runnable step : List.<Runnable>of(() -> append("a"), () -> this.history.begin(this.last.next(0)),
				() -> findOwn("own"), () -> this.history.addPattern("a/*"), () -> this.history.removePattern("a/*"),
				() -> lastEvicted(new Key(Kind.TOPIC, "a")), this.history::expire)) {
			step.run();
			this.last = this.history.tail().id();
			assertThat(CompletableFuture.supplyAsync(() -> append("b"))).succeedsWithin(10, TimeUnit.SECONDS);
		}
	}

	@Test
	void anOrderToCloseTakesNoPlaceOfAnEvent() {
		appendAll("1", "2");
		long before = this.history.now();
		this.last = this.last.next(0);
		long first = this.history.happens(this.last);
		this.last = this.last.next(0);
		long second = this.history.happens(this.last);
		assertThat(before).isLessThan(first);
		assertThat(first).isLessThan(second);
		assertThat(this.history.tail()).isEqualTo(new Cursor(2, this.last));
		appendAll("3", "4");
		assertThat(this.history.now()).isGreaterThan(second).isEqualTo(LogTime.ofPosition(4));
		assertThat(held()).containsExactly(1L, 2L, 3L, 4L);
		assertThat(lastEvicted(new Key(Kind.TOPIC, "a"))).isEqualTo(new Cursor(0, START));
	}

	@Test
	void anIdOfThisLogIsKnownUpToTheTail() {
		appendAll("a", "b");
		EventId second = this.last;
		appendAll("c");
		assertThat(find(second.toString())).isEqualTo(new Cursor(2, second));
		assertThat(find(this.last.toString())).isEqualTo(new Cursor(3, this.last));
		assertThat(find(this.last.next(0).toString())).isNull();
	}

	@Test
	void anIdOfAnotherGenerationIsNotKnown() {
		appendAll("a", "b");
		assertThat(find(new EventId(this.last.millis(), this.last.counter(), "bbbbbb").toString())).isNull();
		assertThat(find(new EventId(0, 0, "bbbbbb").toString())).isNull();
	}

	@Test
	void anEvictedIdIsKnownAndBeforeAllThatIsHeld() {
		append("a");
		EventId evicted = this.last;
		appendAll("b", "c", "d", "e", "f");
		Cursor found = Objects.requireNonNull(find(evicted.toString()));
		assertThat(found.id()).isEqualTo(evicted);
		assertThat(found.position()).isLessThan(this.history.beforeOldest().position());
	}

	@Test
	void anIdFromBeforeTheStartMayHaveLostAnything() {
		Cursor found = Objects.requireNonNull(find(new EventId(999, 0, "aaaaaa").toString()));
		assertThat(found.position()).isLessThan(this.history.beforeOldest().position());
		Cursor mark = Objects.requireNonNull(lastEvicted(new Key(Kind.TOPIC, "any")));
		assertThat(mark.id()).isEqualTo(START);
	}

	@Test
	void anIdThatIsBetweenTwoIsAtTheEarlier() {
		this.last = new EventId(2000, 0, "aaaaaa");
		this.history.append(this.last, event("a", SseAudience.everyone(), null));
		this.last = new EventId(3000, 0, "aaaaaa");
		this.history.append(this.last, event("b", SseAudience.everyone(), null));
		Cursor found = Objects.requireNonNull(find("2500-7.aaaaaa"));
		assertThat(found.position()).isEqualTo(1);
	}

	@Test
	void aCallersOwnIdStandsInTheFrameAndIsFound() {
		append("a");
		HistoryEntry entry = append("b", SseAudience.everyone(), "order-7");
		append("c");
		assertThat(new String(entry.frame(), StandardCharsets.UTF_8))
			.endsWith("id: " + entry.cursor().id() + "~order-7\n\n");
		assertThat(findOwn("order-7")).isEqualTo(entry.cursor());
		assertThat(findOwn("order-8")).isNull();
	}

	@Test
	void ofEqualOwnIdsTheOldestIsFoundAmongThoseThatAreHeard() {
		append("a", SseAudience.topic("b"), "7");
		HistoryEntry first = append("b", SseAudience.topic("a"), "7");
		append("c", SseAudience.topic("a"), "7");
		assertThat(this.history.findOwn("7", (entry) -> entry.audience().equals(SseAudience.topic("a"))))
			.isEqualTo(first.cursor());
		assertThat(this.history.findOwn("7", (entry) -> false)).isNull();
	}

	@Test
	void anEvictedOwnIdIsNotKnown() {
		append("a", SseAudience.everyone(), "7");
		appendAll("b", "c", "d", "e");
		assertThat(findOwn("7")).isNull();
	}

	@Test
	void anOwnIdThatIsTooOldByNowIsNotKnown() {
		append("a", SseAudience.everyone(), "7");
		this.nanoTime.addAndGet(TimeUnit.MINUTES.toNanos(1) + 1);
		assertThat(findOwn("7")).isNull();
	}

	@Test
	void startedAgainAtItsTailItGoesOn() {
		appendAll("a", "b");
		this.history.begin(this.last);
		assertThat(held()).containsExactly(1L, 2L);
		append("c");
		assertThat(held()).containsExactly(1L, 2L, 3L);
	}

	@Test
	void startedAgainElsewhereItHasLostAllThatWasBetween() {
		appendAll("a", "b");
		EventId before = this.last;
		EventId start = new EventId(5000, 0, "aaaaaa");
		this.history.begin(start);
		this.last = start;
		assertThat(held()).isEmpty();
		Cursor found = Objects.requireNonNull(find(before.toString()));
		assertThat(found.position()).isLessThan(this.history.beforeOldest().position());
		Cursor mark = Objects.requireNonNull(lastEvicted(new Key(Kind.TOPIC, "any")));
		assertThat(mark.id()).isEqualTo(start);
		this.nanoTime.addAndGet(TimeUnit.HOURS.toNanos(1));
		this.history.expire();
		append("c");
		assertThat(held()).containsExactly(4L);
	}

	@Test
	void anEventIsSupersededByTheNextWithItsKeyForItsAudience() {
		HistoryEntry first = appendKeyed("a", "k");
		appendKeyed("b", "k");
		appendKeyed("a", "other");
		assertThat(first.isSupersededBy(Long.MAX_VALUE - 1)).isFalse();
		HistoryEntry second = appendKeyed("a", "k");
		assertThat(first.isSupersededBy(3)).isFalse();
		assertThat(first.isSupersededBy(4)).isTrue();
		appendKeyed("a", "k");
		assertThat(first.isSupersededBy(4)).isTrue();
		assertThat(second.isSupersededBy(4)).isFalse();
		assertThat(second.isSupersededBy(5)).isTrue();
	}

	@Test
	void anotherLogSupersedesNothingOfTheOneBefore() {
		HistoryEntry before = appendKeyed("a", "k");
		this.last = new EventId(9, 0, "bbbbbb");
		this.history.begin(this.last);
		appendKeyed("a", "k");
		assertThat(before.isSupersededBy(Long.MAX_VALUE - 1)).isFalse();
	}

	@Test
	void theEvictionOfWhatIsSupersededLeavesNoMark() {
		appendKeyed("a", "k");
		appendKeyed("a", "k");
		appendAll("1", "2", "3");
		assertThat(lastEvicted(new Key(Kind.TOPIC, "a"))).isEqualTo(new Cursor(0, START));
		append("4");
		assertThat(lastEvicted(new Key(Kind.TOPIC, "a"))).extracting(Cursor::position).isEqualTo(2L);
	}

	private HistoryEntry appendKeyed(String topic, String key) {
		this.last = this.last.next(0);
		return this.history.append(this.last, new Message.Event(SseAudience.topic(topic), new byte[0], null, key));
	}

	private @Nullable Cursor lastEvicted(Key key) {
		Evicted evicted = this.history.lastEvicted(key);
		return (evicted != null) ? evicted.cursor() : null;
	}

	private EventHistory history(int maxEvents, long maxBytes) {
		return new EventHistory(new EventHistory.Limits(maxEvents, maxBytes, Duration.ofMinutes(1)),
				this.nanoTime::get);
	}

	private @Nullable Cursor find(String id) {
		return this.history.find(Objects.requireNonNull(EventId.parse(id), id));
	}

	private @Nullable Cursor findOwn(String id) {
		return this.history.findOwn(id, (entry) -> true);
	}

	private List<Long> held() {
		List<Long> held = new ArrayList<>();
		for (long position = 0; position <= this.history.tail().position() + 5; position++) {
			if (this.history.get(position) != null) {
				held.add(position);
			}
		}
		return held;
	}

	private void appendAll(String... data) {
		for (String one : data) {
			append(one);
		}
	}

	private HistoryEntry append(String data) {
		return append(data, SseAudience.everyone(), null);
	}

	private HistoryEntry append(String data, SseAudience audience, @Nullable String ownId) {
		this.last = this.last.next(0);
		return this.history.append(this.last, event(data, audience, ownId));
	}

	private static Message.Event event(String data, SseAudience audience, @Nullable String ownId) {
		return new Message.Event(audience, ("data: " + data + "\n").getBytes(StandardCharsets.UTF_8), ownId);
	}

}
