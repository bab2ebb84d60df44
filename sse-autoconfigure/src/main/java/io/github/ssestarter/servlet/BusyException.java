package io.github.ssestarter.servlet;

/**
 * There is no room for a stream.
 */
final class BusyException extends RuntimeException {

	BusyException(String message) {
		super(message);
	}

}
