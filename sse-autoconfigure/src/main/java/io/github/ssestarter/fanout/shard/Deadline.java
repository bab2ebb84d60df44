package io.github.ssestarter.fanout.shard;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;

/**
 * When a stream has to end, and why.
 *
 * @param at the moment, in nanoseconds of a clock that cannot jump
 * @param reason why
 */
public record Deadline(long at, SseCloseReason reason) {

	private static final Duration MAX = Duration.ofDays(365);

	/**
	 * The end of a login.
	 * @return {@code null} if it does not end, or not in a year
	 */
	public static @Nullable Deadline ofLogin(@Nullable Instant expiresAt, InstantSource clock, long now) {
		if (expiresAt == null) {
			return null;
		}
		Duration left = Duration.between(clock.instant(), expiresAt);
		if (left.compareTo(MAX) > 0) {
			return null;
		}
		return new Deadline((left.isNegative()) ? now : now + left.toNanos(), SseCloseReason.EXPIRED);
	}

	public static @Nullable Deadline earlier(@Nullable Deadline one, @Nullable Deadline other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		return (one.at - other.at <= 0) ? one : other;
	}

	public boolean isOver(long now) {
		return now - this.at >= 0;
	}

}
