package io.github.ssestarter.fanout.notice;

import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StreamLog}.
 */
class StreamLogTests {

	private static final String CLIENT_ID = "sseClientId";

	private final Logger logger = (Logger) LoggerFactory.getLogger(StreamLog.class);

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	private final TestEngine engine = new TestEngine();

	@BeforeEach
	void listen() {
		this.logger.setLevel(Level.DEBUG);
		this.logger.addAppender(this.appender);
		this.appender.start();
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.appender);
		this.logger.setLevel(null);
	}

	@Test
	void whatHappensToAStreamIsToldInOrder() {
		this.engine.maxEvents = 3;
		this.engine.start();
		TestClient client = this.engine.attach("c1", "ann", null);
		client.stream().send(SseEvent.of("hello", "1")).join("orders");
		client.returned();
		this.engine.turn();
		this.engine.engine().broadcaster().send(SseAudience.topic("orders"), "order", "x");
		this.engine.turn();
		client.transport().block();
		for (int i = 0; i < 6; i++) {
			this.engine.send(SseAudience.topic("orders"), "y");
			this.engine.turn();
		}
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		client.stream().complete();
		this.engine.turn();
		assertThat(told("c1")).containsExactly("Opened by the user 'ann'", "Sent no event, 12 bytes",
				"Sent event 'hello', 22 bytes", "Sent event 'connected', id #0, 108 bytes", "Live: has caught up",
				"Sent event 'order', id #1, 40 bytes", "Lagging: reads on from the history, after position 1",
				"Sent event 'sse-gap', id #4, 97 bytes", "Sent event without a name, id #5, 27 bytes",
				"Sent event without a name, id #6, 27 bytes", "Sent event without a name, id #7, 27 bytes",
				"Live: has caught up", "The stream of client c1 has ended: COMPLETED, after 0 ms");
	}

	@Test
	void aStreamThatHasJoinedTellsItsTopicsAndHeartbeatsAreTold() {
		this.engine.heartbeat = Duration.ofSeconds(1);
		this.engine.start();
		this.engine.attach("c1").joined("orders", "news");
		this.engine.pass(Duration.ofMillis(1500));
		assertThat(told("c1")).containsExactly("Opened, joined [news, orders]",
				"Sent event 'connected', id #0, 108 bytes", "Live: has caught up", "Sent no event, 3 bytes");
	}

	@Test
	void theClientIdIsThereWhileItIsLoggedOnly() {
		MDC.put(CLIENT_ID, "the application's own");
		try {
			this.engine.start();
			this.engine.attach("c1").joined();
			assertThat(told("c1")).isNotEmpty();
			assertThat(MDC.get(CLIENT_ID)).isEqualTo("the application's own");
			MDC.remove(CLIENT_ID);
			this.engine.attach("c2").joined();
			assertThat(told("c2")).isNotEmpty();
			assertThat(MDC.getCopyOfContextMap()).doesNotContainKey(CLIENT_ID);
		}
		finally {
			MDC.remove(CLIENT_ID);
		}
	}

	@Test
	void nothingIsToldUnlessAskedFor() {
		this.logger.setLevel(Level.INFO);
		this.engine.start();
		this.engine.attach("c1").joined().stream().complete();
		this.engine.turn();
		assertThat(this.appender.list).isEmpty();
	}

	@Test
	void aFaultIsToldWithTheClientId() {
		Logger shardLogger = (Logger) LoggerFactory.getLogger("io.github.ssestarter.fanout.shard.Shard");
		shardLogger.addAppender(this.appender);
		try {
			this.engine.start();
			TestClient client = this.engine.attach("c1").joined("orders");
			client.transport().crash();
			this.engine.send(SseAudience.topic("orders"), "x");
			this.engine.turn();
			assertThat(told("c1")).contains("A stream failed and is closed");
		}
		finally {
			shardLogger.detachAppender(this.appender);
		}
	}

	private List<String> told(String clientId) {
		return this.appender.list.stream()
			.filter((event) -> clientId.equals(event.getMDCPropertyMap().get(CLIENT_ID)))
			.map((event) -> this.engine.readable(event.getFormattedMessage()))
			.toList();
	}

}
