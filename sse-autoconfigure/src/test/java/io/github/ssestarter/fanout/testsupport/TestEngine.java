package io.github.ssestarter.fanout.testsupport;

import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.SseTopicActiveEvent;
import io.github.ssestarter.SseTopicIdleEvent;
import io.github.ssestarter.SseUserOfflineEvent;
import io.github.ssestarter.SseUserOnlineEvent;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.LocalBackplane;
import io.github.ssestarter.fanout.EngineInside;
import io.github.ssestarter.fanout.EngineSettings;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.fanout.hearing.TopicCounts;
import io.github.ssestarter.fanout.hearing.TopicLimits;
import io.github.ssestarter.fanout.notice.ApplicationCalls;
import io.github.ssestarter.fanout.notice.DaemonThreads;
import io.github.ssestarter.fanout.notice.Interrupt;
import io.github.ssestarter.fanout.shard.Frames;
import io.github.ssestarter.fanout.shard.Frames.HeartbeatMode;
import io.github.ssestarter.fanout.shard.ShardSettings;
import io.github.ssestarter.fanout.shard.ShardSettings.ComeBack;
import io.github.ssestarter.fanout.shard.ShardSettings.OnLag;
import io.github.ssestarter.fanout.shard.Shards;
import io.github.ssestarter.fanout.shard.ShardsInside;
import io.github.ssestarter.fanout.shard.StreamOptions;
import io.github.ssestarter.fanout.stream.CallContext;
import io.github.ssestarter.fanout.stream.EngineEnvironment;
import io.github.ssestarter.fanout.stream.EngineStream;
import io.github.ssestarter.fanout.stream.SessionLookup;
import io.github.ssestarter.fanout.stream.StreamRequest;
import io.github.ssestarter.fanout.stream.StreamSettings;
import io.github.ssestarter.fanout.stream.StreamSettings.OnDuplicate;
import io.github.ssestarter.fanout.stream.Streams;
import io.github.ssestarter.format.JsonWriter;
import io.github.ssestarter.format.SseEventFormatter;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryWindow;

/**
 * An engine without a server, whose shards the test turns by hand and whose clock it
 * sets. Fields are set before {@link #start()}.
 */
public final class TestEngine {

	private static final SseEventFormatter FORMATTER = new SseEventFormatter(
			JsonWriter.of(JsonMapper.builder().build()), 100_000);

	public int threads = 1;

	public int maxEvents = 100;

	public long maxBytes = 1_000_000;

	public Duration maxAge = Duration.ofMinutes(10);

	public List<HistoryWindow> windows = List.of();

	public Duration publishTimeout = Duration.ofMillis(50);

	public Duration rest = Duration.ofMillis(1);

	public int past = 4_096;

	public SseAudience.Kind widestAudience = SseAudience.Kind.EVERYONE;

	public int bufferSize = 1_000;

	public Duration writeTimeout = Duration.ofSeconds(10);

	public @Nullable Duration maxLifetime;

	public Duration keepCompletions = Duration.ofMinutes(10);

	public OnLag onLag = OnLag.LAG;

	public ComeBack comeBack = ComeBack.END;

	public OnDuplicate onDuplicate = OnDuplicate.REPLACE;

	public Duration heartbeat = Duration.ZERO;

	public HeartbeatMode heartbeatMode = HeartbeatMode.COMMENT;

	public @Nullable String connectedName = "connected";

	public @Nullable String closeName;

	public Duration retry = Duration.ofSeconds(2);

	public int maxTopics = 3;

	public Duration shutdownTimeout = Duration.ofSeconds(5);

	public Interrupt interrupt = Interrupt.SHUTDOWN;

	public Duration minRetry = Duration.ofSeconds(1);

	public Duration maxRetry = Duration.ofSeconds(1);

	/** Runs what is the application's, on the thread that gives it if it likes. */
	public Executor executor = Runnable::run;

	/** Of the application, which is given its work as it is outside of tests. */
	public @Nullable Executor applicationExecutor;

	/** What happens whenever the engine asks for the time. */
	public volatile Runnable beforeTime = () -> {
	};

	public StreamSettings.Room room = StreamSettings.Room.UNLIMITED;

	public Duration recheckInterval = Duration.ZERO;

	public @Nullable SseAuthorizer authorizer;

	public SseLogins logins = SseLogins.PLAIN;

	public CallContext.Capture contexts = CallContext.Capture.NONE;

	public Duration sessionCheck = Duration.ZERO;

	public SessionLookup sessions = SessionLookup.NONE;

	public Consumer<Object> applicationEvents = (event) -> {
	};

	public Random random = new Random(42);

	public final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);

	public final AtomicLong millis = new AtomicLong(1000);

	public final List<Object> events = new CopyOnWriteArrayList<>();

	public final List<Object> userEvents = new CopyOnWriteArrayList<>();

	public final Queue<Object> topicEvents = new ConcurrentLinkedQueue<>();

	private @Nullable Running running;

	private String generation = "";

	private final AtomicInteger connectionKeys = new AtomicInteger();

	public TestEngine start() {
		return startOn(local());
	}

	/**
	 * Starts as one of many nodes.
	 */
	public TestEngine startOn(Backplane backplane) {
		createOn(backplane);
		EngineInside.prepare(engine());
		this.generation = history().tail().id().generation();
		return this;
	}

	private LocalBackplane local() {
		return new LocalBackplane(() -> Instant.ofEpochMilli(this.millis.get()), this.random);
	}

	/**
	 * Creates an engine that has not started.
	 */
	public SseEngine createOn(Backplane backplane) {
		EngineSettings settings = new EngineSettings(this.threads,
				new EngineSettings.Publish(this.publishTimeout, this.widestAudience),
				new Frames.Names(this.connectedName, "sse-gap", "sse-heartbeat", this.closeName), this.heartbeatMode,
				new ShardSettings(this.bufferSize, this.writeTimeout, this.maxLifetime, this.onLag,
						this.shutdownTimeout, this.comeBack, this.rest, this.past),
				new StreamSettings(new StreamOptions(this.heartbeat, this.retry), this.onDuplicate,
						new TopicLimits(this.maxTopics, 20), 20, this.room,
						new StreamSettings.Shutdown(this.shutdownTimeout, this.minRetry, this.maxRetry), this.interrupt,
						this.recheckInterval, this.sessionCheck, this.writeTimeout),
				this.keepCompletions);
		EventHistory history = new EventHistory(new EventHistory.Limits(this.maxEvents, this.maxBytes, this.maxAge),
				this.windows, this.nanoTime::get);
		EngineEnvironment environment = new EngineEnvironment(calls(), DaemonThreads.named("sse-attached-heartbeat"),
				(event) -> {
					if (event instanceof SseTopicActiveEvent || event instanceof SseTopicIdleEvent) {
						this.topicEvents.add(event);
					}
					else if (event instanceof SseUserOnlineEvent || event instanceof SseUserOfflineEvent) {
						this.userEvents.add(event);
					}
					else {
						this.events.add(event);
					}
					this.applicationEvents.accept(event);
				}, this.authorizer, this.logins, this.contexts, this.sessions,
				() -> Instant.ofEpochMilli(this.millis.get()), this::nanoTime, this.random);
		SseEngine engine = new SseEngine(settings, FORMATTER, history, backplane, environment);
		this.running = new Running(engine, backplane);
		return engine;
	}

	private ApplicationCalls calls() {
		return (this.applicationExecutor == null) ? ApplicationCalls.on(this.executor) : ApplicationCalls
			.dispatched(this.applicationExecutor, DaemonThreads::numbered, () -> 10 * System.nanoTime());
	}

	private long nanoTime() {
		this.beforeTime.run();
		return this.nanoTime.get();
	}

	/**
	 * Starts with the engine's own threads.
	 */
	public TestEngine startThreads() {
		createOn(local());
		engine().start();
		this.generation = history().tail().id().generation();
		return this;
	}

	private Running running() {
		if (this.running == null) {
			throw new IllegalStateException("Not started");
		}
		return this.running;
	}

	public SseEngine engine() {
		return running().engine;
	}

	public Shards shards() {
		return EngineInside.shards(engine());
	}

	public SseEventFormatter formatter() {
		return EngineInside.context(engine()).formatter();
	}

	public EventHistory history() {
		return EngineInside.history(engine());
	}

	public Streams streams() {
		return EngineInside.streams(engine());
	}

	public TopicCounts topics() {
		return EngineInside.topics(engine());
	}

	public Backplane backplane() {
		return running().backplane;
	}

	/**
	 * Of the log that was there at the start.
	 */
	public String generation() {
		return this.generation;
	}

	/**
	 * Turns all shards until they have nothing more to do.
	 */
	public void turn() {
		ShardsInside.turn(shards());
	}

	/**
	 * Lets time go on, in small steps as the shards' threads would see it.
	 */
	public void pass(Duration time) {
		long step = Math.max(1, time.toNanos() / 40);
		for (long passed = 0; passed < time.toNanos(); passed += step) {
			this.nanoTime.addAndGet(step);
			turn();
		}
	}

	public TestClient attach(String clientId) {
		return attach(clientId, null, null);
	}

	public TestClient attach(String clientId, @Nullable String user, @Nullable String lastEventId) {
		return attach(clientId, user, lastEventId, new FakeResponse(this.connectionKeys.getAndIncrement()));
	}

	public TestClient attach(String clientId, @Nullable String user, @Nullable String lastEventId,
			FakeResponse response) {
		Principal principal = (user != null) ? () -> user : null;
		EngineStream stream = engine().attach(response,
				new StreamRequest(clientId, principal, id(lastEventId), "192.0.2.1", null));
		return new TestClient(this, stream, response);
	}

	public void broadcast(String... data) {
		for (String one : data) {
			send(SseAudience.everyone(), one);
		}
	}

	/**
	 * Sends, and turns the shards before if they have fallen too far behind.
	 */
	public void send(SseAudience audience, String data) {
		if (!shards().hasRoom()) {
			turn();
		}
		engine().broadcaster().send(audience, SseEvent.of(data));
	}

	/**
	 * The id of the log for {@code #5}; anything else as it is.
	 */
	public @Nullable String id(@Nullable String readable) {
		return (readable != null) ? readable.replaceFirst("^#(\\d+)", "1000-$1." + generation()) : null;
	}

	/**
	 * Ids of the log as {@code #5}, and what a stream begins with, but for its id, as
	 * {@code connected}.
	 */
	public String readable(String text) {
		return text.replaceAll("1000-(\\d+)\\." + generation(), "#$1")
			.replaceAll("retry: \\d+\nevent: connected\ndata: \\{\"clientId\":\"[^\"]*\",\"serverTime\":\"[^\"]*\"}\n",
					"connected\n");
	}

	public static List<String> numbers(int from, int to) {
		List<String> numbers = new ArrayList<>();
		for (int i = from; i <= to; i++) {
			numbers.add(Integer.toString(i));
		}
		return numbers;
	}

	private record Running(SseEngine engine, Backplane backplane) {
	}

}
