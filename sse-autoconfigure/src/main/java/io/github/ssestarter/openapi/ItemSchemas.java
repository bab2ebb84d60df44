package io.github.ssestarter.openapi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.SpecVersion;
import io.swagger.v3.oas.models.media.Schema;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.utils.SpringDocAnnotationsUtils;

/**
 * Makes the schema of one event of a stream, in the form that
 * <a href="https://spec.openapis.org/oas/v3.2.0.html#server-sent-event-streams">OpenAPI
 * 3.2</a> gives it: an object of the fields that a client has parsed. A map, since
 * swagger-core leaves out of its own schemas what is newer than the document.
 */
final class ItemSchemas {

	private final List<EventDescription> ownEvents;

	private final SpecVersion version;

	ItemSchemas(OwnEvents ownEvents, SpecVersion version) {
		this.ownEvents = ownEvents.descriptions();
		this.version = version;
	}

	/**
	 * Makes a schema.
	 * @param events what the application's own are; empty if that is not known
	 * @param components takes the schemas of their data
	 * @return one of the events by their names, or any event
	 */
	Map<String, Object> schema(List<EventDescription> events, Components components) {
		if (events.isEmpty()) {
			return event(null, Map.of("type", "string"));
		}
		Set<String> names = new LinkedHashSet<>();
		List<Map<String, Object>> schemas = new ArrayList<>();
		for (List<EventDescription> each : List.of(events, this.ownEvents)) {
			for (EventDescription event : each) {
				if (names.add(event.name())) {
					schemas.add(event(event.name(), data(event, components)));
				}
			}
		}
		return Map.of("oneOf", schemas);
	}

	/**
	 * One event.
	 * @param name its name, {@code null} for any
	 */
	private static Map<String, Object> event(@Nullable String name, Map<String, Object> data) {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("event", (name != null) ? Map.of("const", name) : Map.of("type", "string"));
		properties.put("data", data);
		properties.put("id", Map.of("type", "string"));
		properties.put("retry", ordered("type", "integer", "minimum", 0));
		Map<String, Object> schema = ordered("type", "object", "properties", properties);
		boolean isNamed = name != null && !name.equals(EventDescription.UNNAMED);
		schema.put("required", (isNamed) ? List.of("event", "data") : List.of("data"));
		return schema;
	}

	private Map<String, Object> data(EventDescription event, Components components) {
		if (event.isEmpty()) {
			return Map.of("const", "");
		}
		if (event.isText()) {
			return Map.of("type", "string");
		}
		Map<String, Object> data = ordered("type", "string", "contentMediaType", "application/json");
		Schema<?> content = SpringDocAnnotationsUtils.extractSchema(components, event.data(), null, null, this.version);
		if (content != null) {
			data.put("contentSchema", content);
		}
		return data;
	}

	private static Map<String, Object> ordered(String key, Object value, String nextKey, Object nextValue) {
		Map<String, Object> map = new LinkedHashMap<>();
		map.put(key, value);
		map.put(nextKey, nextValue);
		return map;
	}

}
