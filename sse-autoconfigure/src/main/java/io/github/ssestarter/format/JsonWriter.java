package io.github.ssestarter.format;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the data of events that is not text, as JSON in UTF-8. Called by many threads at
 * once, which it never keeps waiting.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface JsonWriter {

	/**
	 * Writes data.
	 * @param data the data
	 * @param type what it is written as: its class, or a generic type that it has
	 * @param view the view that it is seen in, {@code null} for all of it
	 * @return the JSON
	 * @throws IllegalArgumentException if it cannot be written, or not in a view
	 */
	byte[] write(Object data, Type type, @Nullable Class<?> view);

	/**
	 * Writes with a mapper, whatever the application's responses are written with.
	 * @param mapper the mapper
	 * @return what writes
	 */
	static JsonWriter of(JsonMapper mapper) {
		return new MapperJson(mapper);
	}

	/**
	 * Says that something cannot be written.
	 * @param data the data
	 * @param reason why, and what to do
	 * @param cause the failure, {@code null} for none
	 * @return the exception
	 */
	static IllegalArgumentException notWritable(Object data, @Nullable String reason, @Nullable Throwable cause) {
		return new IllegalArgumentException(
				"The data of an event, a " + data.getClass().getName() + ", cannot be written as JSON: " + reason,
				cause);
	}

}
