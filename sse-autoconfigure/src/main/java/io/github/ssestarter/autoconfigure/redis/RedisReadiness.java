package io.github.ssestarter.autoconfigure.redis;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

import io.github.ssestarter.redis.RedisBackplane;

/**
 * Lets an application refuse traffic that has started and has not read the log yet: its
 * clients would be told of a gap. Later outages do not, since they are those of all
 * nodes.
 */
final class RedisReadiness implements ApplicationListener<AvailabilityChangeEvent<ReadinessState>> {

	private static final Log logger = LogFactory.getLog(RedisReadiness.class);

	private final ApplicationContext context;

	private final RedisBackplane backplane;

	RedisReadiness(ApplicationContext context, RedisBackplane backplane) {
		this.context = context;
		this.backplane = backplane;
	}

	@Override
	public void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
		boolean isReady = this.backplane.ready().toCompletableFuture().isDone();
		if (event.getState() != ReadinessState.ACCEPTING_TRAFFIC || isReady) {
			return;
		}
		Throwable failure = this.backplane.failure();
		logger.warn("The application has started, and is not ready until it can read the log of events in Redis: "
				+ ((failure != null) ? failure.getMessage() : "it is being read"));
		AvailabilityChangeEvent.publish(this.context, ReadinessState.REFUSING_TRAFFIC);
		this.backplane.ready()
			.thenRunAsync(() -> AvailabilityChangeEvent.publish(this.context, ReadinessState.ACCEPTING_TRAFFIC));
	}

}
