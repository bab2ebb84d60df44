package io.github.ssestarter.openapi;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.format.EventWatcher;

/**
 * Warns of events whose name is described, wherever it is, and whose data is of none of
 * the types that are described for it. Once for each name and type.
 *
 * @since 0.1.0
 */
public final class DescribedEvents implements EventWatcher {

	/** How many are told of. */
	private static final int MAX_WARNED = 100;

	private static final Log logger = LogFactory.getLog(DescribedEvents.class);

	private final Map<String, Set<Class<?>>> types;

	private final Set<String> warned;

	/**
	 * Creates it.
	 * @param events all that are described
	 * @param warned what was told before, and is not told again: a set for many threads,
	 * to which is added
	 */
	public DescribedEvents(Set<EventDescription> events, Set<String> warned) {
		this.warned = warned;
		this.types = events.stream()
			.collect(Collectors.groupingBy(EventDescription::name,
					Collectors.mapping(DescribedEvents::type, Collectors.toCollection(LinkedHashSet::new))));
	}

	private static Class<?> type(EventDescription event) {
		return (event.isEmpty()) ? Void.class : ClassUtils.resolvePrimitiveIfNecessary(event.data());
	}

	@Override
	public void sending(SseEvent event) {
		String name = (event.name() != null) ? event.name() : EventDescription.UNNAMED;
		Object data = event.data();
		Set<Class<?>> described = this.types.get(name);
		boolean isEvent = event.name() != null || data != null;
		if (described == null || !isEvent || described.stream().anyMatch((type) -> isOf(type, data))) {
			return;
		}
		String sent = (data != null) ? data.getClass().getName() : "none";
		if (this.warned.size() < MAX_WARNED && this.warned.add(name + " " + sent)) {
			logger.warn("The data of an event '" + name + "' is " + sent + ", and what is described is "
					+ described.stream().map(DescribedEvents::nameOf).collect(Collectors.joining(" or "))
					+ ": mend @SseEvents, or sse.endpoints[].openapi.items, or what is sent."
					+ " Told once for each name and type");
		}
	}

	private static String nameOf(Class<?> type) {
		return (type != Void.class) ? type.getName() : "none";
	}

	private static boolean isOf(Class<?> type, @Nullable Object data) {
		if (type == Void.class) {
			return data == null || (data instanceof CharSequence text && text.isEmpty());
		}
		// Text is text, whatever it is kept in
		return type.isInstance(data) || (CharSequence.class.isAssignableFrom(type) && data instanceof CharSequence);
	}

}
