package io.github.ssestarter.fanout.testsupport;

import java.io.IOException;

import io.github.ssestarter.fanout.transport.AttachedResponse;
import io.github.ssestarter.fanout.transport.Transport;
import io.github.ssestarter.fanout.transport.TransportListener;

/**
 * A response, and its transport that is always ready. What is written is for whoever
 * extends it.
 */
public abstract class ReadyResponse implements AttachedResponse, Transport {

	@Override
	public void prepare(boolean isKeptOpen) {
	}

	@Override
	public void end() {
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
	public Transport detach(TransportListener listener, Runnable opening) {
		opening.run();
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
	public boolean isReady() throws IOException {
		return true;
	}

	@Override
	public int write(byte[] bytes, int offset, int length) {
		return length;
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
