package io.github.ssestarter.sample;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import io.github.ssestarter.SseStreamClosedEvent;
import io.github.ssestarter.SseStreamOpenedEvent;

/**
 * Prints who comes and who goes, and why. Not the client id: who knows it can post as
 * that client.
 */
@Component
class StreamLog {

	private static final Logger logger = LoggerFactory.getLogger(StreamLog.class);

	@EventListener
	void opened(SseStreamOpenedEvent event) {
		logger.info("Opened: {} {}", who(event.user()), event.topics());
	}

	@EventListener
	void closed(SseStreamClosedEvent event) {
		logger.info("Closed: {} {} after {} s: {}", who(event.user()), event.topics(), event.duration().toSeconds(),
				event.reason());
	}

	private static String who(@Nullable String user) {
		return (user != null) ? user : "somebody";
	}

}
