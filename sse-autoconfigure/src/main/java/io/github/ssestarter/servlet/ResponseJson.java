package io.github.ssestarter.servlet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonView;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractJacksonHttpMessageConverter;
import org.springframework.http.converter.GenericHttpMessageConverter;
import org.springframework.http.converter.HttpMessageConversionException;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.SmartHttpMessageConverter;

import io.github.ssestarter.format.JsonWriter;

/**
 * JSON as Spring MVC writes it into responses: by the first of its converters for
 * {@code application/json} that takes the data. So what an application has its mapper
 * leave out of a response does not get into a stream.
 *
 * @since 0.1.0
 */
public final class ResponseJson implements JsonWriter {

	private final List<HttpMessageConverter<?>> converters;

	private ResponseJson(List<HttpMessageConverter<?>> converters) {
		this.converters = converters;
	}

	/**
	 * Writes with the converters of Spring MVC.
	 * @param converters all converters, in order
	 * @param otherwise what writes if none of them is for JSON
	 * @return what writes
	 */
	public static JsonWriter of(List<HttpMessageConverter<?>> converters, JsonWriter otherwise) {
		List<HttpMessageConverter<?>> forJson = converters.stream().filter(ResponseJson::isForJson).toList();
		return (forJson.isEmpty()) ? otherwise : new ResponseJson(forJson);
	}

	/**
	 * Not one that takes any type of content, such as for bytes and text as they are.
	 */
	private static boolean isForJson(HttpMessageConverter<?> converter) {
		return converter.getSupportedMediaTypes()
			.stream()
			.anyMatch((type) -> !type.isWildcardType() && type.includes(MediaType.APPLICATION_JSON));
	}

	@Override
	public byte[] write(Object data, Type type, @Nullable Class<?> view) {
		for (HttpMessageConverter<?> converter : this.converters) {
			if (canWrite(converter, data, type)) {
				return write(converter, data, type, view);
			}
		}
		throw JsonWriter.notWritable(data, "none of Spring MVC's converters for application/json takes it "
				+ this.converters.stream().map((converter) -> converter.getClass().getName()).toList(), null);
	}

	private static boolean canWrite(HttpMessageConverter<?> converter, Object data, Type type) {
		if (converter instanceof SmartHttpMessageConverter<?> smart) {
			return smart.canWrite(ResolvableType.forType(type), data.getClass(), MediaType.APPLICATION_JSON);
		}
		if (converter instanceof GenericHttpMessageConverter<?> generic) {
			return generic.canWrite(type, data.getClass(), MediaType.APPLICATION_JSON);
		}
		return converter.canWrite(data.getClass(), MediaType.APPLICATION_JSON);
	}

	private static byte[] write(HttpMessageConverter<?> converter, Object data, Type type, @Nullable Class<?> view) {
		Output output = new Output(new HttpHeaders(), new ByteArrayOutputStream());
		try {
			if (view != null) {
				writeView(converter, data, type, view, output);
			}
			else {
				write(converter, data, type, output);
			}
		}
		catch (IOException | HttpMessageConversionException ex) {
			throw JsonWriter.notWritable(data, ex.getMessage(), ex);
		}
		return output.body().toByteArray();
	}

	/**
	 * Only Jackson knows of views.
	 */
	@SuppressWarnings("removal")
	private static void writeView(HttpMessageConverter<?> converter, Object data, Type type, Class<?> view,
			Output output) throws IOException {
		if (converter instanceof AbstractJacksonHttpMessageConverter<?> jackson) {
			jackson.write(data, ResolvableType.forType(type), MediaType.APPLICATION_JSON, output,
					Map.of(JsonView.class.getName(), view));
		}
		else if (converter instanceof org.springframework.http.converter.json.AbstractJackson2HttpMessageConverter) {
			org.springframework.http.converter.json.MappingJacksonValue value = new org.springframework.http.converter.json.MappingJacksonValue(
					data);
			value.setSerializationView(view);
			write(converter, value, type, output);
		}
		else {
			throw JsonWriter.notWritable(data, "it is to be seen in the view " + view.getName() + ", and "
					+ converter.getClass().getName() + " knows no views. Send an object that has no more than that",
					null);
		}
	}

	@SuppressWarnings("unchecked")
	private static void write(HttpMessageConverter<?> converter, Object data, Type type, Output output)
			throws IOException {
		if (converter instanceof SmartHttpMessageConverter<?> smart) {
			((SmartHttpMessageConverter<Object>) smart).write(data, ResolvableType.forType(type),
					MediaType.APPLICATION_JSON, output, null);
		}
		else if (converter instanceof GenericHttpMessageConverter<?> generic) {
			((GenericHttpMessageConverter<Object>) generic).write(data, type, MediaType.APPLICATION_JSON, output);
		}
		else {
			((HttpMessageConverter<Object>) converter).write(data, MediaType.APPLICATION_JSON, output);
		}
	}

	/**
	 * What a converter writes to, in place of a response.
	 */
	private record Output(HttpHeaders headers, ByteArrayOutputStream body) implements HttpOutputMessage {

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public ByteArrayOutputStream getBody() {
			return this.body;
		}

	}

}
