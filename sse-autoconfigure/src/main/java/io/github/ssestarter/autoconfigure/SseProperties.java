package io.github.ssestarter.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.fanout.notice.Interrupt;
import io.github.ssestarter.fanout.shard.Frames.HeartbeatMode;
import io.github.ssestarter.fanout.shard.ShardSettings.ComeBack;
import io.github.ssestarter.fanout.shard.ShardSettings.OnLag;
import io.github.ssestarter.fanout.stream.StreamSettings.OnDuplicate;
import io.github.ssestarter.redis.OnStart;
import io.github.ssestarter.servlet.ClientIdBinding;
import io.github.ssestarter.servlet.TransportMode;

/**
 * Properties of the SSE starter.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("sse")
public class SseProperties {

	/**
	 * Whether to register the SseBroadcaster and the controller arguments SseStream and
	 * SseClient.
	 */
	private boolean enabled = true;

	/**
	 * Ready-made GET endpoints whose clients receive topics.
	 */
	private List<Endpoint> endpoints = new ArrayList<>();

	/**
	 * What streams are written to once their controller methods have returned.
	 */
	private TransportMode transport = TransportMode.AUTO;

	/**
	 * Time after which a client that lost its stream comes back. Each stream begins with
	 * it.
	 */
	private Duration retry = Duration.ofSeconds(2);

	private final Response response = new Response();

	private final Event event = new Event();

	private final Publish publish = new Publish();

	private final Stream stream = new Stream();

	private final Heartbeat heartbeat = new Heartbeat();

	private final End end = new End();

	private final History history = new History();

	private final Engine engine = new Engine();

	private final ClientId clientId = new ClientId();

	private final BrowserClient browserClient = new BrowserClient();

	private final Security security = new Security();

	private final Tickets tickets = new Tickets();

	private final Limits limits = new Limits();

	private final Runs runs = new Runs();

	private final Shutdown shutdown = new Shutdown();

	private final Metrics metrics = new Metrics();

	private final Openapi openapi = new Openapi();

	private final Tomcat tomcat = new Tomcat();

	private final Redis redis = new Redis();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public List<Endpoint> getEndpoints() {
		return this.endpoints;
	}

	public void setEndpoints(List<Endpoint> endpoints) {
		this.endpoints = endpoints;
	}

	public TransportMode getTransport() {
		return this.transport;
	}

	public void setTransport(TransportMode transport) {
		this.transport = transport;
	}

	public Duration getRetry() {
		return this.retry;
	}

	public void setRetry(Duration retry) {
		this.retry = retry;
	}

	public Response getResponse() {
		return this.response;
	}

	public Event getEvent() {
		return this.event;
	}

	public Publish getPublish() {
		return this.publish;
	}

	public Stream getStream() {
		return this.stream;
	}

	public Heartbeat getHeartbeat() {
		return this.heartbeat;
	}

	public End getEnd() {
		return this.end;
	}

	public History getHistory() {
		return this.history;
	}

	public Engine getEngine() {
		return this.engine;
	}

	public ClientId getClientId() {
		return this.clientId;
	}

	public BrowserClient getBrowserClient() {
		return this.browserClient;
	}

	public Security getSecurity() {
		return this.security;
	}

	public Tickets getTickets() {
		return this.tickets;
	}

	public Limits getLimits() {
		return this.limits;
	}

	public Runs getRuns() {
		return this.runs;
	}

	public Shutdown getShutdown() {
		return this.shutdown;
	}

	public Metrics getMetrics() {
		return this.metrics;
	}

	public Openapi getOpenapi() {
		return this.openapi;
	}

	public Tomcat getTomcat() {
		return this.tomcat;
	}

	public Redis getRedis() {
		return this.redis;
	}

	/**
	 * Runs, and topics that are complete.
	 */
	public static class Runs {

		/**
		 * How many runs may be at work on this node. Each holds a thread.
		 */
		private int max = 100;

		/**
		 * How many of them one user may have, as many as there may be unless set.
		 */
		private @Nullable Integer maxPerUser;

		/**
		 * How long a run may be at work before it is stopped.
		 */
		private Duration maxLife = Duration.ofHours(1);

		/**
		 * How long it is known of a topic that it is complete, and of a run that it has
		 * ended.
		 */
		private Duration keep = Duration.ofMinutes(10);

		/**
		 * After which time the thread of a run that was stopped, and goes on, is
		 * interrupted.
		 */
		private Duration stopTimeout = Duration.ofSeconds(5);

		public int getMax() {
			return this.max;
		}

		public void setMax(int max) {
			this.max = max;
		}

		public @Nullable Integer getMaxPerUser() {
			return this.maxPerUser;
		}

		public void setMaxPerUser(@Nullable Integer maxPerUser) {
			this.maxPerUser = maxPerUser;
		}

		public Duration getMaxLife() {
			return this.maxLife;
		}

		public void setMaxLife(Duration maxLife) {
			this.maxLife = maxLife;
		}

		public Duration getKeep() {
			return this.keep;
		}

		public void setKeep(Duration keep) {
			this.keep = keep;
		}

		public Duration getStopTimeout() {
			return this.stopTimeout;
		}

		public void setStopTimeout(Duration stopTimeout) {
			this.stopTimeout = stopTimeout;
		}

	}

	/**
	 * A ready-made endpoint.
	 */
	public static class Endpoint {

		/**
		 * Path of the endpoint, such as "/sse/broadcast".
		 */
		private @Nullable String path;

		/**
		 * Topics that a client receives. With "?topic=" it chooses among them.
		 */
		private List<String> topics = new ArrayList<>();

		/**
		 * Time after which a client that lost its stream comes back. Inherits
		 * "sse.retry".
		 */
		private @Nullable Duration retry;

		/**
		 * Time without a write after which a heartbeat is sent, zero for never. Inherits
		 * "sse.heartbeat.interval".
		 */
		private @Nullable Duration heartbeatInterval;

		private final EndpointOpenapi openapi = new EndpointOpenapi();

		public EndpointOpenapi getOpenapi() {
			return this.openapi;
		}

		public @Nullable String getPath() {
			return this.path;
		}

		public void setPath(@Nullable String path) {
			this.path = path;
		}

		public List<String> getTopics() {
			return this.topics;
		}

		public void setTopics(List<String> topics) {
			this.topics = topics;
		}

		public @Nullable Duration getRetry() {
			return this.retry;
		}

		public void setRetry(@Nullable Duration retry) {
			this.retry = retry;
		}

		public @Nullable Duration getHeartbeatInterval() {
			return this.heartbeatInterval;
		}

		public void setHeartbeatInterval(@Nullable Duration heartbeatInterval) {
			this.heartbeatInterval = heartbeatInterval;
		}

	}

	/**
	 * What the OpenAPI document says of a ready-made endpoint.
	 */
	public static class EndpointOpenapi {

		/**
		 * Id of its operation, another one for each endpoint. Made of the path unless
		 * set.
		 */
		private @Nullable String operationId;

		/**
		 * What it is, in a few words.
		 */
		private @Nullable String summary;

		/**
		 * What it is, in Markdown.
		 */
		private @Nullable String description;

		/**
		 * Tags under which it is shown, "sse" unless set.
		 */
		private List<String> tags = new ArrayList<>();

		/**
		 * Names of its events, each with the class of its data.
		 */
		private Map<String, Class<?>> items = new LinkedHashMap<>();

		public @Nullable String getOperationId() {
			return this.operationId;
		}

		public void setOperationId(@Nullable String operationId) {
			this.operationId = operationId;
		}

		public @Nullable String getSummary() {
			return this.summary;
		}

		public void setSummary(@Nullable String summary) {
			this.summary = summary;
		}

		public @Nullable String getDescription() {
			return this.description;
		}

		public void setDescription(@Nullable String description) {
			this.description = description;
		}

		public List<String> getTags() {
			return this.tags;
		}

		public void setTags(List<String> tags) {
			this.tags = tags;
		}

		public Map<String, Class<?>> getItems() {
			return this.items;
		}

		public void setItems(Map<String, Class<?>> items) {
			this.items = items;
		}

	}

	/**
	 * Events.
	 */
	public static class Event {

		/**
		 * Largest event that may be sent, as it is on the wire.
		 */
		private DataSize maxSize = DataSize.ofMegabytes(1);

		/**
		 * Name of the first event of a stream that hears the log, which tells its client
		 * its place. None is sent if empty: a client that is cut before its first event
		 * then loses what was published meanwhile.
		 */
		private @Nullable String connectedName = "connected";

		/**
		 * Name of the event that tells a client that it lost events.
		 */
		private String gapName = "sse-gap";

		/**
		 * Name of the event that tells an EventSource that there is no room for it now.
		 */
		private String busyName = "sse-busy";

		/**
		 * Name of a heartbeat in event mode.
		 */
		private String heartbeatName = "sse-heartbeat";

		/**
		 * Name of the event that tells a client that the server ends its stream, and why.
		 * None is sent if empty.
		 */
		private @Nullable String closeName = "sse-end";

		public DataSize getMaxSize() {
			return this.maxSize;
		}

		public void setMaxSize(DataSize maxSize) {
			this.maxSize = maxSize;
		}

		public @Nullable String getConnectedName() {
			return this.connectedName;
		}

		public void setConnectedName(@Nullable String connectedName) {
			this.connectedName = connectedName;
		}

		public String getGapName() {
			return this.gapName;
		}

		public void setGapName(String gapName) {
			this.gapName = gapName;
		}

		public String getBusyName() {
			return this.busyName;
		}

		public void setBusyName(String busyName) {
			this.busyName = busyName;
		}

		public String getHeartbeatName() {
			return this.heartbeatName;
		}

		public void setHeartbeatName(String heartbeatName) {
			this.heartbeatName = heartbeatName;
		}

		public @Nullable String getCloseName() {
			return this.closeName;
		}

		public void setCloseName(@Nullable String closeName) {
			this.closeName = closeName;
		}

	}

	/**
	 * Publishing.
	 */
	public static class Publish {

		/**
		 * Longest time to wait for the engine before an event is dropped.
		 */
		private Duration timeout = Duration.ofSeconds(2);

		/**
		 * Widest audience that may be sent to: a wider send is refused.
		 */
		private SseAudience.Kind widestAudience = SseAudience.Kind.EVERYONE;

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

		public SseAudience.Kind getWidestAudience() {
			return this.widestAudience;
		}

		public void setWidestAudience(SseAudience.Kind widestAudience) {
			this.widestAudience = widestAudience;
		}

	}

	/**
	 * Streams.
	 */
	public static class Stream {

		/**
		 * How much may wait to be sent directly to a detached stream.
		 */
		private DataSize bufferSize = DataSize.ofKilobytes(64);

		/**
		 * Time after which a detached stream that is not ready to be written to is
		 * closed.
		 */
		private Duration writeTimeout = Duration.ofSeconds(30);

		/**
		 * Send buffer of a stream's own socket, where the container lets it be set.
		 */
		private DataSize sendBuffer = DataSize.ofKilobytes(128);

		/**
		 * Longest life of a detached stream, which may end up to a tenth earlier.
		 * Unlimited unless set.
		 */
		private @Nullable Duration maxLifetime;

		/**
		 * What becomes of a stream whose next event has left the history.
		 */
		private OnLag onLag = OnLag.LAG;

		/**
		 * When a method is interrupted that is still at work on its stream
		 * 'sse.shutdown.timeout' after the end. An interruption closes a FileChannel that
		 * the method reads, for all who share it.
		 */
		private Interrupt interrupt = Interrupt.SHUTDOWN;

		public DataSize getBufferSize() {
			return this.bufferSize;
		}

		public void setBufferSize(DataSize bufferSize) {
			this.bufferSize = bufferSize;
		}

		public Duration getWriteTimeout() {
			return this.writeTimeout;
		}

		public void setWriteTimeout(Duration writeTimeout) {
			this.writeTimeout = writeTimeout;
		}

		public DataSize getSendBuffer() {
			return this.sendBuffer;
		}

		public void setSendBuffer(DataSize sendBuffer) {
			this.sendBuffer = sendBuffer;
		}

		public @Nullable Duration getMaxLifetime() {
			return this.maxLifetime;
		}

		public void setMaxLifetime(@Nullable Duration maxLifetime) {
			this.maxLifetime = maxLifetime;
		}

		public OnLag getOnLag() {
			return this.onLag;
		}

		public void setOnLag(OnLag onLag) {
			this.onLag = onLag;
		}

		public Interrupt getInterrupt() {
			return this.interrupt;
		}

		public void setInterrupt(Interrupt interrupt) {
			this.interrupt = interrupt;
		}

	}

	/**
	 * Responses.
	 */
	public static class Response {

		/**
		 * Whether streams say by "Content-Encoding: identity" that nobody is to compress
		 * them.
		 */
		private boolean identity;

		public boolean isIdentity() {
			return this.identity;
		}

		public void setIdentity(boolean identity) {
			this.identity = identity;
		}

	}

	/**
	 * Ends of streams.
	 */
	public static class End {

		/**
		 * How a stream ends whose client is to come back, at a shutdown or after
		 * "sse.stream.max-lifetime": in order, or cut after the last whole event.
		 */
		private ComeBack comeBack = ComeBack.END;

		public ComeBack getComeBack() {
			return this.comeBack;
		}

		public void setComeBack(ComeBack comeBack) {
			this.comeBack = comeBack;
		}

	}

	/**
	 * Heartbeats.
	 */
	public static class Heartbeat {

		/**
		 * Time without a write after which a heartbeat is sent, zero for never.
		 */
		private Duration interval = Duration.ofSeconds(4);

		/**
		 * Shortest interval that a client may ask for with "?heartbeat=".
		 */
		private Duration minInterval = Duration.ofSeconds(1);

		/**
		 * Longest interval that a client may ask for with "?heartbeat=".
		 */
		private Duration maxInterval = Duration.ofMinutes(1);

		/**
		 * Form of a heartbeat: a comment, or an event that pages can see.
		 */
		private HeartbeatMode mode = HeartbeatMode.COMMENT;

		public Duration getInterval() {
			return this.interval;
		}

		public void setInterval(Duration interval) {
			this.interval = interval;
		}

		public Duration getMinInterval() {
			return this.minInterval;
		}

		public void setMinInterval(Duration minInterval) {
			this.minInterval = minInterval;
		}

		public Duration getMaxInterval() {
			return this.maxInterval;
		}

		public void setMaxInterval(Duration maxInterval) {
			this.maxInterval = maxInterval;
		}

		public HeartbeatMode getMode() {
			return this.mode;
		}

		public void setMode(HeartbeatMode mode) {
			this.mode = mode;
		}

	}

	/**
	 * The history.
	 */
	public static class History {

		/**
		 * How many events are held.
		 */
		private int maxEvents = 10_000;

		/**
		 * How many bytes of events are held.
		 */
		private DataSize maxSize = DataSize.ofMegabytes(16);

		/**
		 * How long an event is held.
		 */
		private Duration maxAge = Duration.ofMinutes(10);

		/**
		 * Windows of their own for the events of some topics: busy topics do not push out
		 * those of quiet ones. An event is in the first window that is for any of its
		 * topics.
		 */
		private List<HistoryWindow> windows = new ArrayList<>();

		public int getMaxEvents() {
			return this.maxEvents;
		}

		public void setMaxEvents(int maxEvents) {
			this.maxEvents = maxEvents;
		}

		public DataSize getMaxSize() {
			return this.maxSize;
		}

		public void setMaxSize(DataSize maxSize) {
			this.maxSize = maxSize;
		}

		public Duration getMaxAge() {
			return this.maxAge;
		}

		public void setMaxAge(Duration maxAge) {
			this.maxAge = maxAge;
		}

		public List<HistoryWindow> getWindows() {
			return this.windows;
		}

		public void setWindows(List<HistoryWindow> windows) {
			this.windows = windows;
		}

	}

	/**
	 * A window of its own for the events of some topics.
	 */
	public static class HistoryWindow {

		/**
		 * Pattern of the topics, such as "run/**", or one topic.
		 */
		private @Nullable String topics;

		/**
		 * How many events it holds. Inherits "sse.history.max-events".
		 */
		private @Nullable Integer maxEvents;

		/**
		 * How many bytes of events it holds. Inherits "sse.history.max-size".
		 */
		private @Nullable DataSize maxSize;

		/**
		 * How long it holds an event, unless it keeps the latest. Inherits
		 * "sse.history.max-age".
		 */
		private @Nullable Duration maxAge;

		/**
		 * Whether it holds all events, or the newest of each topic and key however old
		 * these are.
		 */
		private Keep keep = Keep.ALL;

		public @Nullable String getTopics() {
			return this.topics;
		}

		public void setTopics(@Nullable String topics) {
			this.topics = topics;
		}

		public @Nullable Integer getMaxEvents() {
			return this.maxEvents;
		}

		public void setMaxEvents(@Nullable Integer maxEvents) {
			this.maxEvents = maxEvents;
		}

		public @Nullable DataSize getMaxSize() {
			return this.maxSize;
		}

		public void setMaxSize(@Nullable DataSize maxSize) {
			this.maxSize = maxSize;
		}

		public @Nullable Duration getMaxAge() {
			return this.maxAge;
		}

		public void setMaxAge(@Nullable Duration maxAge) {
			this.maxAge = maxAge;
		}

		public Keep getKeep() {
			return this.keep;
		}

		public void setKeep(Keep keep) {
			this.keep = keep;
		}

	}

	/**
	 * What a window of the history keeps.
	 */
	public enum Keep {

		/** All events, until they are too many, too large or too old. */
		ALL,

		/**
		 * The newest event of each topic and key, until these are too many or too large.
		 */
		LATEST

	}

	/**
	 * The engine.
	 */
	public static class Engine {

		/**
		 * How many threads write to streams. As many as there are cores, at most 4,
		 * unless set.
		 */
		private @Nullable Integer threads;

		public @Nullable Integer getThreads() {
			return this.threads;
		}

		public void setThreads(@Nullable Integer threads) {
			this.threads = threads;
		}

	}

	/**
	 * Client ids.
	 */
	public static class ClientId {

		/**
		 * Request parameter in which a client presents its id.
		 */
		private String parameter = "clientId";

		/**
		 * Secret that client ids are signed with, the same on all nodes. Made for each
		 * process unless set.
		 */
		private @Nullable String secret;

		/**
		 * What a client id belongs to: presented by another user, or from another address
		 * or user agent, it is not accepted.
		 */
		private Set<ClientIdBinding> bindTo = EnumSet.noneOf(ClientIdBinding.class);

		/**
		 * What becomes of a second stream with the same client id.
		 */
		private OnDuplicate onDuplicate = OnDuplicate.REPLACE;

		public @Nullable String getSecret() {
			return this.secret;
		}

		public void setSecret(@Nullable String secret) {
			this.secret = secret;
		}

		public Set<ClientIdBinding> getBindTo() {
			return this.bindTo;
		}

		public void setBindTo(Set<ClientIdBinding> bindTo) {
			this.bindTo = bindTo;
		}

		public OnDuplicate getOnDuplicate() {
			return this.onDuplicate;
		}

		public void setOnDuplicate(OnDuplicate onDuplicate) {
			this.onDuplicate = onDuplicate;
		}

		public String getParameter() {
			return this.parameter;
		}

		public void setParameter(String parameter) {
			this.parameter = parameter;
		}

	}

	/**
	 * Limits.
	 */
	public static class Limits {

		/**
		 * How many streams this node may have, attached and detached. Unlimited unless
		 * set.
		 */
		private @Nullable Integer maxStreams;

		/**
		 * How many streams all nodes that share a log may have together, as each knows it
		 * after a moment. Unlimited unless set.
		 */
		private @Nullable Integer maxStreamsInCluster;

		/**
		 * How many streams one user may have, on all nodes that share a log. Unlimited
		 * unless set.
		 */
		private @Nullable Integer maxStreamsPerUser;

		/**
		 * How many streams may come from one address to this node. Unlimited unless set.
		 */
		private @Nullable Integer maxStreamsPerAddress;

		/**
		 * How many streams may begin in a second on this node. Unlimited unless set.
		 */
		private @Nullable Integer maxConnectsPerSecond;

		/**
		 * How many streams may be sent to while their controller methods run, each from
		 * its first byte until its method returns: these hold a thread. Half the request
		 * threads, and unlimited on virtual threads, unless set.
		 */
		private @Nullable Integer maxAttached;

		/**
		 * Time after which a client that there was no room for comes back, plus as much
		 * again at random.
		 */
		private Duration busyRetry = Duration.ofSeconds(10);

		/**
		 * How many topics a stream may join.
		 */
		private int maxTopicsPerStream = 100;

		/**
		 * How many characters the name of a topic may have.
		 */
		private int maxTopicLength = 200;

		/**
		 * How many characters a client id may have.
		 */
		private int maxClientIdLength = 200;

		/**
		 * How many characters of a Last-Event-ID are read.
		 */
		private int maxLastEventIdLength = 200;

		public @Nullable Integer getMaxAttached() {
			return this.maxAttached;
		}

		public void setMaxAttached(@Nullable Integer maxAttached) {
			this.maxAttached = maxAttached;
		}

		public @Nullable Integer getMaxStreams() {
			return this.maxStreams;
		}

		public void setMaxStreams(@Nullable Integer maxStreams) {
			this.maxStreams = maxStreams;
		}

		public @Nullable Integer getMaxStreamsInCluster() {
			return this.maxStreamsInCluster;
		}

		public void setMaxStreamsInCluster(@Nullable Integer maxStreamsInCluster) {
			this.maxStreamsInCluster = maxStreamsInCluster;
		}

		public @Nullable Integer getMaxStreamsPerUser() {
			return this.maxStreamsPerUser;
		}

		public void setMaxStreamsPerUser(@Nullable Integer maxStreamsPerUser) {
			this.maxStreamsPerUser = maxStreamsPerUser;
		}

		public @Nullable Integer getMaxStreamsPerAddress() {
			return this.maxStreamsPerAddress;
		}

		public void setMaxStreamsPerAddress(@Nullable Integer maxStreamsPerAddress) {
			this.maxStreamsPerAddress = maxStreamsPerAddress;
		}

		public @Nullable Integer getMaxConnectsPerSecond() {
			return this.maxConnectsPerSecond;
		}

		public void setMaxConnectsPerSecond(@Nullable Integer maxConnectsPerSecond) {
			this.maxConnectsPerSecond = maxConnectsPerSecond;
		}

		public Duration getBusyRetry() {
			return this.busyRetry;
		}

		public void setBusyRetry(Duration busyRetry) {
			this.busyRetry = busyRetry;
		}

		public int getMaxTopicsPerStream() {
			return this.maxTopicsPerStream;
		}

		public void setMaxTopicsPerStream(int maxTopicsPerStream) {
			this.maxTopicsPerStream = maxTopicsPerStream;
		}

		public int getMaxTopicLength() {
			return this.maxTopicLength;
		}

		public void setMaxTopicLength(int maxTopicLength) {
			this.maxTopicLength = maxTopicLength;
		}

		public int getMaxClientIdLength() {
			return this.maxClientIdLength;
		}

		public void setMaxClientIdLength(int maxClientIdLength) {
			this.maxClientIdLength = maxClientIdLength;
		}

		public int getMaxLastEventIdLength() {
			return this.maxLastEventIdLength;
		}

		public void setMaxLastEventIdLength(int maxLastEventIdLength) {
			this.maxLastEventIdLength = maxLastEventIdLength;
		}

	}

	/**
	 * The client for pages, sse-client.js.
	 */
	public static class BrowserClient {

		/**
		 * Whether to serve the client for pages, and its types beside it.
		 */
		private boolean enabled;

		/**
		 * Path that pages import it from. Its types are at the same path with ".d.ts".
		 */
		private String path = "/sse-client.js";

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public String getPath() {
			return this.path;
		}

		public void setPath(String path) {
			this.path = path;
		}

	}

	/**
	 * Tickets, which open a stream by its URL.
	 */
	public static class Tickets {

		/**
		 * Time for which a ticket can be used, unless it is issued for another time. Five
		 * minutes at most.
		 */
		private Duration ttl = Duration.ofSeconds(30);

		/**
		 * Tickets that may be there and not used yet. None is issued while there are so
		 * many.
		 */
		private int max = 10_000;

		/**
		 * Tickets of one user that may be there and not used yet. None is issued to the
		 * user while there are so many.
		 */
		private int maxPerUser = 100;

		/**
		 * Request parameter with the ticket.
		 */
		private String parameter = "ticket";

		public Duration getTtl() {
			return this.ttl;
		}

		public void setTtl(Duration ttl) {
			this.ttl = ttl;
		}

		public int getMax() {
			return this.max;
		}

		public void setMax(int max) {
			this.max = max;
		}

		public int getMaxPerUser() {
			return this.maxPerUser;
		}

		public void setMaxPerUser(int maxPerUser) {
			this.maxPerUser = maxPerUser;
		}

		public String getParameter() {
			return this.parameter;
		}

		public void setParameter(String parameter) {
			this.parameter = parameter;
		}

	}

	/**
	 * Who may hear what.
	 */
	public static class Security {

		/**
		 * Rules for topics, the first match of which decides. What none matches is
		 * allowed.
		 */
		private List<Rule> rules = new ArrayList<>();

		/**
		 * How often it is asked again for every open stream what it may hear. 0 turns it
		 * off.
		 */
		private Duration recheckInterval = Duration.ZERO;

		/**
		 * How often it is looked whether the sessions of open streams still are there, of
		 * whose end nobody tells: those of Spring Session, those that maximumSessions has
		 * marked. 0 turns it off.
		 */
		private Duration sessionCheck = Duration.ofSeconds(30);

		public List<Rule> getRules() {
			return this.rules;
		}

		public void setRules(List<Rule> rules) {
			this.rules = rules;
		}

		public Duration getRecheckInterval() {
			return this.recheckInterval;
		}

		public void setRecheckInterval(Duration recheckInterval) {
			this.recheckInterval = recheckInterval;
		}

		public Duration getSessionCheck() {
			return this.sessionCheck;
		}

		public void setSessionCheck(Duration sessionCheck) {
			this.sessionCheck = sessionCheck;
		}

	}

	/**
	 * A rule for topics.
	 */
	public static class Rule {

		/**
		 * Topic, or pattern of topics such as "admin/**".
		 */
		private @Nullable String topic;

		/**
		 * Expression of Spring Security that has to be true, such as "hasRole('ADMIN')".
		 */
		private @Nullable String access;

		public @Nullable String getTopic() {
			return this.topic;
		}

		public void setTopic(@Nullable String topic) {
			this.topic = topic;
		}

		public @Nullable String getAccess() {
			return this.access;
		}

		public void setAccess(@Nullable String access) {
			this.access = access;
		}

	}

	/**
	 * Shutdown.
	 */
	public static class Shutdown {

		/**
		 * Longest time that streams are given to end.
		 */
		private Duration timeout = Duration.ofSeconds(5);

		/**
		 * Time after which clients come back at the earliest. A single node needs more
		 * than its start-up takes, if it has clients that do not survive a refused
		 * connection.
		 */
		private Duration minRetry = Duration.ofSeconds(1);

		/**
		 * Time after which clients come back at the latest.
		 */
		private Duration maxRetry = Duration.ofSeconds(10);

		public Duration getMinRetry() {
			return this.minRetry;
		}

		public void setMinRetry(Duration minRetry) {
			this.minRetry = minRetry;
		}

		public Duration getMaxRetry() {
			return this.maxRetry;
		}

		public void setMaxRetry(Duration maxRetry) {
			this.maxRetry = maxRetry;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

	}

	/**
	 * Metrics.
	 */
	public static class Metrics {

		/**
		 * Whether streams are in the metric http.server.requests, each with its whole
		 * life.
		 */
		private boolean httpServerRequests;

		public boolean isHttpServerRequests() {
			return this.httpServerRequests;
		}

		public void setHttpServerRequests(boolean httpServerRequests) {
			this.httpServerRequests = httpServerRequests;
		}

	}

	/**
	 * OpenAPI.
	 */
	public static class Openapi {

		/**
		 * Whether streams are described in the OpenAPI document, where springdoc makes
		 * one.
		 */
		private boolean enabled = true;

		/**
		 * Whether events are warned of whose data is not what is described. Only with
		 * Spring Boot's devtools unless set.
		 */
		private @Nullable Boolean checkEvents;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public @Nullable Boolean getCheckEvents() {
			return this.checkEvents;
		}

		public void setCheckEvents(@Nullable Boolean checkEvents) {
			this.checkEvents = checkEvents;
		}

	}

	/**
	 * Tomcat.
	 */
	public static class Tomcat {

		/**
		 * Whether to make the buffers small that Tomcat keeps for each connection: for
		 * applications with many streams.
		 */
		private boolean compactConnections;

		public boolean isCompactConnections() {
			return this.compactConnections;
		}

		public void setCompactConnections(boolean compactConnections) {
			this.compactConnections = compactConnections;
		}

	}

	/**
	 * Redis.
	 */
	public static class Redis {

		/**
		 * Whether nodes share a log of events in Redis. Needs
		 * spring-boot-starter-data-redis.
		 */
		private boolean enabled;

		/**
		 * Key of the log. Its part in braces keeps what belongs to it on one node of a
		 * cluster.
		 */
		private String key = "{sse}:log";

		/**
		 * What becomes of an application that cannot use Redis when it starts: it does
		 * not start, or is not ready until it can.
		 */
		private OnStart onStart = OnStart.WAIT;

		/**
		 * Longest time to wait for an answer of Redis. At least 2s.
		 */
		private Duration timeout = Duration.ofSeconds(3);

		/**
		 * Longest time to wait for a connection to one address of Redis.
		 */
		private Duration connectTimeout = Duration.ofSeconds(1);

		/**
		 * How many events the log keeps at least, 1000 or more. Inherits
		 * "sse.history.max-events".
		 */
		private @Nullable Integer maxLength;

		/**
		 * How long an event stays in the log. Inherits "sse.history.max-age".
		 */
		private @Nullable Duration maxAge;

		/**
		 * Time that a node rests after it has read something. With many nodes a longer
		 * one spares Redis.
		 */
		private Duration rest = Duration.ofMillis(1);

		/**
		 * How many events may wait to be published while Redis does not take them.
		 */
		private int backlog = 10_000;

		/**
		 * How many bytes the events that wait may have together.
		 */
		private DataSize backlogSize = DataSize.ofMegabytes(16);

		/**
		 * Time after which an event is dropped that Redis does not take.
		 */
		private Duration giveUpAfter = Duration.ofMinutes(1);

		/**
		 * Time within which a node that has died is noticed by the others. At least two
		 * times "sse.redis.timeout" and "sse.redis.connect-timeout" together, and a
		 * second.
		 */
		private Duration nodeTimeout = Duration.ofSeconds(10);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public String getKey() {
			return this.key;
		}

		public void setKey(String key) {
			this.key = key;
		}

		public OnStart getOnStart() {
			return this.onStart;
		}

		public void setOnStart(OnStart onStart) {
			this.onStart = onStart;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

		public Duration getConnectTimeout() {
			return this.connectTimeout;
		}

		public void setConnectTimeout(Duration connectTimeout) {
			this.connectTimeout = connectTimeout;
		}

		public @Nullable Integer getMaxLength() {
			return this.maxLength;
		}

		public void setMaxLength(@Nullable Integer maxLength) {
			this.maxLength = maxLength;
		}

		public @Nullable Duration getMaxAge() {
			return this.maxAge;
		}

		public void setMaxAge(@Nullable Duration maxAge) {
			this.maxAge = maxAge;
		}

		public Duration getRest() {
			return this.rest;
		}

		public void setRest(Duration rest) {
			this.rest = rest;
		}

		public int getBacklog() {
			return this.backlog;
		}

		public void setBacklog(int backlog) {
			this.backlog = backlog;
		}

		public DataSize getBacklogSize() {
			return this.backlogSize;
		}

		public void setBacklogSize(DataSize backlogSize) {
			this.backlogSize = backlogSize;
		}

		public Duration getGiveUpAfter() {
			return this.giveUpAfter;
		}

		public void setGiveUpAfter(Duration giveUpAfter) {
			this.giveUpAfter = giveUpAfter;
		}

		public Duration getNodeTimeout() {
			return this.nodeTimeout;
		}

		public void setNodeTimeout(Duration nodeTimeout) {
			this.nodeTimeout = nodeTimeout;
		}

	}

}
