package io.github.ssestarter.fanout.shard;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryEntry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Mailbox}.
 */
@Timeout(60)
class MailboxTests {

	private static final SseAudience HEARD = SseAudience.topic("heard");

	private static final SseAudience OTHER = SseAudience.topic("other");

	private static final int ONE = 1;

	private static final int TWO = 2;

	private final EventHistory history = new EventHistory(
			new EventHistory.Limits(1_000, 1_000_000, Duration.ofMinutes(10)), () -> 0);

	private final Mailbox<Sender> mailbox = new Mailbox<>(this.history, HEARD::equals, Duration.ofMillis(1));

	private final Sender sender = new Sender();

	private EventId last = new EventId(1000, 0, "aaaaaa");

	private @Nullable Thread shard;

	/** How often the shard was woken. */
	private final AtomicInteger turns = new AtomicInteger();

	/** How many orders it has taken. */
	private final AtomicInteger taken = new AtomicInteger();

	private volatile Cursor cursor = this.history.tail();

	@BeforeEach
	void start() {
		this.history.begin(this.last);
		this.cursor = this.history.tail();
	}

	@AfterEach
	void stop() throws InterruptedException {
		this.mailbox.stop();
		if (this.shard != null) {
			this.shard.join(20_000);
			assertThat(this.shard.isAlive()).isFalse();
		}
	}

	@Test
	void signalsOfOneSenderAreTakenTogetherAndItStandsInTheQueueOnce() {
		this.mailbox.signal(this.sender, ONE);
		this.mailbox.signal(this.sender, TWO);
		assertThat(this.mailbox.hasMail()).isTrue();
		assertThat(this.mailbox.pollSignalled()).isSameAs(this.sender);
		assertThat(this.mailbox.pollSignalled()).isNull();
		assertThat(this.sender.takeSignals()).isEqualTo(ONE | TWO);
		assertThat(this.sender.takeSignals()).isZero();
	}

	@Test
	void aSenderWhoseSignalsWereTakenIsHeardAgain() {
		this.mailbox.signal(this.sender, ONE);
		this.mailbox.pollSignalled();
		this.sender.takeSignals();
		this.mailbox.signal(this.sender, TWO);
		assertThat(this.mailbox.pollSignalled()).isSameAs(this.sender);
		assertThat(this.sender.takeSignals()).isEqualTo(TWO);
	}

	@Test
	void whatIsNotedIsTakenOnceTheSenderIsDelivered() {
		this.sender.note(ONE);
		assertThat(this.mailbox.hasMail()).isFalse();
		this.mailbox.signal(this.sender, TWO);
		assertThat(this.mailbox.hasMail()).as("Nobody delivered it").isFalse();
		this.mailbox.deliver(this.sender);
		assertThat(this.mailbox.pollSignalled()).isSameAs(this.sender);
		assertThat(this.sender.takeSignals()).isEqualTo(ONE | TWO);
	}

	@Test
	void ordersAreTakenInTheOrderInWhichTheyCame() {
		for (int i = 0; i < 3; i++) {
			this.mailbox.order(order(OTHER));
		}
		assertThat(this.mailbox.orderCount()).isEqualTo(3);
		for (int i = 1; i <= 3; i++) {
			assertThat(this.mailbox.pollOrder()).extracting(Order::time).isEqualTo((long) i);
		}
		assertThat(this.mailbox.pollOrder()).isNull();
		assertThat(this.mailbox.orderCount()).isZero();
		assertThat(this.mailbox.hasMail()).isFalse();
	}

	@Test
	void eventsThatNobodyHearsMoveAParkedShardOn() {
		run();
		for (int i = 0; i < 100; i++) {
			append(OTHER);
			assertThat(this.mailbox.position(this.cursor)).isEqualTo(this.history.tail());
		}
		assertThat(this.turns).hasValue(0);
		append(HEARD);
		awaitTurns(1);
		assertThat(this.cursor).isEqualTo(this.history.tail());
	}

	@Test
	void aShardThatWasMovedOnWakesWhereItWasMovedTo() {
		run();
		append(OTHER);
		append(OTHER);
		this.mailbox.signal(this.sender, ONE);
		awaitTurns(1);
		assertThat(this.cursor).isEqualTo(this.history.tail());
	}

	@Test
	void aNewLogWakesAParkedShard() {
		run();
		this.history.begin(new EventId(1, 0, "bbbbbb"));
		this.mailbox.wake();
		awaitTurns(1);
		assertThat(this.cursor).isEqualTo(this.history.tail());
	}

	@Test
	void aShardThatSkippedAnEventIsNotMovedOverIt() {
		run();
		HistoryEntry first = this.history.append(next(), event(OTHER));
		HistoryEntry second = this.history.append(next(), event(OTHER));
		this.mailbox.appended(second);
		awaitTurns(1);
		assertThat(this.cursor).isEqualTo(second.cursor()).isNotEqualTo(first.cursor());
	}

	@Test
	void anOrderThatNobodyIsConcernedByWakesNobody() {
		run();
		for (int i = 0; i < 64; i++) {
			this.mailbox.order(order(OTHER));
		}
		assertThat(this.turns).hasValue(0);
		assertThat(this.mailbox.orderCount()).isEqualTo(64);
	}

	@Test
	void atMost64SuchOrdersWait() {
		run();
		for (int i = 0; i < 65; i++) {
			this.mailbox.order(order(OTHER));
		}
		awaitTurns(1);
		assertThat(this.mailbox.orderCount()).isZero();
	}

	@Test
	void anOrderThatSomebodyIsConcernedByWakesTheShardAndTakesTheOthersWithIt() {
		run();
		this.mailbox.order(order(OTHER));
		this.mailbox.order(order(HEARD));
		awaitTurns(1);
		assertThat(this.mailbox.orderCount()).isZero();
	}

	@Test
	void anOrderThatWaitsIsTakenWithWhateverElseWakesTheShard() {
		run();
		this.mailbox.order(order(OTHER));
		append(HEARD);
		awaitTurns(1);
		assertThat(this.mailbox.orderCount()).isZero();
	}

	@Test
	void aShardDoesNotParkWhileAnOrderWaits() {
		this.mailbox.order(order(OTHER));
		run();
		awaitTurns(1);
		assertThat(this.mailbox.orderCount()).isZero();
	}

	@Test
	void noOrderIsLostWhenSeveralGiveThemWhileTheShardTurnsAndParks() throws Exception {
		run();
		int count = 20_000;
		CountDownLatch isDone = new CountDownLatch(2);
		for (int i = 0; i < 2; i++) {
			SseAudience audience = (i == 0) ? OTHER : HEARD;
			new Thread(() -> {
				for (int n = 0; n < count; n++) {
					this.mailbox.order(new Order(new Message.Close(audience, new byte[0]), n, 0));
				}
				isDone.countDown();
			}).start();
		}
		assertThat(isDone.await(30, TimeUnit.SECONDS)).isTrue();
		this.mailbox.order(order(HEARD));
		await().atMost(Duration.ofSeconds(20)).until(() -> this.taken.get() == 2 * count + 1);
		assertThat(this.mailbox.orderCount()).isZero();
	}

	@Test
	void aShardWithConnectionsWakesWhenItsTimeHasCome() throws Exception {
		AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
		this.mailbox.open();
		this.mailbox.park(this.cursor, true, now.get() - 1, now::get);
		assertThat(this.mailbox.resume(this.cursor)).isEqualTo(this.cursor);
		this.mailbox.park(this.cursor, true, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20), System::nanoTime);
		assertThat(this.mailbox.isParked()).as("Its position is its own again only once it resumes").isTrue();
		this.mailbox.resume(this.cursor);
		assertThat(this.mailbox.isParked()).isFalse();
	}

	@Test
	void aShardThatAlwaysHasMoreToDoRestsBetweenTurnsUnlessAWholeTurnWaits() throws Exception {
		Mailbox<Sender> restful = new Mailbox<>(this.history, HEARD::equals, Duration.ofMinutes(10));
		Cursor behind = this.cursor;
		append(OTHER);
		AtomicInteger turns = new AtomicInteger();
		Thread shard = new Thread(() -> {
			for (int i = 0; i < 10; i++) {
				restful.park(behind, true, 0, () -> 0);
				restful.resume(behind);
				turns.incrementAndGet();
			}
		});
		shard.start();
		await().until(() -> shard.getState() == Thread.State.TIMED_WAITING);
		assertThat(turns).as("The first turns follow one another").hasValue(8);
		for (int i = 1; i < Shard.MAX_EVENTS; i++) {
			append(OTHER);
		}
		LockSupport.unpark(shard);
		shard.join(20_000);
		assertThat(turns).as("It is behind by a whole turn").hasValue(10);
	}

	@Test
	void aShardThatIsStoppedDoesNotPark() {
		this.mailbox.stop();
		this.mailbox.open();
		this.mailbox.park(this.cursor, false, 0, () -> 0);
		assertThat(this.mailbox.isStopping()).isTrue();
	}

	/**
	 * A shard that does nothing but take what came, and park again.
	 */
	private void run() {
		this.shard = new Thread(() -> {
			this.mailbox.open();
			while (!this.mailbox.isStopping()) {
				this.mailbox.park(this.cursor, false, 0, () -> 0);
				this.mailbox.resume(this.cursor);
				this.cursor = this.history.tail();
				Sender signalled = this.mailbox.pollSignalled();
				if (signalled != null) {
					signalled.takeSignals();
				}
				while (this.mailbox.pollOrder() != null) {
					this.taken.incrementAndGet();
				}
				this.turns.incrementAndGet();
			}
		});
		this.shard.start();
		await().atMost(Duration.ofSeconds(20))
			.pollInterval(Duration.ofMillis(1))
			.until(() -> this.turns.get() > 0
					|| (this.mailbox.isParked() && this.shard.getState() == Thread.State.TIMED_WAITING));
	}

	private void awaitTurns(int turns) {
		await().atMost(Duration.ofSeconds(20))
			.pollInterval(Duration.ofMillis(1))
			.until(() -> this.turns.get() >= turns && this.mailbox.isParked());
	}

	private void append(SseAudience audience) {
		this.mailbox.appended(this.history.append(next(), event(audience)));
	}

	private static Message.Event event(SseAudience audience) {
		return new Message.Event(audience, new byte[0], null);
	}

	private Order order(SseAudience audience) {
		return new Order(new Message.Close(audience, new byte[0]), this.history.happens(next()), 0);
	}

	private EventId next() {
		this.last = this.last.next(1000);
		return this.last;
	}

	private static final class Sender extends Mailbox.Sender {

	}

}
