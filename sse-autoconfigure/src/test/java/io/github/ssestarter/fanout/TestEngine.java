package io.github.ssestarter.fanout;

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
import io.github.ssestarter.backplane.LocalBackplane;
import io.github.ssestarter.fanout.EngineSettings.HeartbeatMode;
import io.github.ssestarter.fanout.EngineSettings.OnDuplicate;
import io.github.ssestarter.fanout.EngineSettings.OnLag;
import io.github.ssestarter.format.SseEventFormatter;
import io.github.ssestarter.history.EventHistory;

/**
 * An engine without a server, whose shards the test turns by hand and whose clock it
 * sets. Fields are set before {@link #start()}.
 */
final class TestEngine {

	int threads = 1;

	int maxEvents = 100;

	long maxBytes = 1_000_000;

	Duration maxAge = Duration.ofMinutes(10);

	Duration publishTimeout = Duration.ofMillis(50);

	SseAudience.Kind widestAudience = SseAudience.Kind.EVERYONE;

	int bufferSize = 1_000;

	Duration writeTimeout = Duration.ofSeconds(10);

	@Nullable Duration maxLifetime;

	OnLag onLag = OnLag.LAG;

	OnDuplicate onDuplicate = OnDuplicate.REPLACE;

	Duration heartbeat = Duration.ZERO;

	HeartbeatMode heartbeatMode = HeartbeatMode.COMMENT;

	@Nullable String closeName;

	int maxTopics = 3;

	Duration shutdownTimeout = Duration.ofSeconds(5);

	Duration minRetry = Duration.ofSeconds(1);

	Duration maxRetry = Duration.ofSeconds(1);

	Executor executor = Runnable::run;

	/** What happens whenever the engine asks for the time. */
	volatile Runnable beforeTime = () -> {
	};

	EngineSettings.Room room = EngineSettings.Room.UNLIMITED;

	Duration recheckInterval = Duration.ZERO;

	@Nullable SseAuthorizer authorizer;

	SseLogins logins = SseLogins.PLAIN;

	Consumer<Object> applicationEvents = (event) -> {
	};

	Random random = new Random(42);

	final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);

	final AtomicLong millis = new AtomicLong(1000);

	final List<Object> events = new CopyOnWriteArrayList<>();

	final Queue<Object> topicEvents = new ConcurrentLinkedQueue<>();

	private @Nullable Running running;

	private final AtomicInteger connectionKeys = new AtomicInteger();

	private List<Shard> shards = List.of();

	TestEngine start() {
		create();
		this.shards = engine().prepare();
		return this;
	}

	private void create() {
		EngineSettings settings = new EngineSettings(this.threads,
				new EngineSettings.Publish(this.publishTimeout, this.widestAudience),
				new EngineSettings.Stream(this.bufferSize, this.writeTimeout, this.maxLifetime, this.onLag,
						this.onDuplicate),
				new EngineSettings.Heartbeat(this.heartbeat, this.heartbeatMode),
				new EngineSettings.Names("sse-gap", "sse-heartbeat", this.closeName),
				new EngineSettings.Limits(this.maxTopics, 20, this.room),
				new EngineSettings.Shutdown(this.shutdownTimeout, this.minRetry, this.maxRetry), this.recheckInterval);
		SseEventFormatter formatter = new SseEventFormatter(JsonMapper.builder().build(), 100_000);
		EventHistory history = new EventHistory(new EventHistory.Limits(this.maxEvents, this.maxBytes, this.maxAge),
				this.nanoTime::get);
		LocalBackplane backplane = new LocalBackplane(() -> Instant.ofEpochMilli(this.millis.get()), this.random);
		EngineEnvironment environment = new EngineEnvironment(this.executor, (event) -> {
			if (event instanceof SseTopicActiveEvent || event instanceof SseTopicIdleEvent) {
				this.topicEvents.add(event);
			}
			else {
				this.events.add(event);
			}
			this.applicationEvents.accept(event);
		}, this.authorizer, this.logins, () -> Instant.ofEpochMilli(this.millis.get()), this::nanoTime, this.random);
		SseEngine engine = new SseEngine(settings, formatter, history, backplane, environment);
		this.running = new Running(engine, backplane);
	}

	private long nanoTime() {
		this.beforeTime.run();
		return this.nanoTime.get();
	}

	/**
	 * Starts with the engine's own threads.
	 */
	TestEngine startThreads() {
		create();
		engine().start();
		return this;
	}

	private Running running() {
		if (this.running == null) {
			throw new IllegalStateException("Not started");
		}
		return this.running;
	}

	SseEngine engine() {
		return running().engine;
	}

	List<Shard> shards() {
		return this.shards;
	}

	LocalBackplane backplane() {
		return running().backplane;
	}

	String generation() {
		return engine().history().tail().id().generation();
	}

	/**
	 * Turns all shards until they have nothing more to do.
	 */
	void turn() {
		for (Shard shard : shards()) {
			int turns = 0;
			while (shard.turn()) {
				if (++turns > 10_000) {
					throw new AssertionError("The shard never comes to rest");
				}
			}
		}
	}

	/**
	 * Lets time go on, in small steps as the shards' threads would see it.
	 */
	void pass(Duration time) {
		long step = Math.max(1, time.toNanos() / 40);
		for (long passed = 0; passed < time.toNanos(); passed += step) {
			this.nanoTime.addAndGet(step);
			turn();
		}
	}

	TestClient attach(String clientId) {
		return attach(clientId, null, null);
	}

	TestClient attach(String clientId, @Nullable String user, @Nullable String lastEventId) {
		Principal principal = (user != null) ? () -> user : null;
		FakeResponse response = new FakeResponse(this.connectionKeys.getAndIncrement());
		EngineStream stream = engine().attach(response,
				new StreamRequest(clientId, principal, id(lastEventId), "192.0.2.1", null));
		return new TestClient(this, stream, response);
	}

	void broadcast(String... data) {
		for (String one : data) {
			send(SseAudience.everyone(), one);
		}
	}

	/**
	 * Sends, and turns the shards before if they have fallen too far behind.
	 */
	void send(SseAudience audience, String data) {
		if (!engine().backlog().hasRoom()) {
			turn();
		}
		engine().broadcaster().send(audience, SseEvent.of(data));
	}

	/**
	 * The id of the log for {@code #5}; anything else as it is.
	 */
	@Nullable String id(@Nullable String readable) {
		return (readable != null && readable.startsWith("#")) ? "1000-" + readable.substring(1) + "." + generation()
				: readable;
	}

	String readable(String text) {
		return text.replaceAll("1000-(\\d+)\\." + generation(), "#$1");
	}

	static List<String> numbers(int from, int to) {
		List<String> numbers = new ArrayList<>();
		for (int i = from; i <= to; i++) {
			numbers.add(Integer.toString(i));
		}
		return numbers;
	}

	private record Running(SseEngine engine, LocalBackplane backplane) {
	}

}
