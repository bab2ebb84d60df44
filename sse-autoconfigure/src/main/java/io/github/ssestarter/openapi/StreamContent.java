package io.github.ssestarter.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.SpecVersion;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.core.Ordered;

/**
 * Writes the schemas of events in the words of the document's version: {@code itemSchema}
 * where it is OpenAPI 3.2, and before that its registered stand-in, beside the schema
 * {@code string} of the stream as a whole. Comes after what else customizes the document,
 * and after springdoc has thrown away all schemas that it finds no reference to: it does
 * not look into extensions.
 *
 * @since 0.1.0
 */
public final class StreamContent implements GlobalOpenApiCustomizer, Ordered {

	private static final String ITEM_SCHEMA = "itemSchema";

	private static final String EARLIER = "x-oai-itemSchema";

	/** Where the events of a stream stand until the document is complete. */
	private static final String EVENTS = "x-sse-events";

	private final ItemSchemas items;

	/**
	 * Creates it.
	 * @param ownEvents what streams bring besides the application's events
	 * @param version the version of the document
	 */
	public StreamContent(OwnEvents ownEvents, SpecVersion version) {
		this.items = new ItemSchemas(ownEvents, version);
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	/**
	 * Tells what a stream brings, unless the application has.
	 */
	static void tell(MediaType content, List<EventDescription> events) {
		Map<String, Object> extensions = content.getExtensions();
		if (extensions == null || !(extensions.containsKey(EARLIER) || extensions.containsKey(ITEM_SCHEMA))) {
			content.addExtension(EVENTS, events);
		}
	}

	@Override
	public void customise(OpenAPI document) {
		if (document.getPaths() == null) {
			return;
		}
		for (PathItem path : document.getPaths().values()) {
			for (Operation operation : path.readOperations()) {
				if (operation.getResponses() != null) {
					operation.getResponses().values().forEach((response) -> write(response, document));
				}
			}
		}
	}

	private void write(ApiResponse response, OpenAPI document) {
		if (response.getContent() == null) {
			return;
		}
		for (MediaType type : response.getContent().values()) {
			Map<String, Object> extensions = type.getExtensions();
			if (extensions != null && extensions.get(EVENTS) instanceof List<?> events) {
				write(type, events.stream().map(EventDescription.class::cast).toList(), document);
			}
		}
	}

	private void write(MediaType type, List<EventDescription> events, OpenAPI document) {
		if (document.getComponents() == null) {
			document.setComponents(new Components());
		}
		boolean isNew = document.getOpenapi() != null && document.getOpenapi().startsWith("3.2");
		// Not by addExtension, which takes nothing without an x in front
		Map<String, Object> extensions = new LinkedHashMap<>(type.getExtensions());
		extensions.remove(EVENTS);
		extensions.put((isNew) ? ITEM_SCHEMA : EARLIER, this.items.schema(events, document.getComponents()));
		type.setExtensions(extensions);
		if (!isNew && type.getSchema() == null) {
			type.setSchema(new StringSchema());
		}
	}

}
