package io.github.ssestarter.fanout.notice;

import java.time.Duration;

import io.github.ssestarter.SseCloseReason;

/**
 * Is told what the engine does, to count it. Called on whatever thread does it, the
 * engine's among them: returns at once, and throws nothing.
 *
 * @since 0.1.0
 */
public interface EngineListener {

	/**
	 * A stream was opened: its client gets, or is to get, an event stream.
	 */
	default void opened() {
	}

	/**
	 * A stream that was opened has ended.
	 * @param reason why
	 * @param duration how long after its request came
	 */
	default void closed(SseCloseReason reason, Duration duration) {
	}

	/**
	 * An event was given to the broadcaster, and it is decided what became of it.
	 * @param publication what became of it
	 */
	default void published(Publication publication) {
	}

	/**
	 * An event has its place in the log.
	 * @param nanos the time since it was given to the broadcaster
	 */
	default void placed(long nanos) {
	}

	/**
	 * Something was handed to the container for streams. Told once in a turn of a shard
	 * for all its streams, and at each write of an attached one.
	 * @param events how many events of the application, each counted for every stream
	 * that it was for; not what the engine sends of its own accord, such as heartbeats
	 * @param bytes how many bytes, of everything
	 */
	default void wrote(long events, long bytes) {
	}

	/**
	 * A shard has handed new events to the container for all of its streams that were
	 * caught up and ready.
	 * @param nanos the time since the oldest of the events came into this node's history
	 */
	default void handedOut(long nanos) {
	}

	/**
	 * A client is told that it has lost events.
	 */
	default void gap() {
	}

	/**
	 * A client came back with a Last-Event-ID.
	 * @param resumption what it gets
	 */
	default void resumed(Resumption resumption) {
	}

	/**
	 * There was no room for a stream.
	 * @param limit the limit that was reached
	 */
	default void refused(Limit limit) {
	}

	/**
	 * What became of an event that was to be published.
	 */
	enum Publication {

		/** It has its place in the log. */
		ACCEPTED,

		/** It was given up: the backlog was full, or the backplane failed. */
		DROPPED,

		/** The same, and whoever published it was told by the future. */
		FAILED,

		/** It was thrown back at its publisher: not valid, too large, or too wide. */
		REFUSED

	}

	/**
	 * What a client that comes back gets.
	 */
	enum Resumption {

		/** All that it missed. */
		COMPLETE,

		/** A gap, and what is still held. */
		GAP,

		/** A gap, since nobody here knows the id that it presents. */
		UNKNOWN

	}

}
