package io.github.ssestarter.runs;

import java.time.Duration;

/**
 * How runs are limited.
 *
 * @param max how many may be at work on this node
 * @param maxPerUser how many of them one user may have
 * @param maxLife how long one may be at work before it is stopped
 * @param keep how long one is known after its end
 * @param stopTimeout after which time one that was stopped is interrupted
 * @since 0.1.0
 */
public record RunSettings(int max, int maxPerUser, Duration maxLife, Duration keep, Duration stopTimeout) {
}
