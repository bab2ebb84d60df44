package io.github.ssestarter.autoconfigure.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import io.github.ssestarter.servlet.StreamMethods;

/**
 * The path patterns and HTTP methods that are served by methods with an
 * {@link io.github.ssestarter.SseStream}, found once Spring MVC is complete, also where a
 * child context has it.
 */
final class StreamRoutes
		implements SmartInitializingSingleton, ApplicationListener<ContextRefreshedEvent>, BiPredicate<String, String> {

	/** In place of a method: those that no other handler is made for. */
	private static final String ANY = "*";

	private final ApplicationContext context;

	private final Set<Route> streams = ConcurrentHashMap.newKeySet();

	private final Set<Route> others = ConcurrentHashMap.newKeySet();

	StreamRoutes(ApplicationContext context) {
		this.context = context;
	}

	@Override
	public void afterSingletonsInstantiated() {
		addAll(this.context);
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() != this.context) {
			addAll(event.getApplicationContext());
		}
	}

	private void addAll(ApplicationContext context) {
		for (RequestMappingHandlerMapping mapping : context.getBeansOfType(RequestMappingHandlerMapping.class)
			.values()) {
			mapping.getHandlerMethods()
				.forEach((info, method) -> add(info,
						(StreamMethods.isStreamMethod(method)) ? this.streams : this.others));
		}
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
