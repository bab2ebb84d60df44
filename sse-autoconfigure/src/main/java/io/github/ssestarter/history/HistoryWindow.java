package io.github.ssestarter.history;

import java.util.function.Predicate;

/**
 * A window of its own for some topics.
 *
 * @param topics which topics it is for
 * @param limits what it may hold; of a window that keeps the latest there is no age
 * @param isLatestKept whether it keeps the newest event of each topic and key, whatever
 * its age, and lets go of what that has superseded
 * @since 0.1.0
 */
public record HistoryWindow(Predicate<String> topics, EventHistory.Limits limits, boolean isLatestKept) {
}
