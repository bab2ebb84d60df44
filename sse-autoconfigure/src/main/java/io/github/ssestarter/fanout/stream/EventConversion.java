package io.github.ssestarter.fanout.stream;

import java.time.Duration;

import org.springframework.http.codec.ServerSentEvent;

import io.github.ssestarter.SseEvent;

/**
 * What may be sent besides data: other shapes of an event.
 */
final class EventConversion {

	private EventConversion() {
	}

	static SseEvent toEvent(Object data) {
		if (data instanceof SseEvent event) {
			return event;
		}
		if (data instanceof ServerSentEvent<?> event) {
			return convert(event);
		}
		return SseEvent.of(data);
	}

	private static SseEvent convert(ServerSentEvent<?> event) {
		String name = event.event();
		Object data = event.data();
		String id = event.id();
		Duration retry = event.retry();
		String comment = event.comment();
		SseEvent converted = (name != null) ? SseEvent.named(name) : null;
		if (comment != null) {
			converted = (converted != null) ? converted.comment(comment) : SseEvent.commentOnly(comment);
		}
		if (data != null) {
			converted = (converted != null) ? converted.data(data) : SseEvent.of(data);
		}
		if (id != null) {
			converted = (converted != null) ? converted.id(id) : SseEvent.idOnly(id);
		}
		if (retry != null) {
			converted = (converted != null) ? converted.retry(retry) : SseEvent.retryOnly(retry);
		}
		if (converted == null) {
			throw new IllegalArgumentException("An empty ServerSentEvent: give it data, an event name or a comment");
		}
		return converted;
	}

}
