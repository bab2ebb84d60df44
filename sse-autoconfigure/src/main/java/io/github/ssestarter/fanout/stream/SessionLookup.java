package io.github.ssestarter.fanout.stream;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Looks whether sessions still are there, for those whose end nobody tells of.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SessionLookup {

	/** Knows of no session. */
	SessionLookup NONE = (id, isStored) -> Instant.MAX;

	/**
	 * When a session ends, unless it is used before. Looking is no use of it. May wait.
	 * @param id the session's id
	 * @param isStored whether it is kept elsewhere than by the container
	 * @return the moment, one that has passed if it has ended already,
	 * {@link Instant#MAX} if that is not known here, {@code null} if there is no such
	 * session
	 */
	@Nullable Instant endOf(String id, boolean isStored);

	/**
	 * Looks at several places.
	 * @param lookups those
	 * @return the earliest end that one of them knows
	 */
	static SessionLookup all(List<SessionLookup> lookups) {
		if (lookups.isEmpty()) {
			return NONE;
		}
		return (id, isStored) -> {
			Instant earliest = Instant.MAX;
			for (SessionLookup lookup : lookups) {
				Instant end = lookup.endOf(id, isStored);
				if (end == null) {
					return null;
				}
				earliest = (end.isBefore(earliest)) ? end : earliest;
			}
			return earliest;
		};
	}

}
