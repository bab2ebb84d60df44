package io.github.ssestarter.autoconfigure;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.format.EventWatcher;
import io.github.ssestarter.openapi.DescribedEvents;
import io.github.ssestarter.openapi.EventDescription;

/**
 * Holds events against all that is described: here once Spring MVC is complete, before
 * anything is started, and in child contexts, of which another one may come at any time.
 */
final class EventChecks
		implements EventWatcher, SmartInitializingSingleton, ApplicationListener<ContextRefreshedEvent> {

	private final ApplicationContext own;

	private final Set<EventDescription> events = new LinkedHashSet<>();

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	private volatile EventWatcher described = EventWatcher.NONE;

	EventChecks(SseProperties properties, ApplicationContext own) {
		this.own = own;
		for (SseProperties.Endpoint endpoint : properties.getEndpoints()) {
			endpoint.getOpenapi().getItems().forEach((name, type) -> this.events.add(new EventDescription(name, type)));
		}
	}

	@Override
	public void afterSingletonsInstantiated() {
		add(this.own);
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() != this.own) {
			add(event.getApplicationContext());
		}
	}

	private synchronized void add(ApplicationContext context) {
		new StreamMvc(context).handlerMethods().map(EventDescription::ofMethod).forEach(this.events::addAll);
		this.described = new DescribedEvents(this.events, this.warned);
	}

	@Override
	public void sending(SseEvent event) {
		this.described.sending(event);
	}

}
