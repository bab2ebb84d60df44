package io.github.ssestarter.servlet;

import java.io.IOException;
import java.io.UncheckedIOException;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

import io.github.ssestarter.fanout.transport.AttachedResponse;
import io.github.ssestarter.fanout.transport.Transport;
import io.github.ssestarter.fanout.transport.TransportListener;

/**
 * The servlet response of a stream.
 */
final class AttachedServletResponse implements AttachedResponse {

	private final HttpServletRequest request;

	private final HttpServletResponse response;

	private final ServletContainer container;

	private final String clientId;

	private final StreamHeaders headers;

	private final int sendBuffer;

	private final SocketTakeovers sockets;

	/** How the socket will be taken, {@code null} if it will not. */
	private @Nullable SocketTakeover takeover;

	/** Whether it was known that the stream would go on as the headers were set. */
	private boolean isKeptOpen;

	/**
	 * Creates the response of a stream.
	 * @param headers the headers of streams
	 * @param sendBuffer what the socket's send buffer is to have, once nobody waits for
	 * the client, in bytes
	 * @param sockets finds the way to its socket
	 */
	AttachedServletResponse(HttpServletRequest request, HttpServletResponse response, String clientId, int sendBuffer,
			SocketTakeovers sockets, StreamHeaders headers) {
		this.headers = headers;
		this.sendBuffer = sendBuffer;
		this.sockets = sockets;
		this.request = request;
		this.response = response;
		this.container = ServletContainer.of(request);
		this.clientId = clientId;
	}

	@Override
	public void prepare(boolean isKeptOpen) {
		StreamObservationFilter.begun(this.request);
		// Before the output stream is taken, or the filter keeps all that is written
		ShallowEtagHeaderFilter.disableContentCaching(this.request);
		// Before the headers are set: it fails if the handler has taken the writer
		this.container.limitOutputBuffer(outputStream());
		this.headers.prepare(this.response);
		this.container.markEnd(this.response);
		this.response.setHeader(SseRequest.CLIENT_ID_HEADER, this.clientId);
		this.isKeptOpen = isKeptOpen;
		if (isKeptOpen) {
			this.takeover = this.sockets.find(this.container, this.request, this.response, false);
		}
		if (this.takeover != null) {
			this.takeover.prepare(this.request, this.response);
		}
	}

	@Override
	public void noContent() {
		StreamHeaders.keepFromCaches(this.response);
		this.response.setStatus(HttpServletResponse.SC_NO_CONTENT);
	}

	@Override
	public void write(byte[] frame) throws IOException {
		ServletOutputStream output = outputStream();
		if (this.takeover != null) {
			this.takeover.write(output, frame);
			output.flush();
			if (isTakeable(this.takeover)) {
				return;
			}
			this.response.resetBuffer();
		}
		this.container.write(output, frame, 0, frame.length);
		output.flush();
	}

	@Override
	public void end() throws IOException {
		if (this.takeover != null) {
			ServletOutputStream output = outputStream();
			this.takeover.end(output);
			output.flush();
		}
	}

	/**
	 * Whether the container has sent the headers by now, as it has to before its socket
	 * is taken. If not, something that cannot be seen holds them back.
	 */
	private boolean isTakeable(SocketTakeover takeover) {
		if (takeover.isCommitted()) {
			return true;
		}
		takeover.undo(this.response);
		this.takeover = null;
		this.sockets.refused("a filter holds back what is flushed");
		return false;
	}

	@Override
	public boolean isCommitted() {
		return this.response.isCommitted();
	}

	@Override
	public void whenFinished(Runnable callback) {
		this.container.whenFinished(callback);
	}

	@Override
	public Transport detach(TransportListener listener, Runnable opening) {
		StreamObservationFilter.detached(this.request);
		if (!this.isKeptOpen) {
			this.takeover = this.sockets.find(this.container, this.request, this.response, true);
		}
		SocketTakeover takeover = this.takeover;
		if (takeover == null) {
			Transport transport = detachAsync(listener);
			opening.run();
			return transport;
		}
		opening.run();
		return detach(takeover, listener);
	}

	private Transport detach(SocketTakeover takeover, TransportListener listener) {
		try {
			outputStream().flush();
		}
		catch (IOException ex) {
			return new GoneTransport(ex);
		}
		String obstacle = (isTakeable(takeover)) ? takeover.obstacleInHeaders() : null;
		if (obstacle != null) {
			this.sockets.refused(obstacle);
		}
		return (this.takeover != null && obstacle == null)
				? takeover.take(this.request, this.response, listener, this.sendBuffer) : detachAsync(listener);
	}

	private Transport detachAsync(TransportListener listener) {
		AsyncContext context = this.request.startAsync(this.request, this.response);
		try {
			this.container.limitSendBuffer(this.sendBuffer);
			return new ServletTransport(context, outputStream(), listener, this.container).start();
		}
		catch (RuntimeException ex) {
			context.complete();
			throw ex;
		}
	}

	private ServletOutputStream outputStream() {
		try {
			return this.response.getOutputStream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public Object connectionKey() {
		return (this.request.getProtocol().startsWith("HTTP/2")) ? this.request.getServletConnection().getConnectionId()
				: this;
	}

}
