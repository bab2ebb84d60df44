package io.github.ssestarter.sample;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseConnection;

/**
 * What goes on in this node at a moment. What is counted is counted from the start of the
 * application, so that two snapshots tell the rates between them.
 *
 * @param at the moment
 * @param deliveries events written to streams
 * @param bytes bytes written to streams
 * @param gaps clients that were told that they lost events
 * @param deliveryMillis how long a delivery takes at most, but for one in a hundred
 * @param ends how many streams have ended, by the reason
 * @param topics how many streams have joined each of the first of them
 * @param transports how many streams are written to by them
 * @param lagging how many streams are behind
 * @param streams the newest of the streams
 */
record Snapshot(Instant at, long deliveries, long bytes, long gaps, double deliveryMillis, Map<String, Long> ends,
		Map<String, Long> topics, Map<SseConnection.Transport, Long> transports, long lagging,
		List<OpenStream> streams) {

	/** Of the streams, and of the topics. */
	private static final int SHOWN = 50;

	static Snapshot of(List<SseConnection> streams, MeterRegistry meters) {
		return new Snapshot(Instant.now(), count(meters, "sse.deliveries"), count(meters, "sse.bytes"),
				count(meters, "sse.gaps"), deliveryMillis(meters), ends(meters), topics(streams),
				streams.stream().collect(Collectors.groupingBy(SseConnection::transport, Collectors.counting())),
				streams.stream().filter((stream) -> stream.state() == SseConnection.State.LAGGING).count(),
				streams.stream().skip(Math.max(0, streams.size() - SHOWN)).map(OpenStream::of).toList());
	}

	private static long count(MeterRegistry meters, String name) {
		return (long) meters.get(name).counter().count();
	}

	private static double deliveryMillis(MeterRegistry meters) {
		ValueAtPercentile[] percentiles = meters.get("sse.delivery.time").timer().takeSnapshot().percentileValues();
		return percentiles[percentiles.length - 1].value(TimeUnit.MILLISECONDS);
	}

	private static Map<String, Long> ends(MeterRegistry meters) {
		Map<String, Long> ends = new TreeMap<>();
		for (Counter end : meters.get("sse.streams.closed").counters()) {
			if (end.count() > 0) {
				ends.put(String.valueOf(end.getId().getTag("reason")), (long) end.count());
			}
		}
		return ends;
	}

	private static Map<String, Long> topics(List<SseConnection> streams) {
		TreeMap<String, Long> topics = new TreeMap<>();
		streams.forEach((stream) -> stream.topics().forEach((topic) -> topics.merge(topic, 1L, Long::sum)));
		while (topics.size() > SHOWN) {
			topics.pollLastEntry();
		}
		return topics;
	}

	/**
	 * A stream, without what is nobody's business: of the client's id, which is a
	 * credential, the beginning; of its address nothing.
	 *
	 * @param client the beginning of its client's id
	 * @param user who is logged in there
	 * @param topics what it has joined
	 * @param since when its request came
	 * @param state how it stands
	 * @param lag how many events it is behind
	 * @param bytes how many bytes were written to it
	 * @param transport what they were written to
	 */
	record OpenStream(String client, @Nullable String user, Set<String> topics, Instant since,
			SseConnection.State state, long lag, long bytes, SseConnection.Transport transport) {

		private static final int SHOWN_OF_ID = 6;

		static OpenStream of(SseConnection stream) {
			String id = stream.id();
			return new OpenStream(id.substring(0, Math.min(SHOWN_OF_ID, id.length())), stream.user(), stream.topics(),
					stream.since(), stream.state(), stream.lag(), stream.bytes(), stream.transport());
		}

	}

}
