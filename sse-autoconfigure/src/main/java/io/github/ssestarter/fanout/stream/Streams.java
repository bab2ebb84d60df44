package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.backplane.ClusterRegistry;
import io.github.ssestarter.fanout.notice.Interrupt;
import io.github.ssestarter.fanout.notice.Limit;
import io.github.ssestarter.fanout.shard.Order;
import io.github.ssestarter.fanout.stream.StreamSettings.OnDuplicate;
import io.github.ssestarter.fanout.transport.AttachedResponse;

/**
 * The streams of this node, attached and detached, also by client id: lets them in, and
 * lets them go.
 */
public final class Streams implements StreamLife.Home {

	private static final Log logger = LogFactory.getLog(Streams.class);

	private static final Duration AFTER_INTERRUPTION = Duration.ofSeconds(1);

	private final StreamContext context;

	private final ClusterRegistry registry;

	private final Admission admission;

	private final Set<StreamLife> all = ConcurrentHashMap.newKeySet();

	private final Set<StreamLife> attached = ConcurrentHashMap.newKeySet();

	/** The open stream of each client. */
	private final Map<String, StreamLife> byClient = new ConcurrentHashMap<>();

	private final SessionStreams sessions = new SessionStreams();

	private final EndOrders ends;

	private final CloseOrders closeOrders;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition emptied = this.lock.newCondition();

	/** Counts those of which the application has not been told the end. */
	private final AtomicInteger untold = new AtomicInteger();

	/** Those with which the container is not done: open, or just ended. */
	private final Set<StreamLife> unfinished = ConcurrentHashMap.newKeySet();

	private volatile boolean isDraining;

	/**
	 * No streams yet.
	 * @param context what they share
	 * @param registry is told of those that are open
	 */
	public Streams(StreamContext context, ClusterRegistry registry) {
		this.context = context;
		this.registry = registry;
		this.admission = new Admission(context.settings().room(), registry, context.nanoTime());
		this.ends = new EndOrders(context);
		this.closeOrders = new CloseOrders(this.ends, this.attached, this.byClient);
	}

	/**
	 * Lets streams in from now on.
	 */
	public void open() {
		this.isDraining = false;
	}

	/**
	 * Looks at the clock from now on.
	 */
	public void start(ScheduledExecutorService clock) {
		this.ends.start(clock);
	}

	// Coming

	/**
	 * Makes a stream for a request whose controller method is about to run.
	 * @return the stream, attached
	 * @throws NoRoomException if there is no room
	 */
	public EngineStream attach(AttachedResponse response, StreamRequest request) {
		try {
			return attachIfRoom(response, request);
		}
		catch (NoRoomException ex) {
			tell(ex);
			throw ex;
		}
	}

	private void tell(NoRoomException refusal) {
		this.context.listener().refused(refusal.getLimit());
		this.context.faults().warn(logger, String.valueOf(refusal.getMessage()));
	}

	private EngineStream attachIfRoom(AttachedResponse response, StreamRequest request) {
		if (!this.context.shards().isRunning()) {
			throw new IllegalStateException("The SSE engine is not running: the application is starting or stopping");
		}
		if (this.isDraining) {
			throw new NoRoomException(Limit.SHUTDOWN, "No new streams: the application is stopping");
		}
		long now = this.context.nanoTime();
		EngineStream calls = new EngineStream(this.context, this, response, request);
		StreamLife stream = calls.life();
		boolean replaces = this.context.settings().onDuplicate() == OnDuplicate.REPLACE;
		StreamLife before = (replaces) ? ofClient(request.clientId()) : null;
		stream.setPlace(this.admission.enter(stream, (before != null) ? before.place() : null, now));
		if (!replaces) {
			claim(stream, now);
		}
		add(stream);
		response.whenFinished(() -> finished(stream));
		if (this.isDraining) {
			stream.close(SseCloseReason.SHUTDOWN);
		}
		return calls;
	}

	/**
	 * Makes a stream its client's one, unless it has one that is open.
	 * @throws NoRoomException if it has
	 */
	private void claim(StreamLife stream, long now) {
		StreamLife claimed = this.byClient.compute(stream.clientId(),
				(id, before) -> (before != null && before.isOpen()) ? before : stream);
		if (claimed != stream) {
			this.admission.refused(stream.place());
			// Without the id, with which anybody could come back as that client
			throw new NoRoomException(Limit.DUPLICATE_CLIENT,
					"A client has a stream already, and sse.client-id.on-duplicate is reject",
					(claimed.probe(now)) ? Admission.PROBED_WITHIN : null);
		}
	}

	private void add(StreamLife stream) {
		this.untold.incrementAndGet();
		this.unfinished.add(stream);
		this.attached.add(stream);
		this.all.add(stream);
		this.sessions.add(stream);
	}

	@Override
	public void writes(StreamLife stream) {
		try {
			this.admission.writes(stream.place());
		}
		catch (NoRoomException ex) {
			tell(ex);
			throw ex;
		}
	}

	/**
	 * A stream opens: it is the client's one from now on, before the client can know.
	 */
	@Override
	public void opened(StreamLife stream) {
		this.admission.opened(stream.place());
		AtomicReference<@Nullable StreamLife> replaced = new AtomicReference<>();
		this.byClient.compute(stream.clientId(), (id, before) -> {
			replaced.set(before);
			// Of two that open at once the same one is the newer one there
			this.registry.opened(stream.subscription());
			return stream;
		});
		StreamLife before = replaced.get();
		if (before != null && before != stream) {
			this.ends.replace(before, stream);
		}
		this.registry.tell();
	}

	/**
	 * A client has a newer stream on another node than this one.
	 */
	public void replacedElsewhere(SseAudience.Member older) {
		StreamLife stream = ofClient(older.clientId());
		if (stream != null && stream.subscription() == older) {
			this.ends.replacedElsewhere(stream);
		}
	}

	@Override
	public void handlerReturned(StreamLife stream) {
		this.admission.handlerReturned(stream.place());
	}

	@Override
	public void detached(StreamLife stream) {
		this.admission.detached(stream.place());
		this.closeOrders.carryOut(stream);
		this.attached.remove(stream);
	}

	// Going

	@Override
	public void close(StreamLife stream, SseCloseReason reason) {
		this.ends.close(stream, reason);
	}

	/**
	 * An order to close came. In the order of the log; returns at once.
	 */
	public void order(Order order) {
		this.closeOrders.add(order);
	}

	/**
	 * Carries out the orders that came, unless somebody is at it. Never waits.
	 */
	public void carryOutOrders() {
		this.closeOrders.carryOut();
	}

	/**
	 * All is sent, and the client is about to see the end: by then it may come back, so
	 * the stream's place is free.
	 */
	@Override
	public void allSent(StreamLife stream) {
		this.admission.left(stream.place());
	}

	@Override
	public void givenUp(StreamLife stream) {
		finished(stream);
	}

	/**
	 * A stream has ended: forgotten, and the application told, once.
	 */
	@Override
	public void ended(StreamLife stream) {
		boolean isRemoved = this.all.remove(stream);
		this.attached.remove(stream);
		this.sessions.remove(stream);
		this.byClient.remove(stream.clientId(), stream);
		this.registry.ended(stream.subscription());
		this.registry.tell();
		if (isRemoved) {
			try {
				this.admission.left(stream.place());
				stream.tellEnd();
			}
			finally {
				this.untold.decrementAndGet();
				signalIfEmpty();
			}
		}
		this.context.topics().tell();
	}

	/**
	 * The container is done with a stream.
	 */
	private void finished(StreamLife stream) {
		this.unfinished.remove(stream);
		signalIfEmpty();
	}

	/**
	 * Asks every stream to end, and waits until they have, at most
	 * {@code sse.shutdown.timeout}. Methods still at work then are interrupted, unless
	 * {@code sse.stream.interrupt} is {@code never}, and have another second to end their
	 * responses in order, before the container takes them away.
	 */
	public void drain() {
		this.isDraining = true;
		long deadline = this.context.nanoTime() + this.context.settings().shutdown().timeout().toNanos();
		this.all.forEach((stream) -> stream.close(SseCloseReason.SHUTDOWN));
		awaitEmpty(deadline - this.context.nanoTime());
		if (this.context.settings().interrupt() != Interrupt.NEVER) {
			this.all.forEach(StreamLife::interrupt);
			this.unfinished.forEach(StreamLife::interrupt);
			awaitEmpty(AFTER_INTERRUPTION.toNanos());
		}
	}

	/**
	 * Forgets those with which a container never came to its end.
	 */
	public void stop() {
		this.unfinished.clear();
	}

	public boolean isDraining() {
		return this.isDraining;
	}

	private boolean isEmpty() {
		return this.untold.get() == 0 && this.unfinished.isEmpty();
	}

	private void signalIfEmpty() {
		if (isEmpty()) {
			this.lock.lock();
			try {
				this.emptied.signalAll();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/**
	 * Waits until there is no stream left, the application has been told of the ends, and
	 * the container has written them.
	 */
	private void awaitEmpty(long nanos) {
		long left = nanos;
		this.lock.lock();
		try {
			while (!isEmpty() && left > 0) {
				left = this.emptied.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
	}

	// Those that are there

	/**
	 * The streams that have not ended, attached and detached.
	 */
	public Set<StreamLife> all() {
		return this.all;
	}

	/**
	 * Those whose controller method runs.
	 */
	public Set<StreamLife> attached() {
		return this.attached;
	}

	SessionStreams sessions() {
		return this.sessions;
	}

	/**
	 * How many clients have an open stream.
	 */
	public int openCount() {
		return this.byClient.size();
	}

	/**
	 * The open stream of a client.
	 */
	public @Nullable StreamLife ofClient(String clientId) {
		return this.byClient.get(clientId);
	}

}
