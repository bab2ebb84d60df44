package io.github.ssestarter.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import io.github.ssestarter.SseTopic;
import io.github.ssestarter.servlet.SseEndpoint;
import io.github.ssestarter.servlet.SseStreamReturnValueHandler;
import io.github.ssestarter.servlet.StreamMethods;

/**
 * Once Spring MVC is complete: adds the ready-made endpoints, puts the return value
 * handler before those that would write a body, and refuses methods whose stream could
 * not work.
 */
final class SseHandlerMethods implements SmartInitializingSingleton {

	private final SseProperties properties;

	private final InstantSource clock;

	private final ApplicationContext context;

	SseHandlerMethods(SseProperties properties, InstantSource clock, ApplicationContext context) {
		this.context = context;
		this.properties = properties;
		this.clock = clock;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.context.getBeansOfType(RequestMappingHandlerAdapter.class).values().forEach(this::addReturnValueHandler);
		for (RequestMappingHandlerMapping mapping : this.context.getBeansOfType(RequestMappingHandlerMapping.class)
			.values()) {
			for (HandlerMethod method : mapping.getHandlerMethods().values()) {
				if (StreamMethods.isStreamMethod(method)) {
					StreamMethods.requireUsable(method);
				}
			}
		}
		if (!this.properties.getEndpoints().isEmpty()) {
			addEndpoints(this.context.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class));
		}
	}

	private void addReturnValueHandler(RequestMappingHandlerAdapter adapter) {
		List<HandlerMethodReturnValueHandler> handlers = new ArrayList<>();
		handlers.add(new SseStreamReturnValueHandler());
		if (adapter.getReturnValueHandlers() != null) {
			handlers.addAll(adapter.getReturnValueHandlers());
		}
		adapter.setReturnValueHandlers(handlers);
	}

	private void addEndpoints(RequestMappingHandlerMapping mapping) {
		List<SseProperties.Endpoint> endpoints = this.properties.getEndpoints();
		for (int i = 0; i < endpoints.size(); i++) {
			SseEndpoint.Settings settings = settings("sse.endpoints[" + i + "]", endpoints.get(i));
			new SseEndpoint(settings, this.properties.getEvent().getConnectedName(), this.clock).register(mapping);
		}
	}

	private SseEndpoint.Settings settings(String name, SseProperties.Endpoint endpoint) {
		String path = endpoint.getPath();
		if (path == null || !path.startsWith("/")) {
			throw PropertyChecks.invalid(name + ".path", path, "It must be a path that begins with '/'.");
		}
		for (String topic : endpoint.getTopics()) {
			try {
				SseTopic.requireName(topic);
			}
			catch (IllegalArgumentException ex) {
				throw PropertyChecks.invalid(name + ".topics", topic, ex.getMessage() + ".");
			}
		}
		Duration interval = (endpoint.getHeartbeatInterval() != null) ? endpoint.getHeartbeatInterval()
				: this.properties.getHeartbeat().getInterval();
		return new SseEndpoint.Settings(path, List.copyOf(endpoint.getTopics()),
				PropertyChecks.zeroTo(name + ".retry", endpoint.getRetry(), Duration.ofDays(1)),
				EngineSettingsMapper.heartbeatInterval(name + ".heartbeat-interval", interval));
	}

}
