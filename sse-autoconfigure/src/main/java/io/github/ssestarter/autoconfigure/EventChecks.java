package io.github.ssestarter.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.format.EventWatcher;
import io.github.ssestarter.openapi.DescribedEvents;
import io.github.ssestarter.openapi.EventDescription;

/**
 * Holds events against all that is described, here and in child contexts, each once its
 * Spring MVC is complete.
 */
final class EventChecks implements EventWatcher, ApplicationListener<ContextRefreshedEvent> {

	private final List<EventDescription> events = new ArrayList<>();

	private volatile EventWatcher described = EventWatcher.NONE;

	EventChecks(SseProperties properties) {
		for (SseProperties.Endpoint endpoint : properties.getEndpoints()) {
			endpoint.getOpenapi().getItems().forEach((name, type) -> this.events.add(new EventDescription(name, type)));
		}
	}

	@Override
	public synchronized void onApplicationEvent(ContextRefreshedEvent event) {
		new StreamMvc(event.getApplicationContext()).handlerMethods()
			.map(EventDescription::ofMethod)
			.forEach(this.events::addAll);
		this.described = new DescribedEvents(this.events);
	}

	@Override
	public void sending(SseEvent event) {
		this.described.sending(event);
	}

}
