package io.github.ssestarter.fanout;

import io.github.ssestarter.backplane.EventId;

/**
 * The ids that callers give to their events.
 */
final class OwnIds {

	private OwnIds() {
	}

	/**
	 * Refuses an id that would be taken for one of the log's own.
	 */
	static void requireForeign(String id) {
		if (EventId.parse(id) != null) {
			throw new IllegalArgumentException("The id '" + id
					+ "' has the form of the ids that the log gives (milliseconds-count.generation): use another form,"
					+ " or none and let the log give one");
		}
	}

}
