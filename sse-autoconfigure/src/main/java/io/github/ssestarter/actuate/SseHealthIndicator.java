package io.github.ssestarter.actuate;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

import io.github.ssestarter.fanout.EngineStatus;

/**
 * Tells whether events are brought to this node, and from it to its streams.
 *
 * @since 0.1.0
 */
public final class SseHealthIndicator extends AbstractHealthIndicator {

	private static final Duration STALLED = Duration.ofSeconds(10);

	private final EngineStatus status;

	/**
	 * Looks at an engine.
	 * @param status how the engine stands
	 */
	public SseHealthIndicator(EngineStatus status) {
		super("The health of the SSE engine could not be found out");
		this.status = status;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Throwable failure = this.status.backplaneFailure();
		List<String> stalled = this.status.stalledShards(STALLED);
		if (this.status.isDraining()) {
			builder.outOfService();
		}
		else {
			builder.up();
		}
		if (failure != null) {
			builder.down().withDetail("backplane", failure.toString());
		}
		if (!stalled.isEmpty()) {
			builder.down().withDetail("stalledShards", stalled);
		}
	}

}
