package io.github.ssestarter.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.format.EventWatcher;
import io.github.ssestarter.openapi.DescribedEvents;
import io.github.ssestarter.openapi.EventDescription;

/**
 * Holds events against all that is described, once Spring MVC is complete.
 */
final class EventChecks implements EventWatcher, SmartInitializingSingleton {

	private final SseProperties properties;

	private final ApplicationContext context;

	private volatile EventWatcher described = EventWatcher.NONE;

	EventChecks(SseProperties properties, ApplicationContext context) {
		this.properties = properties;
		this.context = context;
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<EventDescription> events = new ArrayList<>();
		for (RequestMappingHandlerMapping mapping : this.context.getBeansOfType(RequestMappingHandlerMapping.class)
			.values()) {
			for (HandlerMethod method : mapping.getHandlerMethods().values()) {
				events.addAll(EventDescription.ofMethod(method));
			}
		}
		for (SseProperties.Endpoint endpoint : this.properties.getEndpoints()) {
			endpoint.getOpenapi().getItems().forEach((name, type) -> events.add(new EventDescription(name, type)));
		}
		this.described = new DescribedEvents(events);
	}

	@Override
	public void sending(SseEvent event) {
		this.described.sending(event);
	}

}
