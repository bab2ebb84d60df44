package io.github.ssestarter.servlet;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1, which lets a request know its socket.
 *
 * @since 0.1.0
 */
public final class TomcatStreamProtocol extends Http11NioProtocol {

	private static final Log logger = LogFactory.getLog(TomcatStreamProtocol.class);

	/** The socket whose events the thread is at work on. */
	private static final ThreadLocal<@Nullable SocketChannel> CURRENT = new ThreadLocal<>();

	/** How long Tomcat has to end a request itself. */
	private static final int GRACE_SECONDS = 10;

	/** The processors of HTTP/2 streams whose request goes on without a thread. */
	private final Map<Request, Processor> waiting = new ConcurrentHashMap<>();

	private int responseBuffer;

	/**
	 * Creates the protocol. Called by Tomcat.
	 */
	public TomcatStreamProtocol() {
		super(new Endpoint());
	}

	/**
	 * Sets how much of a response is held before it is committed.
	 * @param bytes the size of the buffer, in bytes
	 */
	void setResponseBuffer(int bytes) {
		this.responseBuffer = bytes;
	}

	@Override
	public int getDesiredBufferSize() {
		return (this.responseBuffer > 0) ? this.responseBuffer : super.getDesiredBufferSize();
	}

	@Override
	public void addWaitingProcessor(Processor processor) {
		super.addWaitingProcessor(processor);
		Request request = processor.getRequest();
		if (request != null && request.protocol().equals("HTTP/2.0")) {
			this.waiting.put(request, processor);
		}
	}

	@Override
	public void removeWaitingProcessor(Processor processor) {
		super.removeWaitingProcessor(processor);
		Request request = processor.getRequest();
		if (request != null) {
			this.waiting.remove(request, processor);
		}
	}

	/**
	 * Ends a request over HTTP/2 that has failed, if Tomcat does not. When Tomcat itself
	 * resets a stream, for an error of its client, it forgets the stream at once, and
	 * from then on drops all that is to be done for it, an asynchronous request's end
	 * included: request, response and all that they refer to would be kept for ever. And
	 * when a write fails at the moment at which Tomcat is done with an event of the
	 * stream, Tomcat gives request and response back without telling anybody.
	 * @param isFinished whether Tomcat has told that it has ended it
	 * @param givenBack is run if Tomcat has ended it and will not tell
	 */
	void finishLater(Request request, BooleanSupplier isFinished, Runnable givenBack) {
		Processor processor = this.waiting.get(request);
		Runnable finish = () -> {
			if (!isFinished.getAsBoolean()) {
				finish(request, givenBack);
			}
			else if (processor != null) {
				// The request may be another one's by now, but its processor is not
				removeWaitingProcessor(processor);
			}
		};
		getUtilityExecutor().schedule(() -> getExecutor().execute(finish), GRACE_SECONDS, TimeUnit.SECONDS);
	}

	private void finish(Request request, Runnable givenBack) {
		Processor processor = this.waiting.remove(request);
		if (processor == null) {
			givenBack.run();
		}
		else {
			try {
				processor.process(null, SocketEvent.ERROR);
			}
			catch (IOException ex) {
				logger.debug("A request that was given up could not be ended", ex);
			}
			catch (NullPointerException ex) {
				// From a processor that is done with Tomcat takes the socket, so that
				// whoever still uses it fails (StreamProcessor.recycle)
				logger.debug("A request that was given up has ended at the same time", ex);
			}
			finally {
				removeWaitingProcessor(processor);
			}
		}
	}

	/**
	 * The socket of the request that the calling thread is at work on.
	 * @return the socket, {@code null} for a request over HTTP/2
	 */
	static @Nullable SocketChannel currentChannel() {
		return CURRENT.get();
	}

	private static final class Endpoint extends NioEndpoint {

		/**
		 * A channel whose buffers can be let go of. Not with TLS, which needs them as
		 * long as the connection is open.
		 */
		@Override
		protected NioChannel createChannel(SocketBufferHandler buffer) {
			return super.createChannel((isSSLEnabled()) ? buffer : new ReleasableBuffers(buffer));
		}

		@Override
		protected SocketProcessorBase<NioChannel> createSocketProcessor(SocketWrapperBase<NioChannel> socketWrapper,
				SocketEvent event) {
			return new SocketProcessor(socketWrapper, event) {

				@Override
				protected void doRun() {
					CURRENT.set(this.socketWrapper.getSocket().getIOChannel());
					try {
						super.doRun();
					}
					finally {
						CURRENT.remove();
					}
				}

			};
		}

	}

}
