package io.github.ssestarter.test;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * What arrived, in order: the latest of it to look at, and the part not yet taken. Not
 * safe for use by several threads.
 *
 * @param <T> the type of what arrives
 */
final class Inbox<T> {

	private final int limit;

	private final Deque<T> latest = new ArrayDeque<>();

	private final Deque<T> untaken = new ArrayDeque<>();

	private long count;

	private long lost;

	Inbox(int limit) {
		this.limit = limit;
	}

	void add(T item) {
		this.count++;
		this.latest.add(item);
		this.untaken.add(item);
		if (this.latest.size() > this.limit) {
			this.latest.remove();
		}
		if (this.untaken.size() > this.limit) {
			this.untaken.remove();
			this.lost++;
		}
	}

	/**
	 * Return what was not taken, in words.
	 * @return the next, the number of those lost, or {@code null} if nothing came
	 */
	@Nullable String untaken() {
		T next = this.untaken.peek();
		String lost = (this.lost > 0) ? this.lost + " not kept" : null;
		return (next != null) ? next.toString() : lost;
	}

	/**
	 * Return whether one that was not taken meets a condition.
	 * @param condition what it has to meet
	 * @return {@code true} if one does
	 */
	boolean has(Predicate<T> condition) {
		return this.untaken.stream().anyMatch(condition);
	}

	/**
	 * Take the next that meets a condition, and all before it.
	 * @param condition what it has to meet
	 * @return what was taken, or {@code null} if none meets it or any were lost
	 */
	@Nullable T take(Predicate<T> condition) {
		T next = (this.lost == 0) ? this.untaken.poll() : null;
		while (next != null && !condition.test(next)) {
			next = this.untaken.poll();
		}
		return next;
	}

	List<T> latest() {
		return List.copyOf(this.latest);
	}

	/**
	 * Return how many arrived since the beginning.
	 * @return the count, of those no longer kept too
	 */
	long count() {
		return this.count;
	}

	/**
	 * Return how many had to go, to keep within the limit, before they were taken.
	 * @return the count of those lost
	 */
	long lost() {
		return this.lost;
	}

}
