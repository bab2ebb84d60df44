package io.github.ssestarter.fanout.shard;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Timers}.
 */
class TimersTests {

	/** The clock overflows a second later. */
	private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

	private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

	private final Timers timers = new Timers(START);

	private final List<String> fired = new ArrayList<>();

	private final Consumer<Timer> note = (timer) -> this.fired.add(((Named) timer).name);

	@Test
	void thereAreNoneAtFirst() {
		assertThat(this.timers.next() - START).isEqualTo(Timers.HORIZON);
		expireAfter(Duration.ofDays(1));
		assertThat(this.fired).isEmpty();
	}

	@Test
	void oneFiresOnceWhenItsTimeHasCome() {
		schedule("one", Duration.ofMillis(2_500));
		expireAfter(Duration.ofMillis(2_499));
		assertThat(this.fired).isEmpty();
		expireAfter(Duration.ofMillis(2_505));
		assertThat(this.fired).containsExactly("one");
		assertThat(this.timers.next() - START).isGreaterThan(Timers.HORIZON);
		expireAfter(Duration.ofHours(1));
		assertThat(this.fired).containsExactly("one");
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 4, 5, 100, 15_000, 17_179, 17_180, 17_181, 60_000, 36_000_000 })
	void whoWakesWhenTheyAskForItIsNeitherEarlyNorLateByMoreThanASlot(long millis) {
		schedule("one", Duration.ofMillis(millis));
		int wakes = 0;
		long now = START;
		while (this.fired.isEmpty()) {
			now = this.timers.next();
			this.timers.expire(now, this.note);
			wakes++;
		}
		assertThat(now - START - millis * MILLI).isBetween(0L, Timers.WIDTH);
		assertThat(Timers.WIDTH).isLessThan(5 * MILLI);
		assertThat(wakes).isLessThan((int) (2 + millis / 15_000));
	}

	@Test
	void theyFireInTheOrderOfTheirTimes() {
		schedule("third", Duration.ofSeconds(30));
		schedule("second", Duration.ofSeconds(2));
		schedule("first", Duration.ofSeconds(1));
		schedule("first too", Duration.ofSeconds(1));
		expireAfter(Duration.ofSeconds(3));
		expireAfter(Duration.ofSeconds(40));
		assertThat(this.fired).containsExactly("first", "first too", "second", "third");
	}

	@Test
	void oneThatIsScheduledAgainIsMoved() {
		Named later = schedule("later", Duration.ofSeconds(1));
		Named sooner = schedule("sooner", Duration.ofHours(1));
		this.timers.schedule(later, START + Duration.ofSeconds(5).toNanos());
		this.timers.schedule(sooner, START + Duration.ofSeconds(2).toNanos());
		expireAfter(Duration.ofSeconds(3));
		assertThat(this.fired).containsExactly("sooner");
		expireAfter(Duration.ofHours(2));
		assertThat(this.fired).containsExactly("sooner", "later");
	}

	@Test
	void oneWhoseTimeIsOverFiresNext() {
		expireAfter(Duration.ofMinutes(1));
		schedule("over", Duration.ofSeconds(-1));
		long next = this.timers.next();
		assertThat(next - START - Duration.ofMinutes(1).toNanos()).isLessThanOrEqualTo(Timers.WIDTH);
		this.timers.expire(next, this.note);
		assertThat(this.fired).containsExactly("over");
	}

	@Test
	void anActionMayScheduleItsTimerAgainAndAgain() {
		Named timer = schedule("one", Duration.ZERO);
		int[] calls = new int[1];
		for (int i = 1; i <= 3; i++) {
			long now = START + i * 10 * MILLI;
			this.timers.expire(now, (due) -> {
				calls[0]++;
				this.timers.schedule(due, now);
			});
		}
		assertThat(calls[0]).isEqualTo(3);
		assertThat(timer.isScheduled()).isTrue();
	}

	@Test
	void anActionMayCancelAndMoveOthersThatAreDueAsWell() {
		Named cancelled = new Named("cancelled");
		Named moved = new Named("moved");
		Named first = schedule("first", Duration.ofMillis(10));
		this.timers.schedule(cancelled, START + 20 * MILLI);
		this.timers.schedule(moved, START + 20 * MILLI);
		this.timers.expire(START + 40 * MILLI, (due) -> {
			this.note.accept(due);
			if (due == first) {
				this.timers.cancel(cancelled);
				this.timers.schedule(moved, START + 1_000 * MILLI);
			}
		});
		assertThat(this.fired).containsExactly("first");
		expireAfter(Duration.ofSeconds(2));
		assertThat(this.fired).containsExactly("first", "moved");
	}

	@Test
	void anActionThatFailsKeepsTheOthersForTheNextTime() {
		schedule("first", Duration.ofMillis(10));
		schedule("second", Duration.ofMillis(20));
		assertThatIllegalStateException().isThrownBy(() -> this.timers.expire(START + 40 * MILLI, (due) -> {
			throw new IllegalStateException();
		}));
		assertThat(this.timers.next() - START).isLessThanOrEqualTo(40 * MILLI);
		expireAfter(Duration.ofMillis(40));
		assertThat(this.fired).containsExactly("second");
		assertThat(this.timers.next() - START).isGreaterThan(Timers.HORIZON);
	}

	@Test
	void oneThatIsCancelledDoesNotFireAndIsNotKept() {
		schedule("before", Duration.ofSeconds(1));
		WeakReference<Timer> cancelled = new WeakReference<>(schedule("cancelled", Duration.ofSeconds(1)));
		schedule("after", Duration.ofSeconds(1));
		cancel(cancelled);
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			System.gc();
			return cancelled.get() == null;
		});
		expireAfter(Duration.ofSeconds(2));
		assertThat(this.fired).containsExactly("before", "after");
	}

	private void cancel(WeakReference<Timer> reference) {
		Timer timer = reference.get();
		assertThat(timer).isNotNull();
		this.timers.cancel(timer);
		this.timers.cancel(timer);
	}

	@Test
	void timersBeyondTheHorizonDoNotWakeTheShardEachAtAMomentOfItsOwn() {
		Random random = new Random(3);
		for (int i = 0; i < 10_000; i++) {
			expireAfter(Duration.ofMillis(i));
			schedule("far", Duration.ofHours(10).plusNanos(random.nextLong(Duration.ofHours(10).toNanos())));
		}
		int wakes = 0;
		long now = START;
		while (now - START < Duration.ofMinutes(10).toNanos()) {
			now = this.timers.next();
			this.timers.expire(now, this.note);
			wakes++;
		}
		assertThat(this.fired).isEmpty();
		assertThat(wakes).isLessThanOrEqualTo(10 * 60);
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void theyDoWhatANaiveListDoes(long seed) {
		Random random = new Random(seed);
		Map<Timer, Long> expected = new HashMap<>();
		List<Named> all = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			all.add(new Named("t" + i));
		}
		long now = START;
		for (int step = 0; step < 8_000; step++) {
			change(all, random, expected, now);
			if (random.nextInt(4) == 0) {
				now = (random.nextBoolean()) ? later(now, this.timers.next()) : now + distance(random) / 4;
				expire(now, all, random, expected);
			}
		}
		all.forEach(this.timers::cancel);
		assertThat(this.timers.next() - now).as("Wakes for nobody").isGreaterThan(Timers.HORIZON - Timers.WIDTH);
	}

	private static long later(long one, long other) {
		return (one - other > 0) ? one : other;
	}

	private void change(List<Named> all, Random random, Map<Timer, Long> expected, long now) {
		Named timer = all.get(random.nextInt(all.size()));
		if (random.nextInt(3) == 0) {
			this.timers.cancel(timer);
			expected.remove(timer);
		}
		else {
			long at = now + distance(random) - MILLI;
			this.timers.schedule(timer, at);
			expected.put(timer, at);
		}
	}

	private void expire(long now, List<Named> all, Random random, Map<Timer, Long> expected) {
		this.timers.expire(now, (timer) -> {
			Long at = expected.remove(timer);
			assertThat(at).as("Not scheduled").isNotNull();
			assertThat(now - at).as("Early").isGreaterThanOrEqualTo(0);
			assertThat(timer.isScheduled()).isFalse();
			if (random.nextInt(4) == 0) {
				change(all, random, expected, now);
			}
		});
		expected.forEach((timer, at) -> {
			assertThat(timer.isScheduled()).isTrue();
			assertThat(now - at).as("Not fired").isLessThan(Timers.WIDTH + MILLI);
			assertThat(this.timers.next() - now).as("Asks to wake").isPositive();
			assertThat(this.timers.next() - later(now, at)).as("Wakes late").isLessThanOrEqualTo(Timers.WIDTH);
		});
	}

	/**
	 * From a millisecond to hours.
	 */
	private static long distance(Random random) {
		return 1 + random.nextLong(MILLI << random.nextInt(24));
	}

	@Test
	void idleConnectionsCostOneLookInEachIntervalAndAWriteOneMoreAtMost() {
		int count = 100_000;
		long interval = Duration.ofSeconds(15).toNanos();
		long end = START + Duration.ofSeconds(60).toNanos();
		Random random = new Random(4);
		Beating[] beating = new Beating[count];
		for (int i = 0; i < count; i++) {
			beating[i] = new Beating(START - random.nextLong(interval));
			this.timers.schedule(beating[i], beating[i].lastWrite + interval);
		}
		int[] looks = new int[1];
		int[] heartbeats = new int[1];
		int wakes = 0;
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		long cpu = threads.getCurrentThreadCpuTime();
		for (long now = this.timers.next(); now - end < 0; now = this.timers.next()) {
			long time = now;
			beating[random.nextInt(count)].lastWrite = now;
			this.timers.expire(now, (timer) -> {
				Beating one = (Beating) timer;
				looks[0]++;
				if (time - one.lastWrite >= interval) {
					one.lastWrite = time;
					heartbeats[0]++;
				}
				this.timers.schedule(one, one.lastWrite + interval);
			});
			wakes++;
		}
		System.out.printf("%d idle connections, 60 s: %d looks, %d heartbeats, %d wakes, %d ms of CPU%n", count,
				looks[0], heartbeats[0], wakes, (threads.getCurrentThreadCpuTime() - cpu) / MILLI);
		assertThat(looks[0]).isBetween(4 * count - 200, 4 * count + wakes);
		assertThat(heartbeats[0]).isBetween(looks[0] - wakes, looks[0]);
		assertThat(wakes).isLessThanOrEqualTo((int) (60_000 * MILLI / Timers.WIDTH) + 1);
	}

	private Named schedule(String name, Duration after) {
		Named timer = new Named(name);
		this.timers.schedule(timer, START + after.toNanos());
		return timer;
	}

	private void expireAfter(Duration after) {
		this.timers.expire(START + after.toNanos(), this.note);
	}

	private static final class Named extends Timer {

		private final String name;

		Named(String name) {
			this.name = name;
		}

	}

	private static final class Beating extends Timer {

		private long lastWrite;

		Beating(long lastWrite) {
			this.lastWrite = lastWrite;
		}

	}

}
