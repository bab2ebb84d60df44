package io.github.ssestarter.servlet;

import jakarta.servlet.AsyncContext;
import org.apache.coyote.ActionCode;
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

	private volatile @Nullable Runnable beforeRecycling;

	TomcatContainer(Request request, WritableSockets.@Nullable Socket socket) {
		this.request = request;
		this.socket = socket;
	}

	@Override
	public boolean canWrite(Runnable whenWritable) {
		return this.socket == null || this.socket.isWritable(whenWritable);
	}

	@Override
	public void beforeRecycling(Runnable callback) {
		this.beforeRecycling = callback;
	}

	void recycling() {
		Runnable callback = this.beforeRecycling;
		if (callback != null) {
			callback.run();
		}
	}

	/**
	 * Completing would wait for an HTTP/2 window that may never open.
	 */
	@Override
	public void abort(AsyncContext context) {
		this.request.action(ActionCode.CLOSE_NOW, null);
	}

}
