package io.github.ssestarter.test;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.jspecify.annotations.Nullable;

/**
 * How a stream ended.
 *
 * @param kind who ended it, and whether in order
 * @param description what to tell of it
 * @param cause what broke it, if anything
 */
record StreamEnd(Kind kind, String description, @Nullable Exception cause) {

	static final StreamEnd COMPLETE = new StreamEnd(Kind.COMPLETE, Kind.COMPLETE.description(), null);

	static StreamEnd broken(Exception cause) {
		return new StreamEnd(Kind.BROKEN, Kind.BROKEN.description() + " (" + cause.getMessage() + ")", cause);
	}

	static StreamEnd local(String description) {
		return new StreamEnd(Kind.LOCAL, description, null);
	}

	UncheckedIOException failure(String message) {
		IOException io = (this.cause instanceof IOException ex) ? ex : new IOException(this.description, this.cause);
		return new UncheckedIOException(message, io);
	}

	enum Kind {

		/**
		 * The server sent all of the response and said so.
		 */
		COMPLETE("ended by the server"),

		/**
		 * The connection went, or made no sense, in the middle of the response.
		 */
		BROKEN("broken"),

		/**
		 * The client went.
		 */
		LOCAL("left by this client");

		private final String description;

		Kind(String description) {
			this.description = description;
		}

		String description() {
			return this.description;
		}

	}

}
