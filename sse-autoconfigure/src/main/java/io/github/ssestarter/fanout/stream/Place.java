package io.github.ssestarter.fanout.stream;

import org.jspecify.annotations.Nullable;

/**
 * The place of one stream among those there is room for. Guarded by the
 * {@link Admission}.
 */
final class Place {

	private final Holder holder;

	/** Whose place it has, until it replaces that one. */
	private @Nullable Place replaced;

	private boolean isTaken;

	private boolean isGivenUp;

	private boolean isWriting;

	private boolean hasReturned;

	private boolean isDetached;

	Place(Holder holder, @Nullable Place replaced) {
		this.holder = holder;
		this.replaced = replaced;
	}

	Holder holder() {
		return this.holder;
	}

	@Nullable String user() {
		return this.holder.request().user();
	}

	@Nullable String address() {
		return this.holder.request().address();
	}

	boolean isTaken() {
		return this.isTaken;
	}

	void setTaken(boolean isTaken) {
		this.isTaken = isTaken;
	}

	/**
	 * The stream is written to while its method runs.
	 */
	void setWriting() {
		this.isWriting = true;
	}

	boolean hasReturned() {
		return this.hasReturned;
	}

	/**
	 * The stream's method has returned.
	 * @return whether the stream was written to while it ran
	 */
	boolean returned() {
		this.hasReturned = true;
		return this.isWriting;
	}

	boolean isDetached() {
		return this.isDetached;
	}

	/**
	 * The stream's shard writes to it from now on.
	 */
	void detached() {
		this.isDetached = true;
	}

	/**
	 * The stream has ended.
	 * @return whose place it had, if that stream is still there
	 */
	@Nullable Place giveUp() {
		this.isGivenUp = true;
		return keep();
	}

	/**
	 * The stream has opened: the one that it replaces will not go on.
	 * @return whose place it has, if that stream is still there
	 */
	@Nullable Place keep() {
		Place before = this.replaced;
		this.replaced = null;
		return (before != null && !before.isGivenUp) ? before : null;
	}

	/**
	 * The stream that has a place.
	 */
	interface Holder {

		/**
		 * Who has asked for it.
		 */
		StreamRequest request();

		/**
		 * Finds out whether its client is still there. Returns at once; if the client has
		 * gone, the stream ends a moment later.
		 * @return whether it will be known; not if it cannot be written to, or this was
		 * found out just now
		 */
		boolean probe(long now);

	}

}
