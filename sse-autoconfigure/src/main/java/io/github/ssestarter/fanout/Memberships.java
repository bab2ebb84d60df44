package io.github.ssestarter.fanout;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Where one connection stands in its shard's index. Used by the shard's thread.
 */
final class Memberships {

	private Members[] members = {};

	private int[] positions = {};

	boolean isEmpty() {
		return this.members.length == 0;
	}

	boolean contains(Members one) {
		for (Members candidate : this.members) {
			if (candidate == one) {
				return true;
			}
		}
		return false;
	}

	void add(Members one, int position) {
		int count = this.members.length;
		this.members = Arrays.copyOf(this.members, count + 1);
		this.positions = Arrays.copyOf(this.positions, count + 1);
		this.members[count] = one;
		this.positions[count] = position;
	}

	/**
	 * Another connection was removed, and this one took its place.
	 */
	void moved(Members one, int position) {
		for (int i = 0; i < this.members.length; i++) {
			if (this.members[i] == one) {
				this.positions[i] = position;
				return;
			}
		}
	}

	/**
	 * Removes the connection from where it stands.
	 * @param condition whether to remove it there
	 */
	void removeIf(Predicate<Members> condition) {
		int kept = 0;
		for (int i = 0; i < this.members.length; i++) {
			if (condition.test(this.members[i])) {
				this.members[i].remove(this.positions[i]);
			}
			else {
				this.members[kept] = this.members[i];
				this.positions[kept++] = this.positions[i];
			}
		}
		this.members = Arrays.copyOf(this.members, kept);
		this.positions = Arrays.copyOf(this.positions, kept);
	}

}
