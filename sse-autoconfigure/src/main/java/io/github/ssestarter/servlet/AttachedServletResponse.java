package io.github.ssestarter.servlet;

import java.io.IOException;
import java.io.UncheckedIOException;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
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

	private final int sendBuffer;

	/**
	 * Creates the response of a stream.
	 * @param sendBuffer what the socket's send buffer is to have, once nobody waits for
	 * the client, in bytes
	 */
	AttachedServletResponse(HttpServletRequest request, HttpServletResponse response, String clientId, int sendBuffer) {
		this.sendBuffer = sendBuffer;
		this.request = request;
		this.response = response;
		this.container = ServletContainer.of(request);
		this.clientId = clientId;
	}

	@Override
	public void prepare() {
		// Before the output stream is taken, or the filter keeps all that is written
		ShallowEtagHeaderFilter.disableContentCaching(this.request);
		// Before the headers are set: it fails if the handler has taken the writer
		this.container.limitOutputBuffer(outputStream());
		prepare(this.response);
		this.response.setHeader(SseRequest.CLIENT_ID_HEADER, this.clientId);
	}

	static void prepare(HttpServletResponse response) {
		response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
		if (!response.containsHeader(HttpHeaders.CACHE_CONTROL)) {
			response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		}
		response.setHeader("X-Accel-Buffering", "no");
	}

	@Override
	public void noContent() {
		this.response.setStatus(HttpServletResponse.SC_NO_CONTENT);
	}

	@Override
	public void write(byte[] frame) throws IOException {
		ServletOutputStream output = outputStream();
		this.container.write(output, frame, 0, frame.length);
		output.flush();
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
	public Transport detach(TransportListener listener) {
		AsyncContext context = this.request.startAsync(this.request, this.response);
		try {
			this.container.limitSendBuffer(this.sendBuffer);
			ServletTransport transport = new ServletTransport(context, outputStream(), listener, this.container);
			transport.start();
			return transport;
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
