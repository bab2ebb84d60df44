package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SsePublishListener;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.ClusterRegistry;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.hearing.Completion;
import io.github.ssestarter.fanout.hearing.Completions;
import io.github.ssestarter.fanout.hearing.TopicCounts;
import io.github.ssestarter.fanout.notice.DaemonThreads;
import io.github.ssestarter.fanout.notice.EngineListener;
import io.github.ssestarter.fanout.notice.FaultLog;
import io.github.ssestarter.fanout.notice.UserEvents;
import io.github.ssestarter.fanout.shard.Frames;
import io.github.ssestarter.fanout.shard.Order;
import io.github.ssestarter.fanout.shard.Shards;
import io.github.ssestarter.fanout.stream.AccessRecheck;
import io.github.ssestarter.fanout.stream.AttachedWatch;
import io.github.ssestarter.fanout.stream.CallContext;
import io.github.ssestarter.fanout.stream.ClientStreams;
import io.github.ssestarter.fanout.stream.EngineEnvironment;
import io.github.ssestarter.fanout.stream.EngineStream;
import io.github.ssestarter.fanout.stream.SessionCheck;
import io.github.ssestarter.fanout.stream.StreamCloser;
import io.github.ssestarter.fanout.stream.StreamContext;
import io.github.ssestarter.fanout.stream.StreamLife;
import io.github.ssestarter.fanout.stream.StreamRequest;
import io.github.ssestarter.fanout.stream.StreamSettings;
import io.github.ssestarter.fanout.stream.Streams;
import io.github.ssestarter.fanout.transport.AttachedResponse;
import io.github.ssestarter.format.SseEventFormatter;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryEntry;

/**
 * One log and many cursors: takes what the backplane brings into the history, and lets
 * the shards bring it to the streams.
 *
 * @since 0.1.0
 */
public final class SseEngine implements Backplane.Receiver {

	/** A shard that is stuck holds the others up for no longer, each time. */
	private static final Duration MAX_HOLD = Duration.ofSeconds(2);

	private final EventHistory history;

	private final Backplane backplane;

	private final ClusterRegistry registry;

	private final EngineListeners listeners;

	private final TopicCounts topics;

	private final Shards shards;

	private final Completions completions;

	private final Streams streams;

	private final NodeNews news;

	private final ClusterClients clients;

	private final StreamContext context;

	private final PublishedEvents published;

	private final EngineBroadcaster broadcaster;

	private final StreamCloser closer;

	private final GapReport gaps;

	private final AttachedWatch attachedWatch;

	private final AccessRecheck recheck;

	private final SessionCheck sessionCheck;

	/** Looks at streams now and then; never waits. */
	private @Nullable ScheduledThreadPoolExecutor clock;

	/**
	 * Creates an engine, which does nothing before it is started.
	 * @param settings the settings
	 * @param formatter formats the application's events
	 * @param history where events are kept
	 * @param backplane where events come from
	 * @param environment the application around it
	 */
	public SseEngine(EngineSettings settings, SseEventFormatter formatter, EventHistory history, Backplane backplane,
			EngineEnvironment environment) {
		this.history = history;
		this.backplane = backplane;
		this.registry = backplane.registry();
		FaultLog faults = new FaultLog(environment.nanoTime());
		this.listeners = new EngineListeners(faults);
		this.topics = new TopicCounts(environment.calls().callbacks(), environment.applicationEvents(), faults);
		Frames frames = new Frames(settings.names(), settings.heartbeatMode(), environment.clock());
		this.shards = new Shards(settings.threads(), history, settings.shard(), frames, this.listeners, faults,
				environment.nanoTime(), environment.random());
		this.completions = new Completions(settings.keepCompletions(), environment.nanoTime());
		this.context = new StreamContext(settings.stream(), environment, formatter, frames, history, backplane,
				this.shards, this.topics, this.completions, this.listeners, faults);
		this.streams = new Streams(this.context, this.registry);
		this.clients = new ClusterClients(new ClientStreams(this.context, this.streams), backplane, this.registry,
				environment.calls().callbacks(), faults);
		this.news = new NodeNews(backplane, this.registry, this.streams, this.clients,
				new UserEvents(environment.calls().callbacks(), environment.applicationEvents(), faults), faults);
		this.sessionCheck = new SessionCheck(this.context, this.streams);
		this.gaps = new GapReport(environment.clock());
		this.published = new PublishedEvents(history, environment.calls().callbacks(), faults);
		this.closer = new StreamCloser(this.streams, this.sessionCheck);
		this.attachedWatch = new AttachedWatch(this.context, this.streams);
		this.recheck = new AccessRecheck(this.context, this.streams);
		this.broadcaster = new EngineBroadcaster(settings, this.context, this.streams, backplane);
	}

	/**
	 * Starts the backplane and a thread for each shard.
	 */
	public void start() {
		prepare();
		this.shards.start();
		ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("sse-clock"));
		clock.setRemoveOnCancelPolicy(true);
		this.clock = clock;
		this.streams.start(clock);
		this.attachedWatch.start(clock);
		this.recheck.start(clock);
		this.sessionCheck.start(clock);
		this.context.environment().calls().start(clock);
	}

	/**
	 * Starts all but the threads.
	 */
	void prepare() {
		this.streams.open();
		this.broadcaster.start();
		this.backplane.start(this);
		this.registry.start(this.news);
		this.shards.prepare();
	}

	/**
	 * Asks every stream to end, and waits until they have, at most
	 * {@code sse.shutdown.timeout}. Methods still at work then are interrupted, unless
	 * {@code sse.stream.interrupt} is {@code never}, and have another second to end their
	 * responses in order, before the container takes them away.
	 */
	public void drain() {
		this.streams.drain();
	}

	/**
	 * Stops the backplane and the threads. Streams that are still open end, and what the
	 * application is to be told of it is waited for.
	 */
	public void stop() {
		this.broadcaster.stop();
		this.backplane.stop();
		stopStreams();
		// Once all have ended, and before nobody can be told any more
		this.registry.stop();
		StreamSettings settings = this.context.settings();
		this.context.environment().calls().stop(settings.shutdown().timeout(), settings.interrupt());
	}

	private void stopStreams() {
		if (this.clock != null) {
			this.clock.shutdownNow();
		}
		this.attachedWatch.stop();
		this.shards.stop();
		this.streams.stop();
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
		return this.streams.attach(response, request);
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
	 * Lets a listener be told what is published from now on.
	 * @param listener the listener
	 */
	public void addPublishListener(SsePublishListener listener) {
		this.published.add(listener);
	}

	/**
	 * The application's broadcaster.
	 * @return the broadcaster
	 */
	public SseBroadcaster broadcaster() {
		return this.broadcaster;
	}

	/**
	 * Nothing more comes to a topic, since what was to come failed. As
	 * {@link SseBroadcaster#completeTopic(String)}, but that streams end as
	 * {@link SseCloseReason#FAILED}.
	 * @param topic the topic
	 */
	public void failTopic(String topic) {
		this.broadcaster.complete(new Message.Completion(topic, true));
	}

	/**
	 * A broadcaster that waits for the caller's transaction.
	 * @param commits tells of its end
	 * @return the broadcaster
	 */
	public SseBroadcaster afterCommit(Commits commits) {
		return new CommitBroadcaster(this.broadcaster, commits);
	}

	/**
	 * Runs what the application has registered.
	 * @return what runs it
	 */
	public Executor callbacks() {
		return this.context.environment().calls().callbacks();
	}

	/**
	 * Keeps what the application finds around it.
	 * @return what keeps it
	 */
	public CallContext.Capture contexts() {
		return this.context.environment().contexts();
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
		StreamLife stream = this.streams.ofClient(clientId);
		return (stream != null) ? stream.request() : null;
	}

	/**
	 * Changes the streams of clients from other requests of theirs, whatever their node.
	 * @return what changes them
	 */
	public ClusterClients clients() {
		return this.clients;
	}

	@Override
	public void begin(EventId start) {
		begin(start, "the backplane has begun a log");
	}

	@Override
	public void begin(EventId start, String reason) {
		EventId known = this.history.tail().id();
		if (!start.equals(known)) {
			this.completions.clear();
		}
		this.history.begin(start);
		this.gaps.begun(known, start, reason, this.streams.all().size());
		this.published.start();
		this.shards.begun();
	}

	@Override
	public void receive(EventId id, Message message) {
		if (message instanceof Message.Event event) {
			HistoryEntry entry = this.history.append(id, event);
			this.shards.appended(entry);
			this.published.appended();
		}
		else if (message instanceof Message.Close close) {
			Order order = new Order(close, this.history.happens(id), this.history.tail().position());
			this.streams.order(order);
			this.shards.order(order);
		}
		else if (message instanceof Message.Completion completed) {
			EventId last = this.history.tail().id();
			complete(this.history.happens(id), completed, last);
		}
		else if (message instanceof Message.ForNode told) {
			// It has its place here too, where clients may be told of it by other nodes
			this.history.happens(id);
			this.news.receive(told);
		}
	}

	private void complete(long time, Message.Completion message, EventId last) {
		SseCloseReason reason = (message.isFailed()) ? SseCloseReason.FAILED : SseCloseReason.TOPIC_COMPLETED;
		Completion completion = this.completions.add(message.topic(),
				new Completion(reason, this.history.tail().position(), last));
		// A stream that is attached reads the log later, and ends after that
		this.shards.order(new Order(message.audience(), completion, time, this.completions));
	}

	@Override
	public void passed(EventId id) {
		this.history.happens(id);
	}

	@Override
	public void awaitRoom() {
		this.shards.awaitRoom(MAX_HOLD);
	}

	// For what shows the engine

	StreamContext context() {
		return this.context;
	}

	Backplane backplane() {
		return this.backplane;
	}

	ClusterRegistry registry() {
		return this.registry;
	}

	GapReport gaps() {
		return this.gaps;
	}

	EventHistory history() {
		return this.history;
	}

	Shards shards() {
		return this.shards;
	}

	Streams streams() {
		return this.streams;
	}

	TopicCounts topics() {
		return this.topics;
	}

	long nanoTime() {
		return this.context.environment().nanoTime().getAsLong();
	}

}
