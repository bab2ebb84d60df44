package io.github.ssestarter.servlet;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.util.function.Function;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.eclipse.jetty.ee11.servlet.HttpOutput;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.ee11.servlet.ServletContextResponse;
import org.eclipse.jetty.http.HttpGenerator;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.FillInterest;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ContextResponse;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.transport.Transport;
import io.github.ssestarter.fanout.transport.TransportListener;

/**
 * Takes the socket of a response of Jetty over HTTP/1.1. Jetty sends the headers and the
 * end of the response, and whatever was written while the stream was attached.
 */
final class JettySocketTakeover implements SocketTakeover {

	/** Passes on what is written, or encodes it and says so in the headers. */
	private static final String COMPRESSION = "org.eclipse.jetty.compression.";

	/**
	 * Tells of what is written, and passes it on: with a graceful shutdown it is there.
	 */
	private static final String EVENTS = "org.eclipse.jetty.server.handler.EventsHandler$";

	/** What this version of Jetty lacks, {@code null} if all is there. */
	private static final @Nullable String MISSING = missing();

	private final JettyContainer container;

	private final ServletContextRequest request;

	JettySocketTakeover(JettyContainer container, ServletContextRequest request) {
		this.container = container;
		this.request = request;
	}

	/**
	 * Looks for what is used of Jetty beyond what it has for applications. Later would be
	 * too late: some of it is used at a stream's end only.
	 */
	private static @Nullable String missing() {
		MethodHandles.Lookup lookup = MethodHandles.publicLookup();
		try {
			lookup.findVirtual(HttpConnection.class, "getGenerator", MethodType.methodType(HttpGenerator.class));
			lookup.findVirtual(HttpConnection.class, "getParser", MethodType.methodType(HttpParser.class));
			lookup.findVirtual(HttpParser.class, "isComplete", MethodType.methodType(boolean.class));
			Class<?> generator = HttpGenerator.class;
			lookup.findVirtual(generator, "isChunking", MethodType.methodType(boolean.class));
			lookup.findVirtual(generator, "isWritten", MethodType.methodType(boolean.class));
			lookup.findVirtual(generator, "setPersistent", MethodType.methodType(void.class, boolean.class));
			Class<?> endPoint = AbstractEndPoint.class;
			lookup.findVirtual(endPoint, "flush", MethodType.methodType(boolean.class, ByteBuffer[].class));
			lookup.findVirtual(endPoint, "write",
					MethodType.methodType(void.class, Callback.class, ByteBuffer[].class));
			lookup.findVirtual(endPoint, "fill", MethodType.methodType(int.class, ByteBuffer.class));
			lookup.findVirtual(endPoint, "tryFillInterested", MethodType.methodType(boolean.class, Callback.class));
			lookup.findVirtual(endPoint, "close", MethodType.methodType(void.class, Throwable.class));
			lookup.findVirtual(endPoint, "getFillInterest", MethodType.methodType(FillInterest.class));
			lookup.findVirtual(FillInterest.class, "isInterested", MethodType.methodType(boolean.class));
			lookup.findVirtual(FillInterest.class, "onFail", MethodType.methodType(boolean.class, Throwable.class));
			Class<?> request = ServletContextRequest.class;
			lookup.findVirtual(request, "getHttpOutput", MethodType.methodType(HttpOutput.class));
			lookup.findVirtual(request, "addHttpStreamWrapper", MethodType.methodType(void.class, Function.class));
			lookup.findConstructor(HttpStream.Wrapper.class, MethodType.methodType(void.class, HttpStream.class));
			lookup.findVirtual(HttpStream.Wrapper.class, "send", MethodType.methodType(void.class,
					MetaData.Request.class, MetaData.Response.class, boolean.class, ByteBuffer.class, Callback.class));
			return null;
		}
		catch (ReflectiveOperationException | LinkageError ex) {
			return "this version of Jetty lacks something: " + ex;
		}
	}

	@Override
	public @Nullable String obstacle(HttpServletRequest request, ServletResponse original) {
		if (MISSING != null) {
			return MISSING;
		}
		ConnectionMetaData metaData = this.request.getConnectionMetaData();
		if (!(metaData.getConnection() instanceof HttpConnection connection)) {
			return "the request came over " + metaData.getProtocol();
		}
		if (!(connection.getEndPoint() instanceof AbstractEndPoint endPoint)) {
			return "Jetty's connection is a " + connection.getEndPoint().getClass().getName();
		}
		if (!connection.getParser().isComplete()
				&& !(this.request.consumeAvailable() && connection.getParser().isComplete())) {
			return "the body of the request has not been read";
		}
		if (endPoint.getFillInterest().isInterested()) {
			return "something else waits for what the client sends";
		}
		return wrapper();
	}

	/**
	 * Finds a handler of Jetty's that may change what is written.
	 */
	private @Nullable String wrapper() {
		Response response = this.request.getServletContextResponse();
		while (response instanceof Response.Wrapper wrapper) {
			Class<?> writes = writeMethodOwner(wrapper.getClass());
			if (writes != Response.Wrapper.class && writes != ContextResponse.class
					&& writes != ServletContextResponse.class && !writes.getName().startsWith(COMPRESSION)
					&& !writes.getName().startsWith(EVENTS)) {
				return "a handler of Jetty's wraps the response in a " + writes.getName()
						+ ", which may change what is written";
			}
			response = wrapper.getWrapped();
		}
		return null;
	}

	private static Class<?> writeMethodOwner(Class<?> type) {
		try {
			return type.getMethod("write", boolean.class, ByteBuffer.class, Callback.class).getDeclaringClass();
		}
		catch (NoSuchMethodException ex) {
			return type;
		}
	}

	@Override
	public boolean needsHeaders() {
		return false;
	}

	@Override
	public @Nullable String obstacleInHeaders() {
		String encoding = this.request.getServletContextResponse().getHeaders().get(HttpHeader.CONTENT_ENCODING);
		return (encoding != null && !encoding.equals(StreamHeaders.IDENTITY)) ? "Jetty compresses the response" : null;
	}

	@Override
	public void write(ServletOutputStream output, byte[] frame) throws IOException {
		this.container.write(output, frame, 0, frame.length);
	}

	@Override
	public boolean isCommitted() {
		return this.request.getServletContextResponse().isCommitted();
	}

	@Override
	public Transport take(HttpServletRequest request, HttpServletResponse response, TransportListener listener,
			int sendBuffer) {
		AsyncContext context = request.startAsync(request, response);
		try {
			this.container.limitSendBuffer(sendBuffer);
			HttpConnection connection = (HttpConnection) this.request.getConnectionMetaData().getConnection();
			JettySocketTransport transport = new JettySocketTransport(context, this.request,
					(AbstractEndPoint) connection.getEndPoint(), connection.getGenerator(), listener,
					maxWrite(sendBuffer));
			transport.start();
			return transport;
		}
		catch (RuntimeException ex) {
			context.complete();
			throw ex;
		}
	}

	/**
	 * What a slow client leaves of a write adds to the send buffer.
	 */
	private static int maxWrite(int sendBuffer) {
		int fits = Math.min(sendBuffer / 4, Transport.LARGEST_WRITE);
		return Math.max(1, fits / Transport.SMALL_WRITE) * Transport.SMALL_WRITE;
	}

}
