package io.github.ssestarter.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.fanout.EngineStatus;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.fanout.notice.EngineListener;
import io.github.ssestarter.fanout.notice.EngineListener.Publication;
import io.github.ssestarter.fanout.notice.EngineListener.Resumption;
import io.github.ssestarter.fanout.notice.Limit;

/**
 * The meters of one engine in one registry. All are there from the start, so that a
 * dashboard shows a zero where nothing has happened.
 */
final class EngineMeters implements EngineListener {

	private final MeterRegistry registry;

	/** Gauges hold what they show weakly. */
	private final EngineStatus status;

	private final List<Meter> meters = new ArrayList<>();

	private final Counter opened;

	private final Map<SseCloseReason, Counter> closed;

	private final Timer duration;

	private final Map<Publication, Counter> published;

	private final Timer publishTime;

	private final Counter deliveries;

	private final Counter bytes;

	private final Timer deliveryTime;

	private final Counter gaps;

	private final Map<Resumption, Counter> resumed;

	private final Map<Limit, Counter> refused;

	EngineMeters(MeterRegistry registry, SseEngine engine) {
		this.registry = registry;
		this.status = new EngineStatus(engine);
		this.opened = counter("sse.streams.opened", "Streams that were opened");
		this.closed = counters("sse.streams.closed", "Streams that have ended, by the reason", "reason",
				SseCloseReason.class);
		this.duration = added(
				Timer.builder("sse.stream.duration").description("How long streams were open").register(registry));
		this.published = counters("sse.events.published", "Events given to the broadcaster, by what became of them",
				"outcome", Publication.class);
		this.publishTime = added(Timer.builder("sse.backplane.publish.time")
			.description("From an event's publishing to its place in the log")
			.register(registry));
		this.deliveries = counter("sse.deliveries", "Events written to streams, each counted for every stream");
		this.bytes = added(Counter.builder("sse.bytes")
			.description("Bytes written to streams")
			.baseUnit("bytes")
			.register(registry));
		this.deliveryTime = added(Timer.builder("sse.delivery.time")
			.description("From an event's arrival on this node to its write to the last stream that was ready for it")
			.publishPercentiles(0.5, 0.95, 0.99)
			.register(registry));
		this.gaps = counter("sse.gaps", "Clients that were told that they lost events");
		this.resumed = counters("sse.resumed", "Clients that came back with a Last-Event-ID, by what they got",
				"outcome", Resumption.class);
		this.refused = counters("sse.refused", "Streams that there was no room for, by the limit", "limit",
				Limit.class);
		for (SseConnection.Transport transport : SseConnection.Transport.values()) {
			added(Gauge.builder("sse.streams", this.status, (status) -> status.streams(transport))
				.description("Streams that are open on this node, by what they are written to")
				.tag("transport", tagValue(transport))
				.register(registry));
		}
		gauge("sse.lagging", "Streams that are behind: their clients are slow, or just came back",
				EngineStatus::lagging);
		gauge("sse.history.events", "Events held for clients that come back", EngineStatus::historyEvents);
		added(Gauge.builder("sse.history.bytes", this.status, EngineStatus::historyBytes)
			.description("Bytes of the events held for clients that come back")
			.baseUnit("bytes")
			.register(registry));
		gauge("sse.engine.backlog", "Events that the slowest shard has still to hand out", EngineStatus::backlog);
		gauge("sse.backplane.up", "Whether the backplane brings events: 1, or 0",
				(status) -> (status.backplaneFailure() != null) ? 0 : 1);
		added(TimeGauge
			.builder("sse.backplane.lag", this.status, TimeUnit.NANOSECONDS,
					(status) -> status.backplane().lag().toNanos())
			.description("For how long the log has held events that this node has not read")
			.register(registry));
		added(FunctionCounter
			.builder("sse.backplane.reconnects", this.status, (status) -> status.backplane().reconnects())
			.description("How often the backplane had to connect anew")
			.register(registry));
	}

	private Counter counter(String name, String description) {
		return added(Counter.builder(name).description(description).register(this.registry));
	}

	private <E extends Enum<E>> Map<E, Counter> counters(String name, String description, String tag, Class<E> values) {
		Map<E, Counter> counters = new EnumMap<>(values);
		for (E value : values.getEnumConstants()) {
			counters.put(value, added(
					Counter.builder(name).description(description).tag(tag, tagValue(value)).register(this.registry)));
		}
		return counters;
	}

	private static String tagValue(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	private void gauge(String name, String description, ToDoubleFunction<EngineStatus> value) {
		added(Gauge.builder(name, this.status, value).description(description).register(this.registry));
	}

	private <M extends Meter> M added(M meter) {
		this.meters.add(meter);
		return meter;
	}

	void remove() {
		this.meters.forEach(this.registry::remove);
	}

	@Override
	public void opened() {
		this.opened.increment();
	}

	@Override
	public void closed(SseCloseReason reason, Duration duration) {
		increment(this.closed, reason);
		this.duration.record(duration);
	}

	@Override
	public void published(Publication publication) {
		increment(this.published, publication);
	}

	@Override
	public void placed(long nanos) {
		this.publishTime.record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void wrote(long events, long bytes) {
		this.deliveries.increment(events);
		this.bytes.increment(bytes);
	}

	@Override
	public void handedOut(long nanos) {
		this.deliveryTime.record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void gap() {
		this.gaps.increment();
	}

	@Override
	public void resumed(Resumption resumption) {
		increment(this.resumed, resumption);
	}

	@Override
	public void refused(Limit limit) {
		increment(this.refused, limit);
	}

	private static <E extends Enum<E>> void increment(Map<E, Counter> counters, E value) {
		Counter counter = counters.get(value);
		if (counter != null) {
			counter.increment();
		}
	}

}
