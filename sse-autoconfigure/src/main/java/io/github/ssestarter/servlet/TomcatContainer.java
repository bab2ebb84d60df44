package io.github.ssestarter.servlet;

import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import jakarta.servlet.AsyncContext;
import org.apache.coyote.ActionCode;
import org.apache.coyote.ProtocolHandler;
import org.apache.coyote.Request;
import org.jspecify.annotations.Nullable;

/**
 * A response of Tomcat. Calls are made while the response cannot be recycled, see
 * {@link ServletTransport}.
 */
final class TomcatContainer implements ServletContainer {

	private final Request request;

	/**
	 * The socket of an HTTP/2 connection, {@code null} if Tomcat does not block on it.
	 */
	private final WritableSockets.@Nullable Socket socket;

	private final @Nullable SocketChannel channel;

	/** What an HTTP/2 connection began with, {@code null} if that is not ours. */
	private final @Nullable TomcatStreamProtocol protocol;

	/** What an HTTP/1.1 connection is served by, {@code null} for HTTP/2. */
	private final @Nullable ProtocolHandler http1;

	private volatile @Nullable Runnable beforeRecycling;

	private volatile boolean isRecycled;

	private @Nullable TomcatSocketTransport givenTo;

	private final AtomicReference<@Nullable Runnable> whenFinished = new AtomicReference<>();

	private TomcatContainer(Request request, WritableSockets.@Nullable Socket socket, @Nullable SocketChannel channel,
			@Nullable TomcatStreamProtocol protocol, @Nullable ProtocolHandler http1) {
		this.request = request;
		this.protocol = protocol;
		this.socket = socket;
		this.channel = channel;
		this.http1 = http1;
	}

	/**
	 * The container of a request over HTTP/1.1. On the request's own thread.
	 */
	static TomcatContainer http1(Request request, ProtocolHandler handler) {
		return new TomcatContainer(request, null, TomcatStreamProtocol.currentChannel(), null, handler);
	}

	/**
	 * The container of a request over HTTP/2.
	 */
	static TomcatContainer http2(Request request, WritableSockets.@Nullable Socket socket,
			@Nullable TomcatStreamProtocol protocol) {
		return new TomcatContainer(request, socket, (socket != null) ? socket.channel() : null, protocol, null);
	}

	@Override
	public void beforeRecycling(Runnable callback) {
		this.beforeRecycling = callback;
	}

	@Override
	public void whenFinished(Runnable callback) {
		// A request that is dispatched again may have a second stream
		this.whenFinished.accumulateAndGet(callback, TomcatContainer::both);
	}

	private static @Nullable Runnable both(@Nullable Runnable before, @Nullable Runnable added) {
		if (before == null || added == null) {
			return added;
		}
		return () -> {
			before.run();
			added.run();
		};
	}

	@Override
	public SocketTakeover takeover() {
		return (this.http1 != null) ? new TomcatTakeover(this, this.request, this.http1)
				: SocketTakeover.none("the connection is an HTTP/2 one, which streams share");
	}

	/**
	 * The socket is given away: from now on the response is at its end when the socket
	 * is.
	 * @return what is to be run then
	 */
	@Nullable Runnable giveAway() {
		return this.whenFinished.getAndSet(null);
	}

	/**
	 * Tells who gets the socket.
	 */
	void givenTo(TomcatSocketTransport transport) {
		this.givenTo = transport;
	}

	/**
	 * Tomcat is about to recycle the request and the response.
	 */
	void recycling() {
		this.isRecycled = true;
		TomcatSocketTransport transport = this.givenTo;
		if (transport != null && hasFailed()) {
			transport.lost();
		}
		finished();
	}

	private void finished() {
		Runnable callback = this.beforeRecycling;
		if (callback != null) {
			callback.run();
		}
		Runnable finished = this.whenFinished.getAndSet(null);
		if (finished != null) {
			finished.run();
		}
	}

	private boolean hasFailed() {
		AtomicBoolean hasFailed = new AtomicBoolean();
		this.request.action(ActionCode.IS_ERROR, hasFailed);
		return hasFailed.get();
	}

	@Override
	public void limitSendBuffer(int bytes) {
		SendBuffers.limit(this.channel, bytes);
	}

	@Override
	public boolean canWrite(Runnable whenWritable) {
		return this.socket == null || this.socket.isWritable(whenWritable);
	}

	@Override
	public boolean hasWriteListener() {
		return this.request.getResponse().getWriteListener() != null;
	}

	@Override
	public boolean isReady() {
		return this.request.getResponse().isReady();
	}

	/**
	 * What the socket does not take at once is copied.
	 */
	@Override
	public boolean keepsArrays() {
		return false;
	}

	/**
	 * Two writes make a chunk that is larger, by its size line, than the 8 KB that wait
	 * for the socket: the rest takes 64 KB.
	 */
	@Override
	public boolean flushesLargeWrites() {
		return this.http1 != null;
	}

	@Override
	public void writeFailed() {
		finishLater();
	}

	/**
	 * Completing would wait for an HTTP/2 window that may never open.
	 */
	@Override
	public void abort(AsyncContext context) {
		this.request.action(ActionCode.CLOSE_NOW, null);
		finishLater();
	}

	private void finishLater() {
		if (this.protocol != null) {
			this.protocol.finishLater(this.request, () -> this.isRecycled, this::finished);
		}
	}

}
