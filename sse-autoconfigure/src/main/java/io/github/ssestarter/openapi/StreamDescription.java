package io.github.ssestarter.openapi;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an operation whose answer is a stream.
 *
 * @param operationId its id, {@code null} for springdoc's
 * @param summary what it is, in a few words, {@code null} for what springdoc has found
 * @param description what it is, {@code null} for what springdoc has found
 * @param tags under which it is shown, empty for springdoc's
 * @param topics which the client may choose from, by {@code ?topic=}
 * @param events what it brings; empty if that is not told
 * @since 0.1.0
 */
public record StreamDescription(@Nullable String operationId, @Nullable String summary, @Nullable String description,
		List<String> tags, List<String> topics, List<EventDescription> events) {

	/**
	 * Describes the stream of a controller method, of which springdoc knows the rest.
	 * @param events what it brings
	 * @return the description
	 */
	public static StreamDescription of(List<EventDescription> events) {
		return new StreamDescription(null, null, null, List.of(), List.of(), events);
	}

}
