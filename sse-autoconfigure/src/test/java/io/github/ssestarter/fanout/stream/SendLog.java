package io.github.ssestarter.fanout.stream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was sent in one interleaving, and which of it had been taken before which.
 */
final class SendLog {

	private final List<Integer> taken = new ArrayList<>();

	/** For each number what had been taken before its call. */
	private final Map<Integer, List<Integer>> before = new HashMap<>();

	/**
	 * A call begins.
	 * @return its number
	 */
	synchronized int begin() {
		int number = this.before.size() + 1;
		this.before.put(number, List.copyOf(this.taken));
		return number;
	}

	/**
	 * A call has returned, and was not refused.
	 */
	synchronized void taken(int number) {
		this.taken.add(number);
	}

	synchronized List<Integer> taken() {
		return List.copyOf(this.taken);
	}

	/**
	 * Whether each number came once at most, and after all that had been taken before its
	 * call.
	 */
	synchronized boolean isInOrder(List<Integer> received) {
		for (int i = 0; i < received.size(); i++) {
			List<Integer> earlier = received.subList(0, i);
			Integer number = received.get(i);
			if (earlier.contains(number) || !earlier.containsAll(this.before.getOrDefault(number, List.of()))) {
				return false;
			}
		}
		return true;
	}

}
