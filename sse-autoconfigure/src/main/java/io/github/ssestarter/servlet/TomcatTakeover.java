package io.github.ssestarter.servlet;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import org.apache.catalina.connector.ResponseFacade;
import org.apache.coyote.ActionCode;
import org.apache.coyote.ProtocolHandler;
import org.apache.coyote.Request;
import org.apache.coyote.UpgradeToken;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.ContextBind;
import org.apache.tomcat.InstanceManager;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

import io.github.ssestarter.fanout.transport.Transport;
import io.github.ssestarter.fanout.transport.TransportListener;

/**
 * Takes the socket of a response over HTTP/1.1 from Tomcat. The response is closed by its
 * headers, so that Tomcat frames nothing: its chunks are ours from the first byte on.
 * When the method has returned Tomcat is told that the connection is upgraded, and
 * recycles the request.
 */
final class TomcatTakeover implements SocketTakeover {

	/** What this version of Tomcat lacks, {@code null} if all is there. */
	private static final @Nullable String MISSING = missing();

	private final TomcatContainer container;

	private final Request request;

	private final ProtocolHandler protocol;

	private final Framing framing;

	TomcatTakeover(TomcatContainer container, Request request, ProtocolHandler protocol) {
		this.container = container;
		this.request = request;
		this.protocol = protocol;
		// HTTP/1.0 ends a response by closing, and so do proxies that speak it
		this.framing = Framing.of(request.protocol().equals("HTTP/1.1"));
	}

	/**
	 * Looks for what is used of Tomcat beyond its public interfaces. Later would be too
	 * late: the headers are sent.
	 */
	private static @Nullable String missing() {
		MethodHandles.Lookup lookup = MethodHandles.publicLookup();
		try {
			Class<?> wrapper = SocketWrapperBase.class;
			lookup.findVirtual(wrapper, "getLock", MethodType.methodType(ReentrantLock.class));
			lookup.findVirtual(wrapper, "close", MethodType.methodType(void.class));
			lookup.findVirtual(wrapper, "processSocket",
					MethodType.methodType(void.class, SocketEvent.class, boolean.class));
			lookup.findVirtual(wrapper, "registerWriteInterest", MethodType.methodType(void.class));
			lookup.findVirtual(wrapper, "setWriteTimeout", MethodType.methodType(void.class, long.class));
			lookup.findVirtual(wrapper, "read", MethodType.methodType(int.class, boolean.class, ByteBuffer.class));
			lookup.findVirtual(wrapper, "getSocketBufferHandler", MethodType.methodType(SocketBufferHandler.class));
			lookup.findVirtual(NioChannel.class, "getIOChannel", MethodType.methodType(SocketChannel.class));
			lookup.findVirtual(NioChannel.class, "write", MethodType.methodType(int.class, ByteBuffer.class));
			lookup.findVirtual(NioChannel.class, "getOutboundRemaining", MethodType.methodType(int.class));
			lookup.findConstructor(UpgradeToken.class, MethodType.methodType(void.class, HttpUpgradeHandler.class,
					ContextBind.class, InstanceManager.class, String.class));
			return null;
		}
		catch (ReflectiveOperationException | LinkageError ex) {
			return "this version of Tomcat lacks something: " + ex;
		}
	}

	@Override
	public @Nullable String obstacle(HttpServletRequest request, ServletResponse original) {
		if (MISSING != null) {
			return MISSING;
		}
		if (!(this.protocol instanceof Http11NioProtocol http)) {
			return "the connector is a " + this.protocol.getClass().getName();
		}
		if (!(original instanceof ResponseFacade)) {
			return "the response is a " + original.getClass().getName();
		}
		if (request.getDispatcherType() == DispatcherType.ASYNC || request.isAsyncStarted()) {
			return "the request is asynchronous already";
		}
		if (compresses(http)) {
			return "server.compression is on for " + MediaType.TEXT_EVENT_STREAM_VALUE;
		}
		if (this.request.getResponse().getContentLengthLong() >= 0) {
			return "the response has a Content-Length";
		}
		if (this.request.getResponse().getTrailerFields() != null) {
			return "the response has trailers";
		}
		return (isBodyRead()) ? null : "the method has not read the request's body";
	}

	private static boolean compresses(AbstractHttp11Protocol<?> protocol) {
		String compression = protocol.getCompression();
		if (compression.equals("off")) {
			return false;
		}
		if (compression.equals("force")) {
			return true;
		}
		for (String type : protocol.getCompressibleMimeTypes()) {
			if (MediaType.TEXT_EVENT_STREAM_VALUE.startsWith(type)) {
				return true;
			}
		}
		return false;
	}

	private boolean isBodyRead() {
		AtomicBoolean isRead = new AtomicBoolean();
		this.request.action(ActionCode.REQUEST_BODY_FULLY_READ, isRead);
		return isRead.get();
	}

	@Override
	public void prepare(HttpServletRequest request, HttpServletResponse response) {
		response.setHeader(HttpHeaders.CONNECTION, "close");
		if (this.framing.end().length > 0) {
			response.setHeader(HttpHeaders.TRANSFER_ENCODING, "chunked");
		}
	}

	@Override
	public void undo(HttpServletResponse response) {
		response.setHeader(HttpHeaders.CONNECTION, null);
		response.setHeader(HttpHeaders.TRANSFER_ENCODING, null);
	}

	@Override
	public void write(ServletOutputStream output, byte[] frame) throws IOException {
		output.write(this.framing.framed(frame));
	}

	@Override
	public void end(ServletOutputStream output) throws IOException {
		output.write(this.framing.end());
	}

	@Override
	public boolean isCommitted() {
		return this.request.getResponse().isCommitted();
	}

	@Override
	public Transport take(HttpServletRequest request, HttpServletResponse response, TransportListener listener,
			int sendBuffer) {
		this.container.limitSendBuffer(sendBuffer);
		TomcatSocketTransport transport = new TomcatSocketTransport(listener, this.framing,
				((Http11NioProtocol) this.protocol).getConnectionTimeout(), this.container.giveAway());
		this.container.givenTo(transport);
		this.request.action(ActionCode.UPGRADE, new UpgradeToken(transport, null, null, null));
		return transport;
	}

}
