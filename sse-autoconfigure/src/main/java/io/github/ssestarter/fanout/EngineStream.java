package io.github.ssestarter.fanout;

import java.security.Principal;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.history.Cursor;

/**
 * A stream, through its two lives.
 *
 * @since 0.1.0
 */
public final class EngineStream implements SseStream {

	/*
	 * The lock orders what user code does to one stream, and is held while an attached
	 * stream writes, as long as the client takes. So nothing of the engine takes it:
	 * "close" and "ended" are not under it. "close" leaves its order with the phase it
	 * finds and then looks for another; "detach" changes the phase and then looks for an
	 * order: one of the two sees the other.
	 */

	private final SseEngine engine;

	private volatile StreamRequest request;

	/** {@code null} if the stream may hear all that it joins. */
	private final @Nullable StreamAccess access;

	private final Subscriber subscriber;

	/** {@code null} if its user's login does not end by itself. */
	private final @Nullable Deadline loginEnd;

	/** Among the streams there is room for; set as the stream is let in. */
	private @Nullable Place place;

	private final StreamOutcome outcome;

	private final ReentrantLock lock = new ReentrantLock();

	/** {@code null} once the stream is detached. */
	private volatile @Nullable AttachedPhase attached;

	private final long attachedAt;

	private final Progress progress;

	private volatile Phase phase;

	private volatile StreamOptions options;

	EngineStream(SseEngine engine, AttachedResponse response, StreamRequest request, StreamOptions options) {
		this.engine = engine;
		this.request = request;
		this.options = options;
		this.access = engine.access(this);
		this.subscriber = new Subscriber(request, engine.history(), engine.topics(), this.access);
		this.outcome = new StreamOutcome(engine.environment(), this.subscriber, engine.listener(), engine.faults());
		AttachedPhase attached = new AttachedPhase(this,
				new StreamStart(engine.history(), this.subscriber, request.lastEventId()), response, engine.frames());
		this.attached = attached;
		this.phase = attached;
		this.attachedAt = engine.nanoTime();
		this.progress = new Progress(this.attachedAt);
		Principal principal = request.principal();
		this.loginEnd = (principal != null) ? engine.loginEnd(principal) : null;
	}

	@Override
	public String clientId() {
		return this.request.clientId();
	}

	@Override
	public @Nullable String lastEventId() {
		return this.request.lastEventId();
	}

	@Override
	public @Nullable Principal principal() {
		return this.request.principal();
	}

	@Override
	public SseStream open() {
		return locked(() -> this.phase.open());
	}

	@Override
	public void noContent() {
		locked(() -> this.phase.noContent());
	}

	@Override
	public SseStream send(SseEvent event) {
		String id = event.id();
		if (id != null) {
			OwnIds.requireForeign(id);
			if (this.subscriber.isJoined()) {
				throw new IllegalArgumentException("The event '" + event.name() + "' has the id '" + id
						+ "', but is sent directly to a stream that has joined: the client would come back with that id"
						+ " and lose its place in the log. Send it without an id, or through the SseBroadcaster");
			}
		}
		byte[] frame = this.engine.formatter().format(event);
		return locked(() -> {
			if (isAttached()) {
				this.progress.writes(this.engine.nanoTime());
			}
			this.phase.send(frame);
		});
	}

	@Override
	public SseStream send(Object data) {
		return send(EventConversion.toEvent(data));
	}

	@Override
	public SseStream join(String... topics) {
		return join(JoinChecks.names(List.of(topics), this.engine.settings().limits()));
	}

	@Override
	public SseStream joinMatching(String pattern) {
		return join(Set.of(JoinChecks.pattern(pattern, this.engine.settings().limits())));
	}

	private SseStream join(Set<String> names) {
		Set<String> allowed = new LinkedHashSet<>(names);
		Set<String> refused = (this.access != null) ? this.access.refused(names) : Set.of();
		allowed.removeAll(refused);
		locked(() -> {
			requireOpen();
			if (!refused.isEmpty()) {
				refuse(refused, allowed);
			}
			if (allowed.isEmpty() && !refused.isEmpty()) {
				return;
			}
			Cursor tail = this.engine.history().tail();
			AttachedPhase attached = this.attached;
			this.subscriber.join(allowed, tail.position(), attached != null && attached.start().isResumed(),
					this.engine.settings().limits().maxTopicsPerStream());
			if (attached != null) {
				attached.start().listen(tail);
			}
			this.phase.topicsChanged();
		});
		// Once the shard knows, or what the application sends in answer would not be
		// heard
		this.subscriber.count();
		this.engine.topics().tell();
		return this;
	}

	/**
	 * Before the commit a refusal is the answer to the request; after it the stream goes
	 * on without, if there is anything left for it to hear.
	 */
	private void refuse(Set<String> refused, Set<String> allowed) {
		if (!isCommitted() || (allowed.isEmpty() && !this.subscriber.isJoined())) {
			if (isCommitted()) {
				this.engine.closer().close(this, SseCloseReason.FORBIDDEN);
			}
			throw new SseClosedException(SseCloseReason.FORBIDDEN, "The stream may not join '"
					+ String.join("', '", refused) + "': the SseAuthorizer does not allow it");
		}
		StreamLog.debug(clientId(), "Goes on without " + refused + ": the SseAuthorizer does not allow them");
	}

	@Override
	public SseStream fromStart() {
		return locked(() -> {
			AttachedPhase attached = this.attached;
			if (attached == null) {
				throw new IllegalStateException(
						"fromStart() on a stream whose method has returned: its beginning is settled");
			}
			attached.start().fromStart();
		});
	}

	@Override
	public SseStream leave(String topic, String... more) {
		Set<String> names = new LinkedHashSet<>(List.of(more));
		names.add(topic);
		locked(() -> {
			this.subscriber.leave(names, this.engine.history().tail().position());
			if (isOpen()) {
				this.phase.topicsChanged();
			}
		});
		this.engine.topics().tell();
		return this;
	}

	@Override
	public SseStream keepOpen() {
		return locked(() -> {
			requireOpen();
			if (this.attached != null) {
				this.attached.start().listen(this.engine.history().tail());
			}
		});
	}

	@Override
	public SseStream onClose(Consumer<SseCloseReason> callback) {
		this.outcome.onClose(callback);
		return this;
	}

	@Override
	public boolean isOpen() {
		return !(this.phase instanceof EndedPhase);
	}

	@Override
	public void complete() {
		locked(() -> this.phase.complete());
	}

	/**
	 * Gives the stream what it has of its own. Only while it is attached.
	 * @param options the options
	 */
	public void setOptions(StreamOptions options) {
		this.options = options;
	}

	/**
	 * Whether something was sent to the client, or will be.
	 * @return whether the response belongs to the stream
	 */
	public boolean isCommitted() {
		AttachedPhase attached = this.attached;
		return attached == null || attached.isCommitted() || isDetached();
	}

	/**
	 * Whether the engine wants the stream to end.
	 * @return whether it has ended, or is to end at its next write
	 */
	public boolean isClosing() {
		AttachedPhase attached = this.attached;
		return !isOpen() || (attached != null && attached.isOrdered());
	}

	/**
	 * Ends the stream as the engine wants it to, after its method was interrupted for
	 * that before anything was sent.
	 * @return whether the engine wants it to end
	 */
	public boolean endAsOrdered() {
		this.lock.lock();
		try {
			AttachedPhase attached = this.attached;
			return attached != null && isAttached() && attached.endAsOrdered();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The controller method has returned, or failed. Called on its thread, last of all,
	 * once.
	 * @param isSuccess whether it returned
	 * @return whether the stream was touched by it: committed, kept, answered or ended
	 */
	public boolean handlerReturned(boolean isSuccess) {
		this.engine.handlerReturned();
		this.lock.lock();
		try {
			AttachedPhase attached = Objects.requireNonNull(this.attached, "Its method has returned already");
			AttachedPhase.Order order = attached.returned();
			if (!isAttached()) {
				if (!isSuccess) {
					close(SseCloseReason.FAILED, new byte[0]);
				}
				return true;
			}
			if (order != null && attached.isCommitted()) {
				attached.finish(order.reason(), order.farewell());
			}
			else if (!isSuccess) {
				attached.finish(SseCloseReason.FAILED, new byte[0]);
			}
			else if (attached.start().isListening()) {
				detach(attached, order);
			}
			else {
				boolean isTouched = attached.isCommitted() || attached.hasNoContent();
				attached.finish(SseCloseReason.COMPLETED, new byte[0]);
				return isTouched;
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void detach(AttachedPhase attached, AttachedPhase.@Nullable Order order) {
		AttachedResponse response = attached.response();
		Connection connection;
		try {
			connection = new Connection(this.engine.shard(response.connectionKey()), this, this.options,
					attached.start().position(), attached.isCommitted());
			if (!attached.isCommitted()) {
				attached.prepare();
			}
			Transport transport = response.detach(connection);
			this.phase = new DetachedPhase(this, connection);
			if (!attached.isCommitted()) {
				opened();
			}
			connection.start(transport);
		}
		catch (RuntimeException ex) {
			ended(SseCloseReason.FAILED);
			throw ex;
		}
		AttachedPhase.Order late = (order != null) ? order : attached.returned();
		if (late != null) {
			connection.close(late.reason(), late.farewell(), Connection.AT_ONCE);
		}
		this.attached = null;
	}

	// For the engine

	/**
	 * Asks again what the stream may hear.
	 * @return the last failure to ask, {@code null} for none
	 */
	@Nullable RuntimeException recheck() {
		return (this.access != null) ? this.access.recheck() : null;
	}

	/**
	 * It was decided whether the stream may hear a topic.
	 */
	void accessChanged() {
		Connection connection = this.phase.connection();
		if (connection != null) {
			connection.topicsChanged();
		}
	}

	/**
	 * The stream may not hear some of what it has joined any more.
	 */
	void forbid(Set<String> names) {
		this.subscriber.forbid(names);
		StreamLog.debug(clientId(), "Goes on without " + names + ": the SseAuthorizer does not allow them any more");
		accessChanged();
		if (this.subscriber.hasNothingToHear()) {
			this.engine.closer().close(this, SseCloseReason.FORBIDDEN);
		}
		this.engine.topics().tell();
	}

	Place place() {
		return Objects.requireNonNull(this.place, "Not let in yet");
	}

	void setPlace(Place place) {
		this.place = place;
	}

	@Nullable Deadline loginEnd() {
		return this.loginEnd;
	}

	/**
	 * The user's session has got another id.
	 */
	void sessionRenamed(String sessionId) {
		this.request = this.request.withSession(sessionId);
	}

	StreamRequest request() {
		return this.request;
	}

	Subscriber subscriber() {
		return this.subscriber;
	}

	long attachedAt() {
		return this.attachedAt;
	}

	EngineListener listener() {
		return this.engine.listener();
	}

	Progress progress() {
		return this.progress;
	}

	boolean isDetached() {
		return this.phase instanceof DetachedPhase;
	}

	/**
	 * Closes the stream by force, without waiting.
	 */
	void close(SseCloseReason reason, byte[] farewell) {
		close(reason, farewell, Connection.AT_ONCE);
	}

	/**
	 * Closes the stream by force, without waiting.
	 * @param position the position of the log at which it closes, if it can be written to
	 */
	void close(SseCloseReason reason, byte[] farewell, long position) {
		Phase before = this.phase;
		before.close(reason, farewell, position);
		Phase after = this.phase;
		if (after != before) {
			after.close(reason, farewell, position);
		}
	}

	/**
	 * The stream will end with a reason: it takes nothing more.
	 * @param connection what still has bytes to send
	 */
	void closing(SseCloseReason reason, Connection connection) {
		this.phase = new EndedPhase(reason, connection);
	}

	/**
	 * The stream has ended.
	 */
	void ended(SseCloseReason reason) {
		SseCloseReason told = (this.phase instanceof EndedPhase closing) ? closing.reason() : reason;
		this.phase = new EndedPhase(told, null);
		this.subscriber.ended();
		this.engine.ended(this, reason);
	}

	/**
	 * Tells the application of the end.
	 */
	void tellEnd(SseCloseReason reason) {
		this.outcome.closed(reason, Duration.ofNanos(this.engine.nanoTime() - this.attachedAt));
	}

	void opened() {
		this.engine.opened(this);
		this.outcome.opened();
		StreamLog.opened(this.subscriber);
	}

	/**
	 * Whether nothing was sent to the attached stream for some time.
	 */
	boolean isHeartbeatDue(long now) {
		long interval = this.options.heartbeatInterval().toNanos();
		return isAttached() && interval > 0 && now - this.progress.lastWrite() >= interval;
	}

	/**
	 * Sends a heartbeat to an attached stream, unless a send is under way. Waits for the
	 * client.
	 */
	void heartbeatAttached(long now) {
		if (this.lock.tryLock()) {
			try {
				if (this.phase instanceof AttachedPhase current) {
					this.progress.writes(now);
					current.heartbeat();
				}
			}
			catch (SseClosedException ex) {
				// The handler is told at its next send
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/**
	 * Interrupts the controller method, if it still runs.
	 */
	void interrupt() {
		AttachedPhase attached = this.attached;
		if (attached != null) {
			attached.interrupt();
		}
	}

	boolean isAttached() {
		return this.phase instanceof AttachedPhase;
	}

	private void requireOpen() {
		if (this.phase instanceof EndedPhase ended) {
			ended.open();
		}
		if (this.phase instanceof AttachedPhase current && current.hasNoContent()) {
			throw new IllegalStateException(
					"The request is answered with noContent(): a stream cannot be kept after it");
		}
	}

	private SseStream locked(Runnable action) {
		this.lock.lock();
		try {
			action.run();
		}
		finally {
			this.lock.unlock();
		}
		return this;
	}

}
