package io.github.ssestarter.autoconfigure;

import java.util.Collection;
import java.util.List;

import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurationSupport;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

import io.github.ssestarter.servlet.SseStartUpException;
import io.github.ssestarter.servlet.SseStreamArgumentResolver;

/**
 * Refuses to start where the application has set Spring MVC up without asking its
 * configurers: each stream would be an error.
 */
final class HandMadeMvc {

	private HandMadeMvc() {
	}

	static void requireStreams(Collection<RequestMappingHandlerAdapter> adapters, ApplicationContext context) {
		if (!adapters.isEmpty() && adapters.stream().noneMatch(HandMadeMvc::takesStreams)) {
			throw new SseStartUpException("Spring MVC is set up" + by(context)
					+ " without the WebMvcConfigurer beans, and so without the starter's: no controller method would get"
					+ " an SseStream.",
					"Implement WebMvcConfigurer in place of extending WebMvcConfigurationSupport; or extend"
							+ " DelegatingWebMvcConfiguration, and call super in what it overrides. If no streams are"
							+ " wanted, set sse.enabled=false.");
		}
	}

	private static boolean takesStreams(RequestMappingHandlerAdapter adapter) {
		List<HandlerMethodArgumentResolver> resolvers = adapter.getArgumentResolvers();
		return resolvers != null && resolvers.stream().anyMatch(SseStreamArgumentResolver.class::isInstance);
	}

	private static String by(ApplicationContext context) {
		return context.getBeanProvider(WebMvcConfigurationSupport.class)
			.stream()
			.findFirst()
			.map((configuration) -> " by " + ClassUtils.getUserClass(configuration).getName())
			.orElse("");
	}

}
