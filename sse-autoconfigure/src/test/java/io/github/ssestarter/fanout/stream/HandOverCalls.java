package io.github.ssestarter.fanout.stream;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;

/**
 * Calls of a detached stream, in which nothing excuses that something is lost.
 */
public class HandOverCalls {

	final HandOver stream = new HandOver();

	private final SendLog sends = new SendLog();

	private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

	/** What a call has found to be decided. */
	private final ConcurrentLinkedQueue<SseCloseReason> seen = new ConcurrentLinkedQueue<>();

	volatile boolean isStarted;

	private volatile boolean isCompleting;

	volatile boolean isOrdered;

	volatile boolean isGone;

	public HandOverCalls() {
		this(true);
	}

	HandOverCalls(boolean isStarted) {
		if (isStarted) {
			begin();
		}
	}

	final void begin() {
		if (!this.isStarted) {
			this.stream.start();
			this.isStarted = true;
		}
	}

	@Operation
	public boolean send() {
		boolean isEnded = !this.seen.isEmpty();
		int number = this.sends.begin();
		SseCloseReason refused = this.stream.send(number);
		if (refused == null) {
			this.sends.taken(number);
			if (isEnded) {
				this.faults.add(number + " was taken after the end");
			}
		}
		else {
			this.seen.add(refused);
		}
		return refused == null;
	}

	@Operation
	public void complete() {
		this.isCompleting = true;
		this.stream.complete();
		ended();
	}

	/**
	 * A call has ended the stream, or has come too late to.
	 */
	final void ended() {
		SseCloseReason decided = this.stream.decided();
		if (decided != null) {
			this.seen.add(decided);
		}
		else {
			this.faults.add("not ended by a call that ends");
		}
	}

	@Operation
	public void block() {
		this.stream.transport().block();
	}

	@Operation
	public void ready() {
		this.stream.transport().unblock();
	}

	@Operation(nonParallelGroup = "shard")
	public void turn() {
		this.stream.turn();
	}

	/**
	 * Lets the shard come to rest, and looks.
	 */
	@Validate
	public void isLeftInOrder() {
		look();
	}

	private void look() {
		begin();
		if (!this.isOrdered) {
			this.stream.transport().unblock();
		}
		this.stream.settle();
		this.stream.passEndTimeout();
		this.stream.settle();
		List<Integer> received = this.stream.received();
		Set<SseCloseReason> reasons = reasons();
		List<SseCloseReason> ends = this.stream.ends();
		SseCloseReason end = (ends.isEmpty()) ? null : ends.get(0);
		ModelTransport transport = this.stream.transport();
		check(this.faults.isEmpty(), "faults", this.faults);
		check(transport.violation() == null, "the container", transport.violation());
		String text = transport.text();
		check(text.isEmpty() || text.startsWith("retry: "), "opening", text);
		check(this.sends.isInOrder(received), "order", received);
		check(ends.size() == ((reasons.isEmpty()) ? 0 : 1) && reasons.containsAll(ends), "ends", ends);
		check(this.stream.decided() == end, "decided", this.stream.decided());
		check(this.seen.stream().allMatch((one) -> one == end), "told", this.seen);
		check(this.isGone || !transport.isDetached() || transport.isEnded() == !reasons.isEmpty(),
				"response ended, or not, after", reasons);
		check(this.isGone || this.isOrdered || received.containsAll(this.sends.taken()), "received", received);
	}

	/** Not by AssertJ, which the model checker would look into. */
	private static void check(boolean isGood, String what, @Nullable Object found) {
		if (!isGood) {
			throw new IllegalStateException(what + ": " + found);
		}
	}

	private Set<SseCloseReason> reasons() {
		Set<SseCloseReason> reasons = EnumSet.noneOf(SseCloseReason.class);
		if (this.isCompleting) {
			reasons.add(SseCloseReason.COMPLETED);
		}
		if (this.isOrdered) {
			reasons.add(HandOver.ORDERED);
		}
		if (this.isGone) {
			reasons.add(SseCloseReason.CLIENT_GONE);
		}
		return reasons;
	}

	/**
	 * With ends that do not wait for what was sent.
	 */
	public static class WithEnds extends HandOverCalls {

		public WithEnds() {
		}

		WithEnds(boolean isStarted) {
			super(isStarted);
		}

		@Operation
		public void close() {
			this.isOrdered = true;
			this.stream.close();
			ended();
		}

		@Operation(runOnce = true)
		public void gone() {
			if (this.stream.transport().isDetached()) {
				this.isGone = true;
				this.stream.transport().cut();
				ended();
			}
		}

	}

	/**
	 * Of a stream whose method returns meanwhile.
	 */
	public static class WithStart extends WithEnds {

		public WithStart() {
			super(false);
		}

		@Operation(runOnce = true)
		public void start() {
			begin();
		}

	}

}
