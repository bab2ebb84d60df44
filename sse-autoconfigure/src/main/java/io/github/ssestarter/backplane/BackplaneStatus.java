package io.github.ssestarter.backplane;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How a backplane stands on this node, as far as it knows without asking anybody.
 *
 * @param lag for how long the log has held something that this node has not read; zero
 * when it has read all
 * @param sinceCheck how long ago it looked how the log stands, {@code null} if it never
 * did, or need not
 * @param reconnects how often it had to connect anew since it was made
 * @since 0.1.0
 */
public record BackplaneStatus(Duration lag, @Nullable Duration sinceCheck, long reconnects) {

	/** That of a backplane with nothing between it and this node. */
	public static final BackplaneStatus NEAR = new BackplaneStatus(Duration.ZERO, null, 0);

}
