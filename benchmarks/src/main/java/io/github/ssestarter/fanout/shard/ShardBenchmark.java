package io.github.ssestarter.fanout.shard;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.backplane.LocalBackplane;
import io.github.ssestarter.benchmarks.server.Payload;
import io.github.ssestarter.fanout.EngineParts;
import io.github.ssestarter.fanout.EngineSettings;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.fanout.hearing.TopicLimits;
import io.github.ssestarter.fanout.notice.ApplicationCalls;
import io.github.ssestarter.fanout.notice.Interrupt;
import io.github.ssestarter.fanout.stream.CallContext;
import io.github.ssestarter.fanout.stream.EngineEnvironment;
import io.github.ssestarter.fanout.stream.EngineStream;
import io.github.ssestarter.fanout.stream.SessionLookup;
import io.github.ssestarter.fanout.stream.StreamRequest;
import io.github.ssestarter.fanout.stream.StreamSettings;
import io.github.ssestarter.format.JsonWriter;
import io.github.ssestarter.format.SseEventFormatter;
import io.github.ssestarter.history.EventHistory;

/**
 * What an event costs in the engine: one that nobody hears, and one that 1,000
 * connections hear which take everything and do nothing with it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ShardBenchmark {

	private static final int CONNECTIONS = 1000;

	private static final int BATCH = 20;

	private static final SseAudience HEARD = SseAudience.topic("heard");

	private static final SseAudience UNHEARD = SseAudience.topic("unheard");

	private static final SseEvent EVENT = SseEvent.of(Payload.of(12_345_678_901_234L, 1_000_000, 100));

	private final SseEventFormatter formatter = new SseEventFormatter(JsonWriter.of(JsonMapper.builder().build()),
			1_000_000);

	/** Turned by hand. */
	private final SseEngine turned = engine();

	/** With its own thread. */
	private final SseEngine running = engine();

	private List<Shard> shards = List.of();

	private SseEngine engine() {
		EngineSettings settings = new EngineSettings(1,
				new EngineSettings.Publish(Duration.ofSeconds(2), SseAudience.Kind.EVERYONE),
				new Frames.Names("connected", "sse-gap", "sse-heartbeat", null), Frames.HeartbeatMode.COMMENT,
				new ShardSettings(65_536, Duration.ofSeconds(30), null, ShardSettings.OnLag.LAG, Duration.ofSeconds(1),
						ShardSettings.ComeBack.END),
				new StreamSettings(new StreamOptions(Duration.ZERO, Duration.ofSeconds(2)),
						StreamSettings.OnDuplicate.REPLACE, new TopicLimits(100, 200), 200,
						StreamSettings.Room.UNLIMITED,
						new StreamSettings.Shutdown(Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO),
						Interrupt.SHUTDOWN, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(30)),
				Duration.ofMinutes(10));
		EngineEnvironment environment = new EngineEnvironment(ApplicationCalls.on(Runnable::run), Thread::new,
				(event) -> {
				}, null, SseLogins.PLAIN, CallContext.Capture.NONE, SessionLookup.NONE, Clock.systemUTC(),
				System::nanoTime, new Random(42));
		return new SseEngine(settings, this.formatter,
				new EventHistory(new EventHistory.Limits(10_000, 16_000_000, Duration.ofMinutes(10)), System::nanoTime),
				new LocalBackplane(Clock.systemUTC(), new Random(42)), environment);
	}

	/**
	 * Opens the connections.
	 */
	@Setup
	public void open() {
		EngineParts.prepare(this.turned);
		this.shards = EngineParts.shards(this.turned).all();
		this.running.start();
		for (int i = 0; i < CONNECTIONS; i++) {
			open(this.turned, i);
			open(this.running, i);
		}
		this.shards.forEach(Shard::turn);
	}

	private static void open(SseEngine engine, int number) {
		EngineStream stream = engine.attach(new NullResponse(),
				new StreamRequest("client" + number, null, null, null, null));
		if (stream == null) {
			throw new IllegalStateException("No room");
		}
		stream.join("heard");
		stream.handlerReturned(true);
	}

	/**
	 * Stops the engine's thread.
	 */
	@TearDown
	public void close() {
		this.running.stop();
	}

	/**
	 * An event that nobody hears, beside a shard that waits.
	 */
	@Benchmark
	public void nobodyHears() {
		this.running.broadcaster().send(UNHEARD, EVENT);
	}

	/**
	 * What formatting it alone costs.
	 * @return the frame
	 */
	@Benchmark
	public byte[] formatAlone() {
		return this.formatter.formatBody(EVENT);
	}

	/**
	 * One event, to all connections: the cost per delivery.
	 */
	@Benchmark
	@OperationsPerInvocation(CONNECTIONS)
	public void delivery() {
		this.turned.broadcaster().send(HEARD, EVENT);
		this.shards.forEach(Shard::turn);
	}

	/**
	 * Several events that wait, to all connections: the cost per delivery.
	 */
	@Benchmark
	@OperationsPerInvocation(CONNECTIONS * BATCH)
	public void deliveryOfWaiting() {
		for (int i = 0; i < BATCH; i++) {
			this.turned.broadcaster().send(HEARD, EVENT);
		}
		this.shards.forEach(Shard::turn);
	}

}
