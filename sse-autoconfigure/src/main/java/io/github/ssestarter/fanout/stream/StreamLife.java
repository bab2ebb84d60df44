package io.github.ssestarter.fanout.stream;

import java.security.Principal;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.fanout.hearing.Completion;
import io.github.ssestarter.fanout.hearing.StartPosition;
import io.github.ssestarter.fanout.hearing.StreamStart;
import io.github.ssestarter.fanout.hearing.Subscription;
import io.github.ssestarter.fanout.notice.Limit;
import io.github.ssestarter.fanout.notice.StreamLog;
import io.github.ssestarter.fanout.shard.Connection;
import io.github.ssestarter.fanout.shard.Deadline;
import io.github.ssestarter.fanout.shard.End;
import io.github.ssestarter.fanout.shard.Progress;
import io.github.ssestarter.fanout.transport.AttachedResponse;
import io.github.ssestarter.fanout.transport.Transport;

/**
 * A stream as the engine has it, through its two lives to its one end. What the
 * application and the container call of it is the {@link EngineStream}, of which nothing
 * is kept here once the stream is detached.
 */
public final class StreamLife implements PhaseOwner, AccessQuestions.Asker, Place.Holder {

	/*
	 * How a stream ends is decided by one compare-and-set of its Progress; whoever comes
	 * later is told what was decided. Then whoever writes to the client carries it out:
	 * the method's thread at its next call while the stream is attached, its shard after.
	 * "close" decides and then looks for a phase to tell; "detach" changes the phase and
	 * then starts the connection, which looks for an end: one of the two sees the other.
	 *
	 * The lock orders what writes to an attached stream, and is held as long as the
	 * client takes. Nothing here takes it but what is marked so.
	 */

	private final StreamContext context;

	private final Home home;

	private volatile StreamRequest request;

	/** {@code null} if the stream may hear all that it joins. */
	private final @Nullable AccessQuestions access;

	private final Subscription subscription;

	/** {@code null} if its user's login does not end by itself. */
	private final @Nullable Deadline loginEnd;

	/** Among the streams there is room for; set as the stream is let in. */
	private @Nullable Place place;

	/** How often its client's streams have replaced each other, up to this one. */
	private volatile Replacements replacements = Replacements.NONE;

	private final StreamOutcome outcome;

	/** {@code null} once the stream is detached. */
	private volatile @Nullable AttachedPhase attached;

	private final long attachedAt;

	private final Progress progress;

	private volatile Phase phase;

	/**
	 * Creates a stream, attached.
	 * @param lock what orders the writes to it
	 */
	StreamLife(StreamContext context, Home home, AttachedResponse response, StreamRequest request, ReentrantLock lock) {
		this.context = context;
		this.home = home;
		this.request = request;
		EngineEnvironment environment = context.environment();
		CallContext around = environment.contexts().capture();
		SseAuthorizer authorizer = environment.authorizer();
		this.access = (authorizer == null && context.settings().recheckInterval().isZero()) ? null
				: new AccessQuestions(context, this, request, authorizer, around);
		this.subscription = new Subscription(request.clientId(), request.user(), context.history(), context.topics(),
				this.access);
		this.outcome = new StreamOutcome(environment, around, this.subscription, context.listener(), context.faults());
		this.attachedAt = context.nanoTime();
		this.progress = new Progress(this.attachedAt);
		AttachedPhase attached = new AttachedPhase(this, context, this.subscription, this.progress, lock,
				new StreamStart(context.history(), context.backplane(), this.subscription, request.presented()),
				response, request);
		this.attached = attached;
		this.phase = attached;
		Principal principal = request.principal();
		this.loginEnd = (principal != null)
				? Deadline.ofLogin(environment.logins().expiresAt(principal), environment.clock(), context.nanoTime())
				: null;
	}

	@Override
	public StreamRequest request() {
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

	public Subscription subscription() {
		return this.subscription;
	}

	public Progress progress() {
		return this.progress;
	}

	@Nullable Deadline loginEnd() {
		return this.loginEnd;
	}

	public long attachedAt() {
		return this.attachedAt;
	}

	Place place() {
		return Objects.requireNonNull(this.place, "Not let in yet");
	}

	void setPlace(Place place) {
		this.place = place;
	}

	Replacements replacements() {
		return this.replacements;
	}

	void setReplacements(Replacements replacements) {
		this.replacements = replacements;
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

	public boolean isAttached() {
		return this.phase instanceof AttachedPhase;
	}

	/**
	 * Whether the shard writes to it, and it goes on.
	 */
	public boolean isDetached() {
		return this.phase instanceof DetachedPhase && isOpen();
	}

	/**
	 * The way that its bytes take.
	 */
	public SseConnection.Transport transport() {
		Connection connection = this.phase.connection();
		Transport transport = (connection != null) ? connection.transport() : null;
		return (transport != null && transport.ownsSocket()) ? SseConnection.Transport.SOCKET
				: SseConnection.Transport.SERVLET;
	}

	/**
	 * Whether it goes on: no end is decided.
	 */
	boolean isOpen() {
		return end() == null;
	}

	/**
	 * Whether something was sent to the client, or will be.
	 */
	boolean isCommitted() {
		AttachedPhase attached = this.attached;
		return attached == null || attached.isCommitted() || this.phase instanceof DetachedPhase;
	}

	/**
	 * What there was no room for when it was to get its first byte, {@code null} if there
	 * was, or nothing was to be sent.
	 */
	@Nullable Limit refusedBy() {
		AttachedPhase attached = this.attached;
		return (attached != null) ? attached.refusedBy() : null;
	}

	// The method's thread, as it returns

	/**
	 * The controller method has returned, or failed. Takes the lock.
	 * @return whether the stream was touched by it
	 */
	boolean handlerReturned(boolean isSuccess, ReentrantLock lock) {
		AttachedPhase attached = Objects.requireNonNull(this.attached, "Its method has returned already");
		StartPosition start = null;
		try {
			boolean goesOn = isSuccess && isAttached() && attached.start().isListening();
			start = (goesOn) ? attached.start().settle() : null;
		}
		catch (RuntimeException | Error ex) {
			returnedLocked(attached, false, null, lock);
			throw ex;
		}
		return returnedLocked(attached, isSuccess, start, lock);
	}

	private boolean returnedLocked(AttachedPhase attached, boolean isSuccess, @Nullable StartPosition start,
			ReentrantLock lock) {
		attached.handler().returned();
		this.home.handlerReturned(this);
		lock.lock();
		try {
			return returned(attached, isSuccess, start);
		}
		finally {
			lock.unlock();
		}
	}

	/**
	 * Under the lock.
	 * @param start where it goes on, {@code null} if it does not
	 */
	private boolean returned(AttachedPhase attached, boolean isSuccess, @Nullable StartPosition start) {
		if (!isAttached()) {
			return true;
		}
		End ordered = end();
		if (ordered != null && attached.isCommitted()) {
			attached.finish(ordered);
		}
		else if (!isSuccess) {
			attached.finish(decide(End.of(SseCloseReason.FAILED)));
		}
		else if (start != null && hasHadAll(attached, start) && this.request.isEventSource()) {
			attached.finishWithNoContent(decide(End.of(SseCloseReason.TOPIC_COMPLETED)));
		}
		else if (start != null) {
			detach(attached, start);
		}
		else {
			boolean isTouched = attached.isCommitted() || attached.hasNoContent();
			attached.finish(decide(End.of(SseCloseReason.COMPLETED)));
			return isTouched;
		}
		return true;
	}

	/**
	 * Whether the client comes back with all that there was, and nothing more comes.
	 */
	private boolean hasHadAll(AttachedPhase attached, StartPosition start) {
		Completion completion = this.context.completions().ofAll(this.subscription);
		return completion != null && !attached.isCommitted() && start.isResumed() && start.unknown() == null
				&& start.cursor().id().compareTo(completion.last()) >= 0;
	}

	private void detach(AttachedPhase attached, StartPosition start) {
		boolean hasHadAll = hasHadAll(attached, start);
		AttachedResponse response = attached.response();
		boolean isCommitted = attached.isCommitted();
		try {
			Connection connection = this.context.shards()
				.connect(response.connectionKey(), this, this.subscription, this.progress, attached.options(),
						attached.goOn(start, this.loginEnd));
			if (!isCommitted) {
				attached.prepare();
			}
			connection.start(response.detach(connection, () -> opening(connection, isCommitted)));
		}
		catch (RuntimeException | Error ex) {
			decide(End.of(SseCloseReason.FAILED));
			attached.detached();
			ended();
			throw ex;
		}
		attached.detached();
		this.attached = null;
		this.home.detached(this);
		// The shard knows of it: of two that come at once, one sees the other
		completeIfDone(hasHadAll, 0);
	}

	private void opening(Connection connection, boolean isCommitted) {
		this.phase = new DetachedPhase(this, connection, this.context.history());
		if (!isCommitted) {
			opened();
		}
	}

	// Any thread; nothing below takes the lock

	/**
	 * Completes the stream, if nothing more comes to all that it hears.
	 * @param hasHadAll whether its client was told how that ended
	 * @param position what was published up to here it hears in any case
	 */
	private void completeIfDone(boolean hasHadAll, long position) {
		Completion completion = this.context.completions().ofAll(this.subscription);
		Connection connection = this.phase.connection();
		if (completion != null && connection != null) {
			Completion told = (hasHadAll) ? completion.hadBefore() : completion;
			decide(End.afterAll(told.reason(), Math.max(told.position(), position)));
			connection.endDecided();
		}
	}

	/**
	 * Completes the stream, if nothing more comes to all that it still hears. What else
	 * it has heard until now comes before.
	 */
	void completeIfDone() {
		completeIfDone(false, this.context.history().tail().position());
	}

	void onClose(Consumer<SseCloseReason> callback) {
		this.outcome.onClose(callback);
	}

	@Override
	public void writes() {
		this.home.writes(this);
	}

	@Override
	public void opened() {
		this.home.opened(this);
		this.outcome.opened();
		StreamLog.opened(clientId(), this.subscription.user(),
				(this.subscription.isJoined()) ? this.subscription.topics().open() : null);
	}

	/**
	 * Those of some topics and patterns that the stream may not hear. Waits for the
	 * application.
	 */
	Set<String> refused(Set<String> names) {
		return (this.access != null) ? this.access.refused(names) : Set.of();
	}

	/**
	 * Counts the rounds of asking again.
	 */
	int accessRound() {
		return (this.access != null) ? this.access.rounds() : 0;
	}

	/**
	 * Asks again for what was joined, if it was asked for before another round began.
	 * Waits for the application.
	 */
	void askAgain(Set<String> joined, int round) {
		if (this.access != null) {
			this.access.askAgain(joined, round);
		}
	}

	/**
	 * Asks again what the stream may hear. Waits for the application.
	 * @return the last failure to ask, {@code null} for none
	 */
	@Nullable Throwable recheck() {
		return (this.access != null) ? this.access.recheck(() -> this.subscription.topics().open()) : null;
	}

	@Override
	public void decided() {
		topicsChanged();
	}

	/**
	 * What the stream may hear has changed: the shard looks again, if it is the one that
	 * writes.
	 */
	void topicsChanged() {
		Connection connection = this.phase.connection();
		if (connection != null) {
			connection.topicsChanged();
		}
	}

	@Override
	public boolean probe(long now) {
		boolean isProbed = isOpen() && isCommitted() && this.progress.probe(now);
		Connection connection = this.phase.connection();
		if (isProbed && connection != null) {
			connection.probed();
		}
		return isProbed;
	}

	@Override
	public void forbid(Set<String> names, SseCloseReason reason) {
		this.subscription.forbid(names);
		StreamLog.debug(clientId(),
				"Goes on without " + names + ": the SseAuthorizer does not allow them any more, or cannot be asked");
		topicsChanged();
		if (this.subscription.hasNothingToHear()) {
			close(reason);
		}
		else {
			completeIfDone();
		}
		this.context.topics().tell();
	}

	@Override
	public void close(SseCloseReason reason) {
		this.home.close(this, reason);
	}

	/**
	 * Closes the stream by force, without waiting. The application is told at once, while
	 * the method of the stream still runs: it may know how to end that.
	 */
	void close(End end) {
		End decided = decide(end);
		Connection connection = this.phase.connection();
		if (connection != null) {
			connection.endDecided();
			if (decided != end && end.reason() == SseCloseReason.REPLACED) {
				connection.replaced();
			}
			else if (decided != end) {
				connection.cut();
			}
		}
		else {
			this.outcome.closing(decided.reason());
		}
	}

	@Override
	public @Nullable End end() {
		return this.progress.end();
	}

	@Override
	public End decide(End end) {
		return this.progress.decide(end);
	}

	@Override
	public void allSent() {
		this.home.allSent(this);
	}

	@Override
	public void givenUp() {
		this.home.givenUp(this);
	}

	@Override
	public void ended() {
		SseCloseReason reason = Objects.requireNonNull(end(), "The end is decided before it comes").reason();
		this.phase = new EndedPhase(reason);
		this.subscription.ended();
		this.home.ended(this);
	}

	/**
	 * Tells the application of the end.
	 */
	void tellEnd() {
		SseCloseReason reason = Objects.requireNonNull(end(), "The end is decided before it is told").reason();
		this.outcome.closed(reason, Duration.ofNanos(this.context.nanoTime() - this.attachedAt));
	}

	/**
	 * Interrupts the controller method, if it still runs.
	 */
	void interrupt() {
		AttachedPhase attached = this.attached;
		if (attached != null) {
			attached.handler().interrupt();
		}
	}

	/**
	 * Where streams live: is told of the moments of each.
	 */
	interface Home {

		/**
		 * A stream is about to get its first byte while its method runs.
		 * @throws NoRoomException if there is no room for another such stream
		 */
		void writes(StreamLife stream);

		/**
		 * A stream opens: its client is about to know.
		 */
		void opened(StreamLife stream);

		/**
		 * The controller method of a stream has come to its end.
		 */
		void handlerReturned(StreamLife stream);

		/**
		 * A stream's method has returned, and the shard writes to it.
		 */
		void detached(StreamLife stream);

		/**
		 * A stream is to be closed.
		 */
		void close(StreamLife stream, SseCloseReason reason);

		/**
		 * All is sent, and the client is about to see the end: by then it may come back.
		 */
		void allSent(StreamLife stream);

		/**
		 * The container has no end of a stream to write.
		 */
		void givenUp(StreamLife stream);

		/**
		 * A stream has ended.
		 */
		void ended(StreamLife stream);

	}

}
