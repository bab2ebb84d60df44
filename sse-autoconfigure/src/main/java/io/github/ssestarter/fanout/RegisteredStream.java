package io.github.ssestarter.fanout;

import java.security.Principal;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;

/**
 * A stream as the engine has it, through its two lives. What the application and the
 * container call of it is the {@link EngineStream}, of which nothing is kept here once
 * the stream is detached.
 */
final class RegisteredStream {

	/*
	 * The lock orders what is called of one stream, and is held while an attached stream
	 * writes, as long as the client takes. So nothing of the engine takes it: "close" and
	 * "ended" are not under it. "close" leaves its order with the phase it finds and then
	 * looks for another; "detach" changes the phase and then looks for an order: one of
	 * the two sees the other.
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

	/** {@code null} once the stream is detached. */
	private volatile @Nullable AttachedPhase attached;

	private final long attachedAt;

	private final Progress progress;

	private volatile Phase phase;

	/**
	 * Creates a stream, attached.
	 * @param lock what orders the calls of it
	 */
	RegisteredStream(SseEngine engine, AttachedResponse response, StreamRequest request, ReentrantLock lock) {
		this.engine = engine;
		this.request = request;
		this.access = engine.access(this);
		this.subscriber = new Subscriber(request, engine.history(), engine.topics(), this.access);
		this.outcome = new StreamOutcome(engine.environment(), this.subscriber, engine.listener(), engine.faults());
		AttachedPhase attached = new AttachedPhase(this, lock,
				new StreamStart(engine.history(), this.subscriber, request.lastEventId()), response, engine.frames(),
				engine.options());
		this.attached = attached;
		this.phase = attached;
		this.attachedAt = engine.nanoTime();
		this.progress = new Progress(this.attachedAt);
		Principal principal = request.principal();
		this.loginEnd = (principal != null) ? engine.loginEnd(principal) : null;
	}

	SseEngine engine() {
		return this.engine;
	}

	StreamRequest request() {
		return this.request;
	}

	String clientId() {
		return this.request.clientId();
	}

	/**
	 * The user's session has got another id.
	 */
	void sessionRenamed(String sessionId) {
		this.request = this.request.withSession(sessionId);
	}

	Subscriber subscriber() {
		return this.subscriber;
	}

	Progress progress() {
		return this.progress;
	}

	@Nullable Deadline loginEnd() {
		return this.loginEnd;
	}

	long attachedAt() {
		return this.attachedAt;
	}

	Place place() {
		return Objects.requireNonNull(this.place, "Not let in yet");
	}

	void setPlace(Place place) {
		this.place = place;
	}

	Phase phase() {
		return this.phase;
	}

	/**
	 * The stream's first life, {@code null} once the stream is detached.
	 */
	@Nullable AttachedPhase attached() {
		return this.attached;
	}

	boolean isAttached() {
		return this.phase instanceof AttachedPhase;
	}

	boolean isDetached() {
		return this.phase instanceof DetachedPhase;
	}

	boolean isOpen() {
		return !(this.phase instanceof EndedPhase);
	}

	/**
	 * Whether something was sent to the client, or will be.
	 */
	boolean isCommitted() {
		AttachedPhase attached = this.attached;
		return attached == null || attached.isCommitted() || isDetached();
	}

	/**
	 * Whether the engine wants the stream to end.
	 */
	boolean isClosing() {
		AttachedPhase attached = this.attached;
		return !isOpen() || (attached != null && attached.isOrdered());
	}

	// Under the lock

	/**
	 * The controller method has returned, or failed.
	 * @return whether the stream was touched by it
	 */
	boolean handlerReturned(boolean isSuccess) {
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

	private void detach(AttachedPhase attached, AttachedPhase.@Nullable Order order) {
		AttachedResponse response = attached.response();
		Connection connection;
		try {
			connection = new Connection(this.engine.shard(response.connectionKey()), this, attached.options(),
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
		catch (RuntimeException | Error ex) {
			ended(SseCloseReason.FAILED);
			throw ex;
		}
		AttachedPhase.Order late = (order != null) ? order : attached.returned();
		if (late != null) {
			connection.close(late.reason(), late.farewell(), Connection.AT_ONCE);
		}
		this.attached = null;
	}

	// Any thread, without the lock

	void onClose(Consumer<SseCloseReason> callback) {
		this.outcome.onClose(callback);
	}

	void opened() {
		this.engine.opened(this);
		this.outcome.opened();
		StreamLog.opened(this.subscriber);
	}

	/**
	 * Those of some topics and patterns that the stream may not hear. Waits for the
	 * application.
	 */
	Set<String> refused(Set<String> names) {
		return (this.access != null) ? this.access.refused(names) : Set.of();
	}

	/**
	 * Asks again what the stream may hear. Waits for the application.
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
	 * All is sent, and the client is about to see the end: by then it may come back, so
	 * the stream's place is free.
	 */
	void allSent(SseCloseReason reason, Connection connection) {
		if (isOpen()) {
			closing(reason, connection);
		}
		this.engine.vacated(this);
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

	/**
	 * Interrupts the controller method, if it still runs.
	 */
	void interrupt() {
		AttachedPhase attached = this.attached;
		if (attached != null) {
			attached.interrupt();
		}
	}

}
