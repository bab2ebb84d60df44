package io.github.ssestarter.format;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON of a mapper of Jackson 3.
 */
final class MapperJson implements JsonWriter {

	private final JsonMapper mapper;

	MapperJson(JsonMapper mapper) {
		this.mapper = mapper;
	}

	@Override
	public byte[] write(Object data, Type type, @Nullable Class<?> view) {
		try {
			ObjectWriter writer = (view != null) ? this.mapper.writerWithView(view) : this.mapper.writer();
			// A class is what it would find by itself
			return ((type instanceof Class) ? writer : writer.forType(this.mapper.constructType(type)))
				.writeValueAsBytes(data);
		}
		catch (JacksonException ex) {
			throw JsonWriter.notWritable(data, ex.getOriginalMessage(), ex);
		}
	}

}
