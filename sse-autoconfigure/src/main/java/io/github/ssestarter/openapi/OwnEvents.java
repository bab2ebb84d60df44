package io.github.ssestarter.openapi;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import io.github.ssestarter.SseCloseReason;

/**
 * The names of the events that the starter sends of its own accord.
 *
 * @param connected tells a client of its stream, first of all; {@code null} or empty for
 * none
 * @param gap tells a client that it lost events
 * @param busy tells a client that there is no room for it now
 * @param heartbeat a heartbeat, {@code null} where that is a comment
 * @param close the last event before the server ends a stream; {@code null} or empty for
 * none
 * @since 0.1.0
 */
public record OwnEvents(@Nullable String connected, String gap, String busy, @Nullable String heartbeat,
		@Nullable String close) {

	List<EventDescription> descriptions() {
		List<EventDescription> events = new ArrayList<>();
		add(events, this.connected, SseConnected.class);
		add(events, this.gap, SseGap.class);
		add(events, this.busy, Map.class);
		add(events, this.heartbeat, Map.class);
		add(events, this.close, SseEnd.class);
		return events;
	}

	private static void add(List<EventDescription> events, @Nullable String name, Class<?> data) {
		if (StringUtils.hasLength(name)) {
			events.add(new EventDescription(name, data));
		}
	}

	/**
	 * Data of {@code connected}.
	 */
	record SseConnected(String clientId, Instant serverTime) {
	}

	/**
	 * Data of {@code sse-gap}.
	 */
	record SseGap(String lastEventId, String oldest) {
	}

	/**
	 * Data of {@code sse-end}.
	 */
	record SseEnd(SseCloseReason reason) {
	}

}
