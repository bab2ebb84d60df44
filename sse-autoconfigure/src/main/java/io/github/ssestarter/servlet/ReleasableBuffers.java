package io.github.ssestarter.servlet;

import java.nio.ByteBuffer;

import org.apache.tomcat.util.net.SocketBufferHandler;

/**
 * The buffers of a connection, which are let go of when a stream takes its socket: it
 * needs none of them. Tomcat makes new ones as it gives the channel to another
 * connection.
 */
final class ReleasableBuffers extends SocketBufferHandler {

	private final int readSize;

	private final int writeSize;

	private final boolean isDirect;

	private volatile SocketBufferHandler buffers;

	private volatile boolean isReleased;

	ReleasableBuffers(SocketBufferHandler buffers) {
		super(0, 0, false);
		this.readSize = buffers.getReadBuffer().capacity();
		this.writeSize = buffers.getWriteBuffer().capacity();
		this.isDirect = buffers.getReadBuffer().isDirect();
		this.buffers = buffers;
	}

	/**
	 * Lets go of the buffers. They are empty, and nobody uses them at the time.
	 */
	void release() {
		SocketBufferHandler released = this.buffers;
		this.isReleased = true;
		this.buffers = new SocketBufferHandler(0, 0, false);
		released.free();
	}

	@Override
	public void reset() {
		if (this.isReleased) {
			this.buffers = new SocketBufferHandler(this.readSize, this.writeSize, this.isDirect);
			this.isReleased = false;
		}
		this.buffers.reset();
	}

	@Override
	public void configureReadBufferForWrite() {
		this.buffers.configureReadBufferForWrite();
	}

	@Override
	public void configureReadBufferForRead() {
		this.buffers.configureReadBufferForRead();
	}

	@Override
	public ByteBuffer getReadBuffer() {
		return this.buffers.getReadBuffer();
	}

	@Override
	public boolean isReadBufferEmpty() {
		return this.buffers.isReadBufferEmpty();
	}

	@Override
	public void unReadReadBuffer(ByteBuffer returnedData) {
		this.buffers.unReadReadBuffer(returnedData);
	}

	@Override
	public void configureWriteBufferForWrite() {
		this.buffers.configureWriteBufferForWrite();
	}

	@Override
	public void configureWriteBufferForRead() {
		this.buffers.configureWriteBufferForRead();
	}

	@Override
	public boolean isWriteBufferWritable() {
		return this.buffers.isWriteBufferWritable();
	}

	@Override
	public ByteBuffer getWriteBuffer() {
		return this.buffers.getWriteBuffer();
	}

	@Override
	public boolean isWriteBufferEmpty() {
		return this.buffers.isWriteBufferEmpty();
	}

	@Override
	public void expand(int newSize) {
		this.buffers.expand(newSize);
	}

	@Override
	public void free() {
		this.buffers.free();
	}

}
