package io.github.ssestarter.fanout;

import java.security.Principal;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
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

	private final StreamRequest request;

	private final Subscriber subscriber;

	/** Guarded by the lock. */
	private final StreamStart start;

	private final StreamOutcome outcome;

	private final ReentrantLock lock = new ReentrantLock();

	private final AttachedPhase attached;

	private final long attachedAt;

	private volatile Phase phase;

	private volatile StreamOptions options;

	private volatile long lastAttachedWrite;

	private volatile @Nullable Connection connection;

	EngineStream(SseEngine engine, AttachedResponse response, StreamRequest request, StreamOptions options) {
		this.engine = engine;
		this.request = request;
		this.options = options;
		this.subscriber = new Subscriber(request, engine.history(), engine.topics());
		this.start = new StreamStart(engine.history(), this.subscriber, request.lastEventId());
		this.outcome = new StreamOutcome(engine.environment(), this.subscriber);
		this.attached = new AttachedPhase(this, response, engine.frames());
		this.phase = this.attached;
		this.attachedAt = engine.nanoTime();
		this.lastAttachedWrite = this.attachedAt;
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
			this.lastAttachedWrite = this.engine.nanoTime();
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
		JoinChecks.authorize(principal(), names, this.engine.environment().authorizer());
		locked(() -> {
			requireOpen();
			Cursor tail = this.engine.history().tail();
			this.subscriber.join(names, tail.position(), isAttached() && this.start.isResumed(),
					this.engine.settings().limits().maxTopicsPerStream());
			this.start.listen(tail);
			this.phase.topicsChanged();
		});
		this.engine.topics().tell();
		return this;
	}

	@Override
	public SseStream fromStart() {
		return locked(() -> {
			if (!isAttached()) {
				throw new IllegalStateException(
						"fromStart() on a stream whose method has returned: its beginning is settled");
			}
			this.start.fromStart();
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
			this.start.listen(this.engine.history().tail());
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
		return this.attached.isCommitted() || isDetached();
	}

	/**
	 * Whether the engine wants the stream to end.
	 * @return whether it has ended, or is to end at its next write
	 */
	public boolean isClosing() {
		return !isOpen() || this.attached.isOrdered();
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
			AttachedPhase.Order order = this.attached.returned();
			if (!isAttached()) {
				if (!isSuccess) {
					close(SseCloseReason.FAILED, new byte[0]);
				}
				return true;
			}
			if (order != null && this.attached.isCommitted()) {
				this.attached.finish(order.reason(), order.farewell());
			}
			else if (!isSuccess) {
				this.attached.finish(SseCloseReason.FAILED, new byte[0]);
			}
			else if (isKept()) {
				detach(order);
			}
			else {
				boolean isTouched = this.attached.isCommitted() || this.attached.hasNoContent();
				this.attached.finish(SseCloseReason.COMPLETED, new byte[0]);
				return isTouched;
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void detach(AttachedPhase.@Nullable Order order) {
		AttachedResponse response = this.attached.response();
		Connection connection;
		try {
			connection = new Connection(this.engine.shard(response.connectionKey()), this, this.options,
					this.start.position(), this.attached.isCommitted());
			if (!this.attached.isCommitted()) {
				this.attached.prepare();
			}
			Transport transport = response.detach(connection);
			this.connection = connection;
			this.phase = new DetachedPhase(this, connection);
			opened();
			connection.start(transport);
		}
		catch (RuntimeException ex) {
			ended(SseCloseReason.FAILED);
			throw ex;
		}
		AttachedPhase.Order late = (order != null) ? order : this.attached.returned();
		if (late != null) {
			connection.close(late.reason(), late.farewell(), Connection.AT_ONCE);
		}
	}

	// For the engine

	StreamRequest request() {
		return this.request;
	}

	Subscriber subscriber() {
		return this.subscriber;
	}

	long attachedAt() {
		return this.attachedAt;
	}

	long lastAttachedWrite() {
		return this.lastAttachedWrite;
	}

	/**
	 * How many bytes it was sent while it was attached.
	 */
	long attachedBytes() {
		return this.attached.bytes();
	}

	/**
	 * What writes to it, {@code null} while it is attached.
	 */
	@Nullable Connection connection() {
		return this.connection;
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
		this.engine.topics().tell();
		this.engine.ended(this,
				() -> this.outcome.closed(reason, Duration.ofNanos(this.engine.nanoTime() - this.attachedAt)));
	}

	void opened() {
		this.engine.opened(this);
		this.outcome.opened();
	}

	boolean isKept() {
		return this.start.isListening();
	}

	/**
	 * The position that the opening comment carries: of a stream that has joined.
	 */
	@Nullable Cursor committedCursor() {
		if (!this.subscriber.isJoined()) {
			return null;
		}
		StartPosition start = this.start.position();
		return (start.unknownId() != null) ? null : start.cursor();
	}

	/**
	 * Whether nothing was sent to the attached stream for some time.
	 */
	boolean isHeartbeatDue(long now) {
		long interval = this.options.heartbeatInterval().toNanos();
		return isAttached() && interval > 0 && now - this.lastAttachedWrite >= interval;
	}

	/**
	 * Sends a heartbeat to an attached stream, unless a send is under way. Waits for the
	 * client.
	 */
	void heartbeatAttached(long now) {
		if (this.lock.tryLock()) {
			try {
				if (isAttached()) {
					this.lastAttachedWrite = now;
					this.attached.heartbeat();
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
		this.attached.interrupt();
	}

	boolean isAttached() {
		return this.phase == this.attached;
	}

	private void requireOpen() {
		if (this.phase instanceof EndedPhase ended) {
			ended.open();
		}
		if (isAttached() && this.attached.hasNoContent()) {
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
