package io.github.ssestarter.fanout.shard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Arrays that the feeds of a shard need for one turn, lent to one after the other. Owned
 * by the shard.
 */
final class IntArrays {

	private static final int SMALLEST = 4;

	/** How many numbers are kept in arrays that nobody needs. */
	private static final int MAX_KEPT = 1 << 18;

	/** By the logarithm of their length. */
	private final List<Deque<int[]>> free = new ArrayList<>();

	private int kept;

	IntArrays() {
		for (int i = 0; i < Integer.SIZE; i++) {
			this.free.add(new ArrayDeque<>());
		}
	}

	/**
	 * Takes a full array back for one of twice its length.
	 */
	int[] grow(int[] full) {
		int length = Math.max(SMALLEST, 2 * full.length);
		int[] array = take(length);
		System.arraycopy(full, 0, array, 0, full.length);
		giveBack(full);
		return array;
	}

	private int[] take(int length) {
		int[] array = this.free.get(Integer.numberOfTrailingZeros(length)).poll();
		if (array == null) {
			return new int[length];
		}
		this.kept -= length;
		return array;
	}

	/**
	 * Takes an array back.
	 */
	void giveBack(int[] array) {
		if (array.length > 0 && this.kept + array.length <= MAX_KEPT) {
			this.free.get(Integer.numberOfTrailingZeros(array.length)).push(array);
			this.kept += array.length;
		}
	}

}
