package io.github.ssestarter.history;

import io.github.ssestarter.backplane.EventId;

/**
 * How far a reader has come: all up to here has been served.
 *
 * @param position the position of the last event served, 0 before the first
 * @param id the id of that event
 * @since 0.1.0
 */
public record Cursor(long position, EventId id) {
}
