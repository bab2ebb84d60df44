package io.github.ssestarter.fanout.shard;

import io.github.ssestarter.fanout.transport.AttachedResponse;
import io.github.ssestarter.fanout.transport.Transport;
import io.github.ssestarter.fanout.transport.TransportListener;

/**
 * A response, and then a transport, that takes everything and does nothing with it.
 */
final class NullResponse implements AttachedResponse, Transport {

	private boolean isCommitted;

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
		this.isCommitted = true;
	}

	@Override
	public boolean isCommitted() {
		return this.isCommitted;
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
	public boolean isReady() {
		return true;
	}

	@Override
	public int write(byte[] bytes, int offset, int length) {
		return length;
	}

	@Override
	public boolean keepsArrays() {
		return false;
	}

	@Override
	public boolean flush() {
		return true;
	}

	@Override
	public void complete() {
	}

	@Override
	public void abort() {
	}

}
