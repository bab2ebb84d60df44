package io.github.ssestarter.fanout.hearing;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/**
 * The topics to which nothing more comes, for as long as that is known. Any thread.
 */
public final class Completions {

	/** The oldest are forgotten before their time, if there are more. */
	private static final int MAX = 10_000;

	private final long keep;

	private final LongSupplier nanoTime;

	/** In the order in which they came. */
	@GuardedBy("this")
	private final Map<String, Known> known = new LinkedHashMap<>();

	/** Whether there are any: most applications complete none. */
	private volatile boolean hasAny;

	/**
	 * Nothing is complete.
	 * @param keep how long it is known that a topic is
	 * @param nanoTime a clock that cannot jump
	 */
	public Completions(Duration keep, LongSupplier nanoTime) {
		this.keep = keep.toNanos();
		this.nanoTime = nanoTime;
	}

	/**
	 * A topic is complete. What was completed before stays as it was.
	 * @return where it ended
	 */
	public synchronized Completion add(String topic, Completion completion) {
		forgetOld();
		Known added = this.known.computeIfAbsent(topic, (name) -> new Known(completion, this.nanoTime.getAsLong()));
		this.hasAny = true;
		if (this.known.size() > MAX) {
			Iterator<Known> oldest = this.known.values().iterator();
			oldest.next();
			oldest.remove();
		}
		return added.completion();
	}

	/**
	 * Another log begins: its positions are others.
	 */
	public synchronized void clear() {
		this.known.clear();
		this.hasAny = false;
	}

	@GuardedBy("this")
	private void forgetOld() {
		long before = this.nanoTime.getAsLong() - this.keep;
		Iterator<Known> oldest = this.known.values().iterator();
		while (oldest.hasNext() && oldest.next().since() - before <= 0) {
			oldest.remove();
		}
		this.hasAny = !this.known.isEmpty();
	}

	/**
	 * Where the last of all that a stream hears ended.
	 * @return the end, {@code null} if it hears anything that is not complete
	 */
	public @Nullable Completion ofAll(Subscription subscription) {
		return (this.hasAny && subscription.hearsTopicsOnly()) ? ofAll(subscription.topics().open()) : null;
	}

	/**
	 * Whether no topic is known to be complete.
	 */
	public boolean isEmpty() {
		return !this.hasAny;
	}

	/**
	 * Where the last of some topics ended.
	 * @return the end, {@code null} if one is not complete, or there is none
	 */
	public synchronized @Nullable Completion ofAll(Set<String> topics) {
		if (!this.hasAny) {
			return null;
		}
		forgetOld();
		Completion last = null;
		for (String topic : topics) {
			Known one = this.known.get(topic);
			if (one == null) {
				return null;
			}
			last = (last == null || last.position() <= one.completion().position()) ? one.completion() : last;
		}
		return last;
	}

	/**
	 * What is known.
	 *
	 * @param since when it came
	 */
	private record Known(Completion completion, long since) {
	}

}
