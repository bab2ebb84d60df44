package io.github.ssestarter.starter.testsupport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SsePublishException;

/**
 * What was published, in order: the reference that clients are held against. The data of
 * an event is its number.
 */
public final class PublishedLog {

	private final SseBroadcaster broadcaster;

	private final AtomicReferenceArray<@Nullable String> ids;

	/** The topic of each event, empty for everyone. Written before it is published. */
	private final AtomicReferenceArray<@Nullable String> topics;

	private volatile int count;

	public PublishedLog(SseBroadcaster broadcaster, int max) {
		this.broadcaster = broadcaster;
		this.ids = new AtomicReferenceArray<>(max);
		this.topics = new AtomicReferenceArray<>(max);
	}

	/**
	 * Publishes the next event. One thread at a time.
	 * @param topic the topic, empty for everyone
	 */
	public void publish(String topic) {
		int number = this.count;
		this.topics.set(number, topic);
		SseAudience audience = (topic.isEmpty()) ? SseAudience.everyone() : SseAudience.topic(topic);
		Awaitility.await()
			.atMost(30, TimeUnit.SECONDS)
			.pollDelay(0, TimeUnit.MILLISECONDS)
			.pollInterval(5, TimeUnit.MILLISECONDS)
			.until(() -> tryPublish(number, audience));
		this.count = number + 1;
	}

	private boolean tryPublish(int number, SseAudience audience) throws Exception {
		try {
			this.ids.set(number, this.broadcaster.publish(audience, SseEvent.of("n", Integer.toString(number))).get());
			return true;
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof SsePublishException) {
				return false;
			}
			throw ex;
		}
	}

	/**
	 * How many events are out, for certain.
	 */
	public int count() {
		return this.count;
	}

	/**
	 * The id of an event, {@code null} if that is not known yet.
	 */
	@Nullable String id(int number) {
		return this.ids.get(number);
	}

	/**
	 * The numbers by id. Once all is published.
	 */
	public Map<String, Integer> numbers() {
		Map<String, Integer> numbers = new HashMap<>();
		for (int i = 0; i < this.count; i++) {
			String id = this.ids.get(i);
			if (id != null) {
				numbers.put(id, i);
			}
		}
		return numbers;
	}

	/**
	 * The numbers of all that somebody who has joined some topics hears, in order.
	 */
	public int[] heardBy(List<String> joined) {
		List<Integer> heard = new ArrayList<>();
		for (int i = 0; i < this.count; i++) {
			String topic = this.topics.get(i);
			if (topic != null && (topic.isEmpty() || joined.contains(topic))) {
				heard.add(i);
			}
		}
		return heard.stream().mapToInt(Integer::intValue).toArray();
	}

}
