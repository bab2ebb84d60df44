package io.github.ssestarter.fanout;

/**
 * A response, and then a transport, that takes everything and does nothing with it.
 */
final class NullResponse implements AttachedResponse, Transport {

	private boolean isCommitted;

	@Override
	public void prepare() {
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
