package io.github.ssestarter.sample.testsupport;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * Keeps what should not be logged: errors, and warnings with a stack trace.
 */
public final class LogFaults extends AppenderBase<ILoggingEvent> implements AutoCloseable {

	private static final int MAX_FAULTS = 20;

	private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private final Queue<String> faults = new ConcurrentLinkedQueue<>();

	/**
	 * Listens to all loggers. An application that starts resets them: after that.
	 */
	public LogFaults() {
		setContext(this.root.getLoggerContext());
		start();
		this.root.addAppender(this);
	}

	@Override
	protected void append(ILoggingEvent event) {
		boolean isFault = event.getLevel().isGreaterOrEqual(Level.ERROR)
				|| event.getLevel().isGreaterOrEqual(Level.WARN) && event.getThrowableProxy() != null;
		if (isFault && !isTheirOwn(event) && this.faults.size() < MAX_FAULTS) {
			this.faults.add(event.getLevel() + " " + event.getLoggerName() + ": " + event.getFormattedMessage() + "\n"
					+ ((event.getThrowableProxy() != null) ? ThrowableProxyUtil.asString(event.getThrowableProxy())
							: ""));
		}
	}

	/**
	 * What the container and Spring MVC log of clients, where the sample has no say.
	 */
	private static boolean isTheirOwn(ILoggingEvent event) {
		if (!(event.getThrowableProxy() instanceof ThrowableProxy proxy)) {
			return false;
		}
		if (proxy.getThrowable() instanceof NullPointerException
				&& proxy.getThrowable().getStackTrace()[0].getClassName()
					.equals("org.apache.coyote.http2.StreamProcessor")) {
			// A write finds the connection lost, and Tomcat ends all streams of it, one
			// of which has ended just now
			return true;
		}
		return switch (event.getLoggerName()) {
			// Tomcat decodes the header HTTP2-Settings of an upgrade without a look at
			// whether it can be, before any filter, valve or servlet
			case "org.apache.coyote.http11.Http11NioProtocol" ->
				ThrowableProxyUtil.asString(proxy).contains("java.util.Base64$Decoder.decode(");
			// The client has gone while it is told that its body cannot be read: Spring
			// knows most of what containers throw then, but not all of Jetty's
			case "org.springframework.web.servlet.mvc.method.annotation.ExceptionHandlerExceptionResolver" ->
				proxy.getThrowable() instanceof IOException;
			default -> false;
		};
	}

	public List<String> all() {
		return List.copyOf(this.faults);
	}

	@Override
	public void close() {
		this.root.detachAppender(this);
		stop();
	}

}
