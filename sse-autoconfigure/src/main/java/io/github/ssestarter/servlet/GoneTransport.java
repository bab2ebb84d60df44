package io.github.ssestarter.servlet;

import java.io.IOException;

import io.github.ssestarter.fanout.transport.Transport;

/**
 * What is left of a client that has gone while its stream turned to its second life: the
 * container ends the request.
 */
final class GoneTransport implements Transport {

	private final IOException failure;

	GoneTransport(IOException failure) {
		this.failure = failure;
	}

	@Override
	public boolean isReady() throws IOException {
		throw new IOException("The client has gone", this.failure);
	}

	@Override
	public int write(byte[] bytes, int offset, int length) throws IOException {
		throw new IOException("The client has gone", this.failure);
	}

	@Override
	public boolean flush() throws IOException {
		throw new IOException("The client has gone", this.failure);
	}

	@Override
	public void complete() {
	}

	@Override
	public void abort() {
	}

}
