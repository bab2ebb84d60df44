package io.github.ssestarter.fanout.stream;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.backplane.WireId;
import io.github.ssestarter.fanout.hearing.StartPosition;
import io.github.ssestarter.fanout.hearing.StreamStart;
import io.github.ssestarter.fanout.hearing.Subscription;
import io.github.ssestarter.fanout.notice.Limit;
import io.github.ssestarter.fanout.notice.StreamLog;
import io.github.ssestarter.fanout.shard.Deadline;
import io.github.ssestarter.fanout.shard.End;
import io.github.ssestarter.fanout.shard.Opening;
import io.github.ssestarter.fanout.shard.Progress;
import io.github.ssestarter.fanout.shard.StreamOptions;
import io.github.ssestarter.fanout.transport.AttachedResponse;
import io.github.ssestarter.format.SseEventFormatter;

/**
 * The stream's controller method runs: writes go out at once, and wait for the client.
 */
final class AttachedPhase implements Phase {

	private final PhaseOwner owner;

	private final StreamContext context;

	private final Subscription subscription;

	private final Progress progress;

	/** Held while something is written, as long as the client takes. */
	private final ReentrantLock lock;

	private final StreamStart start;

	private final AttachedResponse response;

	private final StreamRequest request;

	private final HandlerThread handler = new HandlerThread();

	/** Written under the stream's lock. */
	private volatile boolean isCommitted;

	/** Written under the stream's lock. */
	private volatile boolean hasNoContent;

	/** Written under the stream's lock. */
	private volatile boolean hasEnded;

	/**
	 * What there was no room for, {@code null} if nothing was refused. Written under the
	 * stream's lock.
	 */
	private volatile @Nullable Limit refusedBy;

	private volatile StreamOptions options;

	/**
	 * Where in the log the client was told that it begins, {@code null} before that.
	 * Written under the stream's lock.
	 */
	private volatile @Nullable StartPosition told;

	/**
	 * The last id of the application's own that the client has, {@code null} for none.
	 * Written under the stream's lock.
	 */
	private volatile @Nullable String ownId;

	AttachedPhase(PhaseOwner owner, StreamContext context, Subscription subscription, Progress progress,
			ReentrantLock lock, StreamStart start, AttachedResponse response, StreamRequest request) {
		this.owner = owner;
		this.context = context;
		this.subscription = subscription;
		this.progress = progress;
		this.lock = lock;
		this.start = start;
		this.response = response;
		this.request = request;
		this.ownId = request.ownId();
		this.options = request.options(context.settings().options());
	}

	AttachedResponse response() {
		return this.response;
	}

	/**
	 * The method's thread.
	 */
	HandlerThread handler() {
		return this.handler;
	}

	/**
	 * Where the stream begins in the log.
	 */
	StreamStart start() {
		return this.start;
	}

	StreamOptions options() {
		return this.options;
	}

	void setOptions(StreamOptions options) {
		this.options = this.request.options(options);
	}

	/**
	 * How the stream goes on without this phase.
	 */
	Opening goOn(StartPosition start, @Nullable Deadline loginEnd) {
		return new Opening(start, start == this.told, this.ownId, loginEnd);
	}

	boolean isCommitted() {
		return this.isCommitted;
	}

	boolean hasNoContent() {
		return this.hasNoContent;
	}

	@Nullable Limit refusedBy() {
		return this.refusedBy;
	}

	/**
	 * Settles the place that the client is told. Without the lock: the application may be
	 * asked.
	 */
	void settle() {
		if (this.start.isListening()) {
			this.start.settle();
		}
	}

	@Override
	public void open() {
		obey();
		commit();
	}

	@Override
	public void send(byte[] frame, @Nullable String ownId) {
		this.progress.writes(this.context.nanoTime());
		open();
		if (ownId == null) {
			write(frame);
		}
		else {
			this.ownId = (ownId.isEmpty()) ? null : ownId;
			write(SseEventFormatter.complete(frame, new WireId(this.start.position(), this.ownId).toString()));
		}
		this.context.listener().wrote(1, 0);
	}

	private void commit() {
		if (this.isCommitted) {
			tellPlace();
			return;
		}
		requireWhole();
		requireRoom();
		prepare();
		this.isCommitted = true;
		this.owner.opened();
		if (this.start.isListening()) {
			greet();
		}
		else {
			write(this.context.frames().opening(this.options.retry()));
		}
	}

	/**
	 * Tells the client its place, if it has another one than it knows of: the stream
	 * joins only now.
	 */
	private void tellPlace() {
		StartPosition settled = this.start.settled();
		if (settled != null && this.start.isListening() && settled != this.told) {
			greet();
		}
	}

	private void greet() {
		this.told = this.start.settled();
		write(this.context.frames().connected(this.subscription.clientId(), this.options.retry(), place()));
	}

	/**
	 * Where the client is to come back to, {@code null} if it is not to know.
	 */
	private @Nullable WireId place() {
		return (this.start.isListening()) ? WireId.of(this.start.position(), this.ownId) : null;
	}

	/**
	 * Ends the stream before anything of it is written, if too many are at work: the
	 * answer to its client is the request's, whatever the method makes of it.
	 */
	private void requireRoom() {
		try {
			this.owner.writes();
		}
		catch (NoRoomException ex) {
			this.refusedBy = ex.getLimit();
			this.owner.decide(End.of(SseCloseReason.FAILED));
			ended();
			throw ex;
		}
	}

	/**
	 * Sets the headers, before anything is written.
	 */
	void prepare() {
		requireWhole();
		this.response.prepare(this.start.isListening());
	}

	private void requireWhole() {
		if (this.hasNoContent || this.response.isCommitted()) {
			throw new IllegalStateException("The response is answered already, with "
					+ ((this.hasNoContent) ? "noContent()" : "something that is not this stream")
					+ ": a stream needs it whole");
		}
	}

	private void write(byte[] frame) {
		try {
			this.response.write(frame);
			this.progress.wrote(frame.length, this.progress.lastWrite());
			this.context.listener().wrote(0, frame.length);
			if (StreamLog.isEnabled()) {
				StreamLog.sent(this.subscription.clientId(), frame);
			}
		}
		catch (IOException ex) {
			End end = this.owner.decide(End.of(SseCloseReason.CLIENT_GONE));
			ended();
			throw new SseClosedException(end.reason(), "The client has gone", ex);
		}
	}

	/**
	 * Carries out an end that was decided while nothing was written.
	 */
	private void obey() {
		End end = this.owner.end();
		if (end != null) {
			carryOut(end);
			throw EndedPhase.exception(end.reason());
		}
	}

	private void carryOut(End end) {
		prepareEmpty();
		if (!this.hasNoContent && !this.response.isCommitted()) {
			// Who was sent nothing yet is told as well
			this.isCommitted = true;
		}
		finish(end);
	}

	/**
	 * Carries out an end that was decided, of which the method was told by an
	 * interruption.
	 * @return whether it is decided
	 */
	boolean endAsOrdered() {
		End end = this.owner.end();
		if (end == null) {
			return false;
		}
		// A container closes the socket of a thread that writes while it is interrupted
		Thread.interrupted();
		carryOut(end);
		return true;
	}

	/**
	 * Makes an empty stream of a response that nothing was sent on: without its headers a
	 * browser would not come back.
	 */
	private void prepareEmpty() {
		if (!this.isCommitted && !this.hasNoContent && !this.response.isCommitted()) {
			this.response.prepare(false);
		}
	}

	/**
	 * Whether nothing was sent for some time.
	 */
	boolean isHeartbeatDue(long now) {
		long interval = this.progress.heartbeatInterval(this.options.heartbeatInterval().toNanos(), now);
		return interval > 0 && now - this.progress.lastWrite() >= interval;
	}

	/**
	 * Sends a heartbeat, if the response is committed and no send is under way. Takes the
	 * stream's lock, and waits for the client.
	 */
	void heartbeat(long now) {
		if (this.lock.tryLock()) {
			try {
				if (!this.hasEnded) {
					this.progress.writes(now);
					if (this.isCommitted) {
						tellPlace();
						write(this.context.frames().heartbeat(place()));
					}
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

	@Override
	public void noContent() {
		if (this.isCommitted || this.response.isCommitted() || this.start.isListening()) {
			throw new IllegalStateException((this.start.isListening())
					? "noContent() on a stream that has joined or is kept open: call it instead of that"
					: "noContent() on a response that is committed: call it before the first send");
		}
		this.hasNoContent = true;
		this.response.noContent();
	}

	/**
	 * Answers 204 to a client to which nothing more comes.
	 */
	void finishWithNoContent(End end) {
		requireWhole();
		this.hasNoContent = true;
		this.response.noContent();
		finish(end);
	}

	@Override
	public void topicsChanged() {
		obey();
		if (this.isCommitted) {
			tellPlace();
		}
	}

	@Override
	public void complete() {
		End end = this.owner.decide(End.of(SseCloseReason.COMPLETED));
		carryOut(end);
	}

	/**
	 * Ends the stream, whether its client is still there or not.
	 */
	void finish(End end) {
		try {
			byte[] last = (this.isCommitted) ? this.context.frames().closing(end, this.options.retry(), place())
					: new byte[0];
			if (last.length > 0) {
				write(last);
			}
			ended();
			// Only now: who sees the end may come back at once
			if (this.isCommitted) {
				this.response.end();
			}
		}
		catch (SseClosedException | IOException ex) {
			// The client has gone at the very end, and has been told so
		}
		catch (RuntimeException | Error ex) {
			ended();
			throw ex;
		}
	}

	private void ended() {
		this.hasEnded = true;
		this.handler.ended();
		this.owner.ended();
	}

	/**
	 * The stream goes on without this phase.
	 */
	void detached() {
		this.hasEnded = true;
	}

}
