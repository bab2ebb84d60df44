package io.github.ssestarter.autoconfigure.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import io.github.ssestarter.autoconfigure.SseProperties;
import io.github.ssestarter.openapi.EventDescription;
import io.github.ssestarter.openapi.StreamDescription;
import io.github.ssestarter.servlet.SseEndpoint;

/**
 * What the properties tell of ready-made endpoints.
 */
final class EndpointDescriptions implements Function<Object, @Nullable StreamDescription> {

	private static final String TAG = "sse";

	private final SseProperties properties;

	EndpointDescriptions(SseProperties properties) {
		this.properties = properties;
	}

	@Override
	public @Nullable StreamDescription apply(Object handler) {
		if (handler instanceof SseEndpoint endpoint) {
			for (SseProperties.Endpoint each : this.properties.getEndpoints()) {
				String path = each.getPath();
				if (path != null && path.equals(endpoint.path())) {
					return describe(path, each.getTopics(), each.getOpenapi());
				}
			}
		}
		return null;
	}

	private static StreamDescription describe(String path, List<String> topics, SseProperties.EndpointOpenapi texts) {
		List<EventDescription> events = new ArrayList<>();
		texts.getItems().forEach((name, type) -> events.add(new EventDescription(name, type)));
		String operationId = texts.getOperationId();
		List<String> tags = texts.getTags();
		return new StreamDescription((operationId != null) ? operationId : operationId(path), texts.getSummary(),
				texts.getDescription(), (tags.isEmpty()) ? List.of(TAG) : tags, topics, events);
	}

	/**
	 * Of {@code /sse/broadcast-all} it is {@code sseBroadcastAll}.
	 */
	private static String operationId(String path) {
		StringBuilder id = new StringBuilder();
		for (String word : path.split("[^\\p{Alnum}]+")) {
			id.append((id.isEmpty()) ? word : StringUtils.capitalize(word));
		}
		return (id.isEmpty()) ? TAG : id.toString();
	}

}
