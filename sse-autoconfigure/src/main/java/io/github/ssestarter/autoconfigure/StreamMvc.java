package io.github.ssestarter.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.context.ApplicationContext;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import io.github.ssestarter.servlet.SseStreamReturnValueHandler;
import io.github.ssestarter.servlet.StreamMethods;

/**
 * Spring MVC as one application context has it, without that of its parents.
 *
 * @param context the context
 */
record StreamMvc(ApplicationContext context) {

	/**
	 * What handles the requests of controller methods.
	 */
	Collection<RequestMappingHandlerAdapter> adapters() {
		return this.context.getBeansOfType(RequestMappingHandlerAdapter.class).values();
	}

	/**
	 * The controller methods.
	 */
	Stream<HandlerMethod> handlerMethods() {
		return this.context.getBeansOfType(RequestMappingHandlerMapping.class)
			.values()
			.stream()
			.flatMap((mapping) -> mapping.getHandlerMethods().values().stream());
	}

	/**
	 * The controller methods that take a stream.
	 */
	List<HandlerMethod> streamMethods() {
		return handlerMethods().filter(StreamMethods::isStreamMethod).toList();
	}

	/**
	 * Refuses methods whose stream could not work, and puts the return value handler
	 * before those that would write a body.
	 */
	void prepare() {
		streamMethods().forEach(StreamMethods::requireUsable);
		adapters().forEach(StreamMvc::addReturnValueHandler);
	}

	private static void addReturnValueHandler(RequestMappingHandlerAdapter adapter) {
		List<HandlerMethodReturnValueHandler> handlers = new ArrayList<>();
		handlers.add(new SseStreamReturnValueHandler());
		if (adapter.getReturnValueHandlers() != null) {
			handlers.addAll(adapter.getReturnValueHandlers());
		}
		adapter.setReturnValueHandlers(handlers);
	}

}
