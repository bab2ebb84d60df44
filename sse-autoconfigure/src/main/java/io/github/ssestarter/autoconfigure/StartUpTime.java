package io.github.ssestarter.autoconfigure;

import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.LocalBackplane;

/**
 * Warns if all clients of a node that stops are told to come back before it can have
 * started again.
 */
final class StartUpTime implements ApplicationListener<ApplicationReadyEvent> {

	private static final Log logger = LogFactory.getLog(StartUpTime.class);

	private final ApplicationContext context;

	private final Backplane backplane;

	private final Duration maxRetry;

	/**
	 * Looks once.
	 * @param context the application whose start counts
	 * @param backplane tells whether there may be other nodes, which take its clients
	 * @param maxRetry when clients of a node that stops come back at the latest
	 */
	StartUpTime(ApplicationContext context, Backplane backplane, Duration maxRetry) {
		this.context = context;
		this.backplane = backplane;
		this.maxRetry = maxRetry;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		Duration took = event.getTimeTaken();
		// A child context tells its parent as well
		boolean isOwn = event.getApplicationContext() == this.context && this.backplane instanceof LocalBackplane;
		if (isOwn && took != null && took.compareTo(this.maxRetry) > 0) {
			logger.warn("sse.shutdown.max-retry is " + this.maxRetry.toMillis() + "ms, but this application took "
					+ took.toMillis() + "ms to start: when it is restarted, its clients come back before it is there."
					+ " An EventSource tries again, others such as those of Jersey and RESTEasy do not. Set"
					+ " sse.shutdown.min-retry above " + took.toMillis()
					+ "ms, with room for what stops and starts it, unless other nodes take its clients over");
		}
	}

}
