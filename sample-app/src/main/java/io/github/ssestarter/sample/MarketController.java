package io.github.ssestarter.sample;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEventType;
import io.github.ssestarter.SseEvents;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.SseTopicActiveEvent;
import io.github.ssestarter.SseTopicIdleEvent;

/**
 * A thousand prices a second, each an event of its own, as long as somebody listens.
 */
@RestController
class MarketController {

	private static final String TOPIC = "prices";

	private static final List<String> BASES = List.of("EUR", "USD", "GBP", "CHF", "JPY", "AUD", "CAD", "NZD", "SEK",
			"NOK");

	private static final List<String> QUOTES = List.of("DKK", "PLN", "CZK", "HUF", "TRY", "ZAR", "MXN", "SGD", "HKD",
			"INR");

	private final Random random = new Random();

	/** In ten-thousandths. */
	private final int[] prices = this.random.ints(BASES.size() * QUOTES.size(), 5_000, 500_000).toArray();

	private final SseBroadcaster broadcaster;

	private final TaskScheduler scheduler;

	private final Node node;

	private @Nullable ScheduledFuture<?> feed;

	private long number;

	MarketController(SseBroadcaster broadcaster, TaskScheduler scheduler, Node node) {
		this.broadcaster = broadcaster;
		this.scheduler = scheduler;
		this.node = node;
	}

	@GetMapping("/market/prices")
	@SseEvents(@SseEventType(name = "price", data = Price.class))
	void prices(SseStream stream) {
		stream.join(topic());
	}

	@EventListener
	synchronized void start(SseTopicActiveEvent active) {
		if (active.topic().equals(topic())) {
			this.feed = this.scheduler.scheduleAtFixedRate(this::publishTen, Duration.ofMillis(10));
		}
	}

	@EventListener
	synchronized void stop(SseTopicIdleEvent idle) {
		if (idle.topic().equals(topic()) && this.feed != null) {
			this.feed.cancel(false);
		}
	}

	synchronized long lastNumber() {
		return this.number;
	}

	/** The numbers of prices are a node's own, and so are the prices. */
	private String topic() {
		return this.node.ownTopic(TOPIC);
	}

	private synchronized void publishTen() {
		for (int i = 0; i < 10; i++) {
			int pair = this.random.nextInt(this.prices.length);
			this.prices[pair] += this.random.nextInt(-20, 21);
			String name = BASES.get(pair / QUOTES.size()) + "/" + QUOTES.get(pair % QUOTES.size());
			this.broadcaster.send(SseAudience.topic(topic()), "price", new Price(++this.number, name,
					BigDecimal.valueOf(this.prices[pair], 4), System.currentTimeMillis()));
		}
	}

	record Price(long number, String pair, BigDecimal price, long at) {
	}

}
