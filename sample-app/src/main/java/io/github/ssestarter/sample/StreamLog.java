package io.github.ssestarter.sample;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import io.github.ssestarter.SseStreamClosedEvent;
import io.github.ssestarter.SseStreamOpenedEvent;

/**
 * Prints who comes and who goes, and why.
 */
@Component
class StreamLog {

	private static final Logger logger = LoggerFactory.getLogger(StreamLog.class);

	@EventListener
	void opened(SseStreamOpenedEvent event) {
		logger.info("Opened: {} {}", event.clientId(), event.topics());
	}

	@EventListener
	void closed(SseStreamClosedEvent event) {
		logger.info("Closed: {} {} after {} s: {}", event.clientId(), event.topics(), event.duration().toSeconds(),
				event.reason());
	}

}
