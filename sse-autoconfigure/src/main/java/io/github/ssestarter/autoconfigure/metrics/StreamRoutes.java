package io.github.ssestarter.autoconfigure.metrics;

import java.util.HashSet;
import java.util.Set;
import java.util.function.BiPredicate;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import io.github.ssestarter.servlet.StreamMethods;

/**
 * The path patterns and HTTP methods that are served by methods with an
 * {@link io.github.ssestarter.SseStream}, found once Spring MVC is complete.
 */
final class StreamRoutes implements SmartInitializingSingleton, BiPredicate<String, String> {

	/** In place of a method: those that no other handler is made for. */
	private static final String ANY = "*";

	private final ApplicationContext context;

	private volatile Set<Route> streams = Set.of();

	private volatile Set<Route> others = Set.of();

	StreamRoutes(ApplicationContext context) {
		this.context = context;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Set<Route> streams = new HashSet<>();
		Set<Route> others = new HashSet<>();
		for (RequestMappingHandlerMapping mapping : this.context.getBeansOfType(RequestMappingHandlerMapping.class)
			.values()) {
			mapping.getHandlerMethods()
				.forEach((info, method) -> add(info, (StreamMethods.isStreamMethod(method)) ? streams : others));
		}
		this.streams = streams;
		this.others = others;
	}

	private static void add(RequestMappingInfo info, Set<Route> routes) {
		Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
		for (String pattern : info.getPatternValues()) {
			// As the metrics of Spring MVC call it
			String uri = (pattern.isEmpty()) ? "root" : pattern;
			if (methods.isEmpty()) {
				routes.add(new Route(uri, ANY));
			}
			methods.forEach((method) -> routes.add(new Route(uri, method.name())));
		}
	}

	@Override
	public boolean test(String uri, String method) {
		return this.streams.contains(new Route(uri, method))
				|| (this.streams.contains(new Route(uri, ANY)) && !this.others.contains(new Route(uri, method)));
	}

	private record Route(String uri, String method) {
	}

}
