package io.github.ssestarter.fanout;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.hearing.TopicCounts;

/**
 * Warns if what goes to everyone has the name of a topic that somebody has joined: most
 * likely it was meant for that topic. Once for each name.
 */
final class EventNameWarning {

	/** How many names are told of. */
	private static final int MAX_NAMES = 100;

	private static final Log logger = LogFactory.getLog(EventNameWarning.class);

	private final TopicCounts topics;

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	EventNameWarning(TopicCounts topics) {
		this.topics = topics;
	}

	/**
	 * An event goes to everyone.
	 * @param name its name, {@code null} for none
	 */
	void sentToEveryone(@Nullable String name) {
		if (name != null && this.topics.hasJoined(name) && this.warned.size() < MAX_NAMES && this.warned.add(name)) {
			logger.warn("An event named '" + name + "' was sent to everyone, and '" + name
					+ "' is a topic that streams have joined: broadcast(…) takes the name of an event, not a topic."
					+ " To reach the topic alone call send(SseAudience.topic(\"" + name
					+ "\"), …). If everyone is meant, give the event or the topic another name."
					+ " Told once for each name");
		}
	}

}
