package io.github.ssestarter.fanout;

import java.util.Arrays;

import io.github.ssestarter.SseAudience.Key;

/**
 * The connections of a shard that one name finds, in no order.
 */
final class Members {

	private final Key key;

	private Connection[] connections = {};

	private int size;

	Members(Key key) {
		this.key = key;
	}

	Key key() {
		return this.key;
	}

	int size() {
		return this.size;
	}

	Connection get(int position) {
		return this.connections[position];
	}

	Connection[] toArray() {
		return Arrays.copyOf(this.connections, this.size);
	}

	/**
	 * Adds a connection at the end.
	 * @return its position
	 */
	int add(Connection connection) {
		if (this.size == this.connections.length) {
			this.connections = Arrays.copyOf(this.connections, Math.max(1, this.size + (this.size >> 1) + 1));
		}
		this.connections[this.size] = connection;
		return this.size++;
	}

	/**
	 * Removes the connection at a position: the last one takes its place.
	 */
	void remove(int position) {
		Connection last = this.connections[--this.size];
		this.connections[this.size] = null;
		if (position < this.size) {
			this.connections[position] = last;
			last.memberships().moved(this, position);
		}
		if (this.size < this.connections.length / 4) {
			this.connections = Arrays.copyOf(this.connections, this.size + (this.size >> 1));
		}
	}

}
