package io.github.ssestarter.starter.testsupport;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * Checks that a stream of {@link NumberedEvents} has each number after its beginning
 * once, in order. One thread writes it.
 */
public final class Sequence implements EventClient.Listener {

	private volatile @Nullable EventClient client;

	private volatile @Nullable String openedAt;

	private volatile int first = -1;

	private volatile int next;

	private volatile @Nullable String failure;

	@Override
	public void opened(EventClient client) {
		this.client = client;
	}

	@Override
	public void block(EventClient client, Block block) {
		block(block);
	}

	public void block(Block block) {
		if (!block.isEvent()) {
			if (this.openedAt == null) {
				this.openedAt = block.id();
			}
			return;
		}
		if (!"n".equals(block.name())) {
			fail("got " + block);
			return;
		}
		int number = Integer.parseInt(block.requireData());
		if (this.first < 0) {
			this.first = number;
		}
		else if (number != this.next) {
			fail("got " + number + " where " + this.next + " was to come");
		}
		this.next = number + 1;
	}

	@Override
	public void ended(EventClient client, @Nullable IOException failure) {
		if (failure != null) {
			fail("broke: " + failure);
		}
	}

	void fail(String text) {
		if (this.failure == null) {
			this.failure = text;
		}
	}

	public boolean isOpen() {
		return this.openedAt != null;
	}

	/**
	 * The number after the last that has come.
	 */
	public int next() {
		return this.next;
	}

	/**
	 * Leaves. On the clients' thread.
	 */
	public void cut() {
		EventClient client = this.client;
		if (client != null) {
			client.cut();
		}
	}

	/**
	 * What is wrong with what has come so far, {@code null} if nothing is.
	 */
	public @Nullable String fault(NumberedEvents events) {
		String openedAt = this.openedAt;
		if (this.failure != null) {
			return this.failure;
		}
		if (openedAt == null) {
			return (this.first >= 0) ? "began without an opening" : null;
		}
		int expected = events.firstAfter(openedAt);
		return (this.first >= 0 && this.first != expected) ? "began with " + this.first + " instead of " + expected
				: null;
	}

}
