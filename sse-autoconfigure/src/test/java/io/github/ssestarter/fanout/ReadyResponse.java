package io.github.ssestarter.fanout;

import java.io.IOException;

/**
 * A response, and its transport that is always ready. What is written is for whoever
 * extends it.
 */
abstract class ReadyResponse implements AttachedResponse, Transport {

	@Override
	public void prepare() {
	}

	@Override
	public void noContent() {
	}

	@Override
	public void write(byte[] frame) {
	}

	@Override
	public boolean isCommitted() {
		return false;
	}

	@Override
	public Transport detach(TransportListener listener) {
		return this;
	}

	@Override
	public void whenFinished(Runnable callback) {
		callback.run();
	}

	@Override
	public Object connectionKey() {
		return this;
	}

	@Override
	public boolean isReady() {
		return true;
	}

	@Override
	public void write(byte[] bytes, int offset, int length) {
	}

	@Override
	public boolean flush() throws IOException {
		return true;
	}

	@Override
	public void complete() {
	}

	@Override
	public void abort() {
	}

}
