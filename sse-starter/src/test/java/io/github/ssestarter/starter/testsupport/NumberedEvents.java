package io.github.ssestarter.starter.testsupport;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;

/**
 * Publishes events whose data are numbers, from 0 on, at a steady pace, and remembers the
 * id of each.
 */
public final class NumberedEvents implements AutoCloseable {

	private final SseBroadcaster broadcaster;

	private final SseAudience audience;

	private final Map<String, Integer> numbers = new ConcurrentHashMap<>();

	private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();

	private volatile int published;

	private volatile @Nullable Throwable failure;

	public NumberedEvents(SseBroadcaster broadcaster, SseAudience audience) {
		this.broadcaster = broadcaster;
		this.audience = audience;
	}

	public NumberedEvents start(Duration pause) {
		this.executor.scheduleAtFixedRate(this::publish, 0, pause.toNanos(), TimeUnit.NANOSECONDS);
		return this;
	}

	private void publish() {
		try {
			int number = this.published;
			String id = this.broadcaster.publish(this.audience, SseEvent.of("n", Integer.toString(number)))
				.get(10, TimeUnit.SECONDS);
			this.numbers.put(id, number);
			this.published = number + 1;
		}
		catch (Exception ex) {
			this.failure = ex;
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * How many were published.
	 */
	public int published() {
		if (this.failure != null) {
			throw new AssertionError("An event could not be published", this.failure);
		}
		return this.published;
	}

	/**
	 * The number of the first event after an id.
	 */
	int firstAfter(String id) {
		return this.numbers.getOrDefault(id, -1) + 1;
	}

	/**
	 * Publishes no more; returns once the last is out.
	 * @return how many were published
	 */
	public int stop() throws InterruptedException {
		this.executor.shutdown();
		if (!this.executor.awaitTermination(30, TimeUnit.SECONDS)) {
			throw new AssertionError("Publishing hangs");
		}
		return published();
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
