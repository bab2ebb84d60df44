package io.github.ssestarter.fanout;

import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.EngineSettings.OnDuplicate;
import io.github.ssestarter.fanout.NoRoomException.Limit;
import io.github.ssestarter.format.SseEventFormatter;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryEntry;

/**
 * One log and many cursors: takes what the backplane brings into the history, and lets
 * the shards bring it to the streams.
 *
 * @since 0.1.0
 */
public final class SseEngine {

	private static final Duration AFTER_INTERRUPTION = Duration.ofSeconds(1);

	private final EngineSettings settings;

	private final SseEventFormatter formatter;

	private final EventHistory history;

	private final Backplane backplane;

	private final EngineEnvironment environment;

	private final EngineFrames frames;

	private final EngineListeners listeners;

	private final StreamRegistry streams = new StreamRegistry();

	private final FaultLog faults;

	private final TopicListeners topics;

	private final Backlog backlog = new Backlog(this::hasRoom);

	private final SseBroadcaster broadcaster;

	private final AttachedWatch attachedWatch;

	private final AccessRecheck recheck = new AccessRecheck(this);

	private final StreamCloser closer = new StreamCloser(this);

	/** Looks at streams now and then; never waits. */
	private @Nullable ScheduledThreadPoolExecutor clock;

	/** Of streams that have none of their own. */
	private final StreamOptions options;

	private final Admission admission;

	private final List<Thread> threads = new ArrayList<>();

	private volatile List<Shard> shards = List.of();

	private volatile boolean isDraining;

	private volatile boolean isStopped;

	/**
	 * Creates an engine, which does nothing before it is started.
	 * @param settings the settings
	 * @param formatter formats the engine's own events
	 * @param history where events are kept
	 * @param backplane where events come from
	 * @param environment the application around it
	 */
	public SseEngine(EngineSettings settings, SseEventFormatter formatter, EventHistory history, Backplane backplane,
			EngineEnvironment environment) {
		this.settings = settings;
		this.formatter = formatter;
		this.history = history;
		this.backplane = backplane;
		this.environment = environment;
		this.faults = new FaultLog(environment.nanoTime());
		this.listeners = new EngineListeners(this.faults);
		this.topics = new TopicListeners(environment, this.faults);
		this.frames = new EngineFrames(formatter, settings.names(), settings.heartbeat().mode());
		this.broadcaster = new EngineBroadcaster(this, backplane);
		this.attachedWatch = new AttachedWatch(this);
		this.options = new StreamOptions(settings.heartbeat().interval(), null);
		this.admission = new Admission(settings.limits().room(), environment.nanoTime().getAsLong());
	}

	/**
	 * Starts the backplane and a thread for each shard.
	 */
	public void start() {
		prepare();
		int number = 1;
		for (Shard shard : this.shards) {
			Thread thread = DaemonThreads.named("sse-shard-" + number++).newThread(shard::run);
			this.threads.add(thread);
			thread.start();
		}
		ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("sse-clock"));
		clock.setRemoveOnCancelPolicy(true);
		this.clock = clock;
		this.attachedWatch.start(clock);
		this.recheck.start(clock);
	}

	/**
	 * Starts all but the threads.
	 */
	List<Shard> prepare() {
		this.isDraining = false;
		this.isStopped = false;
		this.history.start(this.backplane.start(this::receive));
		List<Shard> shards = new ArrayList<>();
		for (int i = 0; i < this.settings.threads(); i++) {
			shards.add(new Shard(this));
		}
		this.shards = List.copyOf(shards);
		return shards;
	}

	/**
	 * Asks every stream to end, and waits until they have, at most
	 * {@code sse.shutdown.timeout}. Methods still at work then are interrupted, and have
	 * another second to end their responses in order, before the container takes them
	 * away.
	 */
	public void drain() {
		long deadline = nanoTime() + this.settings.shutdown().timeout().toNanos();
		this.isDraining = true;
		this.streams.all().forEach((stream) -> stream.close(SseCloseReason.SHUTDOWN, comeBackElsewhere()));
		this.streams.awaitEmpty(Duration.ofNanos(deadline - nanoTime()));
		this.streams.all().forEach(RegisteredStream::interrupt);
		this.streams.unfinished().forEach(RegisteredStream::interrupt);
		this.streams.awaitEmpty(AFTER_INTERRUPTION);
	}

	/**
	 * Tells a client when to come back, each another time, so that the node that takes
	 * them over does not get all at once.
	 */
	byte[] comeBackElsewhere() {
		long min = this.settings.shutdown().minRetry().toMillis();
		long max = this.settings.shutdown().maxRetry().toMillis();
		return this.frames.comeBack(Duration.ofMillis(min + random().nextLong(max - min + 1)));
	}

	/**
	 * Stops the backplane and the threads. Streams that are still open end.
	 */
	public void stop() {
		this.isStopped = true;
		this.backplane.stop();
		if (this.clock != null) {
			this.clock.shutdownNow();
		}
		this.attachedWatch.stop();
		this.shards.forEach(Shard::stop);
		boolean isInterrupted = false;
		for (Thread thread : this.threads) {
			try {
				thread.join(this.settings.shutdown().timeout().toMillis());
			}
			catch (InterruptedException ex) {
				isInterrupted = true;
			}
		}
		this.threads.clear();
		this.shards = List.of();
		this.streams.unfinished().clear();
		if (isInterrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Makes a stream for a request whose controller method is about to run.
	 * @param response the response
	 * @param request who asks
	 * @return the stream, attached
	 * @throws NoRoomException if one of {@code sse.limits} is reached, the engine drains,
	 * or the client has a stream that is not to be replaced
	 */
	public EngineStream attach(AttachedResponse response, StreamRequest request) {
		try {
			return attachIfRoom(response, request);
		}
		catch (NoRoomException ex) {
			this.listeners.refused(ex.getLimit());
			throw ex;
		}
	}

	private EngineStream attachIfRoom(AttachedResponse response, StreamRequest request) {
		if (this.shards.isEmpty()) {
			throw new IllegalStateException("The SSE engine is not running: the application is starting or stopping");
		}
		if (this.isDraining) {
			throw new NoRoomException(Limit.SHUTDOWN, "No new streams: the application is stopping");
		}
		EngineStream calls = new EngineStream(this, response, request);
		RegisteredStream stream = calls.registered();
		boolean replaces = this.settings.stream().onDuplicate() == OnDuplicate.REPLACE;
		RegisteredStream before = (replaces) ? this.streams.ofClient(request.clientId()) : null;
		Place place = this.admission.enter(request, (before != null) ? before.place() : null, nanoTime());
		stream.setPlace(place);
		if (!replaces && !this.streams.claimFree(stream)) {
			this.admission.handlerReturned();
			this.admission.left(place);
			throw new NoRoomException(Limit.DUPLICATE_CLIENT, "The client '" + request.clientId()
					+ "' has a stream already, and sse.client-id.on-duplicate is reject");
		}
		this.streams.add(stream);
		response.whenFinished(() -> this.streams.finished(stream));
		if (this.isDraining) {
			stream.close(SseCloseReason.SHUTDOWN, comeBackElsewhere());
		}
		return calls;
	}

	/**
	 * Lets a listener be told what the engine does from now on.
	 * @param listener the listener
	 */
	public void addListener(EngineListener listener) {
		this.listeners.add(listener);
	}

	/**
	 * Lets a listener not be told any more.
	 * @param listener the listener
	 */
	public void removeListener(EngineListener listener) {
		this.listeners.remove(listener);
	}

	/**
	 * The application's broadcaster.
	 * @return the broadcaster
	 */
	public SseBroadcaster broadcaster() {
		return this.broadcaster;
	}

	/**
	 * Closes streams whose login or session has ended.
	 * @return what closes them
	 */
	public StreamCloser closer() {
		return this.closer;
	}

	/**
	 * Finds a client's stream on this node.
	 * @param clientId the client's id
	 * @return who opened it, {@code null} if the client has no stream here
	 */
	public @Nullable StreamRequest findClient(String clientId) {
		RegisteredStream stream = this.streams.ofClient(clientId);
		return (stream != null) ? stream.request() : null;
	}

	private void receive(EventId id, Message message) {
		HistoryEntry entry = this.history.append(id, message);
		if (message instanceof Message.Close close) {
			this.closer.close(close, entry.position());
		}
		for (Shard shard : this.shards) {
			shard.appended(entry);
		}
	}

	/**
	 * What a stream may hear, {@code null} if that is all that it joins.
	 */
	@Nullable StreamAccess access(RegisteredStream stream) {
		SseAuthorizer authorizer = this.environment.authorizer();
		if (authorizer == null && this.settings.recheckInterval().isZero()) {
			return null;
		}
		return new StreamAccess(stream, this, authorizer);
	}

	@Nullable Deadline loginEnd(Principal principal) {
		return Deadline.ofLogin(this.environment.logins().expiresAt(principal), this.environment.clock(), nanoTime());
	}

	/**
	 * A stream opens: it is the client's one from now on, before the client can know.
	 */
	void opened(RegisteredStream stream) {
		this.admission.opened(stream.place());
		RegisteredStream before = this.streams.claim(stream);
		if (before != null) {
			this.closer.close(before, SseCloseReason.REPLACED);
		}
	}

	/**
	 * The controller method of a stream has come to its end.
	 */
	void handlerReturned() {
		this.admission.handlerReturned();
	}

	/**
	 * A stream gives its place back.
	 */
	void vacated(RegisteredStream stream) {
		this.admission.left(stream.place());
	}

	/**
	 * A stream has ended.
	 */
	void ended(RegisteredStream stream, SseCloseReason reason) {
		this.streams.remove(stream, () -> {
			vacated(stream);
			stream.tellEnd(reason);
		});
		this.topics.tell();
	}

	Shard shard(Object connectionKey) {
		List<Shard> shards = this.shards;
		if (shards.isEmpty()) {
			throw new IllegalStateException("The SSE engine is not running: the application is stopping");
		}
		return shards.get(Math.floorMod(connectionKey.hashCode(), shards.size()));
	}

	/**
	 * Whether the slowest shard is near enough to the log's end for more to be published:
	 * half of the window, so that nothing is evicted that a shard has not handed out.
	 */
	private boolean hasRoom() {
		for (Shard shard : this.shards) {
			if (shard.backlogEvents() > Math.max(1, this.history.limits().maxEvents() / 2)
					|| shard.backlogBytes() > this.history.limits().maxBytes() / 2) {
				return false;
			}
		}
		return true;
	}

	EngineListener listener() {
		return this.listeners;
	}

	List<Shard> shards() {
		return this.shards;
	}

	Backplane backplane() {
		return this.backplane;
	}

	boolean isDraining() {
		return this.isDraining;
	}

	AttachedWatch attachedWatch() {
		return this.attachedWatch;
	}

	boolean isStopped() {
		return this.isStopped;
	}

	StreamRegistry streams() {
		return this.streams;
	}

	FaultLog faults() {
		return this.faults;
	}

	TopicListeners topics() {
		return this.topics;
	}

	EngineSettings settings() {
		return this.settings;
	}

	/**
	 * Of streams that have none of their own.
	 */
	StreamOptions options() {
		return this.options;
	}

	SseEventFormatter formatter() {
		return this.formatter;
	}

	EventHistory history() {
		return this.history;
	}

	EngineEnvironment environment() {
		return this.environment;
	}

	EngineFrames frames() {
		return this.frames;
	}

	Backlog backlog() {
		return this.backlog;
	}

	RandomGenerator random() {
		return this.environment.random();
	}

	long nanoTime() {
		return this.environment.nanoTime().getAsLong();
	}

}
