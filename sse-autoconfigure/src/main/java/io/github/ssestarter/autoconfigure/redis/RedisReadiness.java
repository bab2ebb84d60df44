package io.github.ssestarter.autoconfigure.redis;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

import io.github.ssestarter.redis.RedisBackplane;

/**
 * Lets an application refuse traffic that has started and has not read the log yet: its
 * clients would be told of a gap. Later outages do not, since they are those of all
 * nodes.
 */
final class RedisReadiness implements ApplicationListener<AvailabilityChangeEvent<ReadinessState>>, Ordered {

	private static final Log logger = LogFactory.getLog(RedisReadiness.class);

	private final ApplicationContext context;

	private final RedisBackplane backplane;

	/** What was told last, by whomever. */
	private volatile @Nullable AvailabilityChangeEvent<ReadinessState> last;

	RedisReadiness(ApplicationContext context, RedisBackplane backplane) {
		this.context = context;
		this.backplane = backplane;
	}

	@Override
	public void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
		this.last = event;
		boolean isReady = this.backplane.ready().toCompletableFuture().isDone();
		if (event.getState() != ReadinessState.ACCEPTING_TRAFFIC || isReady) {
			return;
		}
		Throwable failure = this.backplane.failure();
		logger.warn("The application has started, and is not ready until it can read the log of events in Redis: "
				+ ((failure != null) ? failure.getMessage() : "it is being read"));
		AvailabilityChangeEvent<ReadinessState> refusing = new AvailabilityChangeEvent<>(this.context,
				ReadinessState.REFUSING_TRAFFIC);
		this.context.publishEvent(refusing);
		this.backplane.ready().thenRunAsync(() -> accept(refusing));
	}

	/**
	 * Unless the application refuses for a reason of its own by now, or is stopping.
	 */
	private void accept(AvailabilityChangeEvent<ReadinessState> refusing) {
		boolean isActive = !(this.context instanceof ConfigurableApplicationContext closable) || closable.isActive();
		if (this.last == refusing && isActive) {
			AvailabilityChangeEvent.publish(this.context, ReadinessState.ACCEPTING_TRAFFIC);
		}
	}

	/**
	 * After all others, so that they are told in order.
	 */
	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

}
