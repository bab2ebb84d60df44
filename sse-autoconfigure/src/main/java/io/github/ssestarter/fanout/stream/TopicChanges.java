package io.github.ssestarter.fanout.stream;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiConsumer;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.history.Cursor;

/**
 * Joins and leaves topics for a stream, whoever asks for it. Waits for the application,
 * without a lock.
 */
final class TopicChanges {

	private final StreamContext context;

	private final StreamLife stream;

	TopicChanges(StreamContext context, StreamLife stream) {
		this.context = context;
		this.stream = stream;
	}

	/**
	 * Joins what the stream may hear.
	 * @param names topics or patterns
	 * @param isFromBeginning whether a stream that resumes hears them from wherever it
	 * begins
	 * @param answered takes what of it is allowed and what is refused, before anything is
	 * joined; what it throws is thrown
	 * @param tell tells the stream that it hears something else now
	 */
	void join(Set<String> names, boolean isFromBeginning, BiConsumer<Set<String>, Set<String>> answered,
			Runnable tell) {
		int round = this.stream.accessRound();
		Set<String> refused = refused(names);
		Set<String> allowed = new LinkedHashSet<>(names);
		allowed.removeAll(refused);
		answered.accept(allowed, refused);
		if (!allowed.isEmpty() || refused.isEmpty()) {
			joinAllowed(allowed, isFromBeginning);
			tell.run();
		}
		// Once the shard knows, or what the application sends in answer would not be
		// heard
		this.stream.subscription().count();
		this.context.topics().tell();
		this.stream.askAgain(allowed, round);
		this.stream.completeIfDone();
	}

	/**
	 * What a ticket is not for is not asked for.
	 */
	private Set<String> refused(Set<String> names) {
		Set<String> refused = this.stream.request().beyond(names);
		Set<String> asked = new LinkedHashSet<>(names);
		asked.removeAll(refused);
		refused.addAll(this.stream.refused(asked));
		return refused;
	}

	private void joinAllowed(Set<String> names, boolean isFromBeginning) {
		AttachedPhase attached = this.stream.attached();
		// Before the tail: an event between the two is before the place that the client
		// is told, and never one that it does not hear and could not ask for
		long now = this.context.history().now();
		Cursor tail = this.context.history().tail();
		this.stream.subscription()
			.join(names, now, isFromBeginning && attached != null && attached.start().isResumed(),
					this.context.settings().topics().maxPerStream());
		if (attached != null) {
			attached.start().listen(tail);
		}
	}

	/**
	 * Leaves topics; what was sent to them before is still received.
	 * @param names topics or patterns
	 * @param tell tells the stream, if it goes on, that it hears something else now
	 */
	void leave(Set<String> names, Runnable tell) {
		this.stream.subscription().leave(names, this.context.history().now());
		if (this.stream.isOpen()) {
			tell.run();
		}
		this.context.topics().tell();
		this.stream.completeIfDone();
	}

	SseClosedException forbidden(Set<String> refused) {
		boolean isBeyond = !this.stream.request().beyond(refused).isEmpty();
		return new SseClosedException(SseCloseReason.FORBIDDEN,
				"The stream may not join '" + String.join("', '", refused) + "': "
						+ ((isBeyond) ? "its ticket is for other topics" : "the SseAuthorizer does not allow it"));
	}

}
