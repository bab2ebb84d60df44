package io.github.ssestarter.openapi;

import java.util.ArrayList;
import java.util.List;

import org.springframework.web.method.HandlerMethod;

import io.github.ssestarter.SseEventType;
import io.github.ssestarter.SseEvents;

/**
 * An event that a stream may bring.
 *
 * @param name the name by which a client listens: {@code message} for one without a name
 * @param data the type of its data: a {@code CharSequence} for text, {@code Void} for
 * none, any other for JSON
 * @since 0.1.0
 */
public record EventDescription(String name, Class<?> data) {

	/** What a client calls an event that has no name. */
	static final String UNNAMED = "message";

	/**
	 * Describes an event.
	 * @param name the name; an empty one is none
	 * @param data the type of its data
	 */
	public EventDescription {
		name = (name.isEmpty()) ? UNNAMED : name;
	}

	/**
	 * Reads what a controller method tells by {@link SseEvents}.
	 * @param method the method
	 * @return its events; empty if it tells none
	 */
	public static List<EventDescription> ofMethod(HandlerMethod method) {
		SseEvents annotation = method.getMethodAnnotation(SseEvents.class);
		List<EventDescription> events = new ArrayList<>();
		if (annotation != null) {
			for (SseEventType type : annotation.value()) {
				events.add(new EventDescription(type.name(), type.data()));
			}
		}
		return events;
	}

	boolean isText() {
		return CharSequence.class.isAssignableFrom(this.data);
	}

	boolean isEmpty() {
		return this.data == Void.class || this.data == void.class;
	}

}
