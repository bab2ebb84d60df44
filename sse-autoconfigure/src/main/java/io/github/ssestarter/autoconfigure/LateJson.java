package io.github.ssestarter.autoconfigure;

import java.lang.reflect.Type;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanCurrentlyInCreationException;
import org.springframework.context.ApplicationContext;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.format.JsonWriter;
import io.github.ssestarter.servlet.ResponseJson;

/**
 * JSON as the application's responses have it, before there is a Spring MVC: it needs
 * streams, whose events are written so.
 */
final class LateJson implements JsonWriter {

	/** Of those that there may be, the one for the application's own controllers. */
	private static final String ADAPTER = "requestMappingHandlerAdapter";

	private final Supplier<JsonWriter> writer;

	LateJson(ApplicationContext context) {
		this.writer = new AtFirstUse<>(() -> find(context));
	}

	private static JsonWriter find(ApplicationContext context) {
		try {
			return ResponseJson.of(converters(context),
					JsonWriter.of(context.getBeanProvider(JsonMapper.class).getIfAvailable(JsonMapper::new)));
		}
		catch (BeansException ex) {
			if (ex.contains(BeanCurrentlyInCreationException.class)) {
				throw new IllegalStateException("The data of events is written as that of responses, and Spring MVC is"
						+ " not there yet: it needs a bean that is just being made and sends already. Send once the"
						+ " application is ready, such as in a listener for ApplicationReadyEvent", ex);
			}
			throw ex;
		}
	}

	private static List<HttpMessageConverter<?>> converters(ApplicationContext context) {
		return (context.containsBean(ADAPTER))
				? context.getBean(ADAPTER, RequestMappingHandlerAdapter.class).getMessageConverters() : List.of();
	}

	@Override
	public byte[] write(Object data, Type type, @Nullable Class<?> view) {
		return this.writer.get().write(data, type, view);
	}

}
