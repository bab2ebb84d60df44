package io.github.ssestarter.fanout;

import java.security.Principal;
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
 * What the application and the container call of a stream. Calls that send, or change
 * what the stream hears, come one after the other.
 *
 * @since 0.1.0
 */
public final class EngineStream implements SseStream {

	private final SseEngine engine;

	private final ReentrantLock lock = new ReentrantLock();

	private final RegisteredStream stream;

	EngineStream(SseEngine engine, AttachedResponse response, StreamRequest request) {
		this.engine = engine;
		this.stream = new RegisteredStream(engine, response, request, this.lock);
	}

	RegisteredStream registered() {
		return this.stream;
	}

	@Override
	public String clientId() {
		return this.stream.clientId();
	}

	@Override
	public @Nullable String lastEventId() {
		return this.stream.request().lastEventId();
	}

	@Override
	public @Nullable Principal principal() {
		return this.stream.request().principal();
	}

	@Override
	public SseStream open() {
		return locked(() -> this.stream.phase().open());
	}

	@Override
	public void noContent() {
		locked(() -> this.stream.phase().noContent());
	}

	@Override
	public SseStream send(SseEvent event) {
		String id = event.id();
		if (id != null) {
			OwnIds.requireForeign(id);
			if (this.stream.subscriber().isJoined()) {
				throw new IllegalArgumentException("The event '" + event.name() + "' has the id '" + id
						+ "', but is sent directly to a stream that has joined: the client would come back with that id"
						+ " and lose its place in the log. Send it without an id, or through the SseBroadcaster");
			}
		}
		byte[] frame = this.engine.formatter().format(event);
		return locked(() -> this.stream.phase().send(frame));
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
		Set<String> refused = this.stream.refused(names);
		Set<String> allowed = new LinkedHashSet<>(names);
		allowed.removeAll(refused);
		locked(() -> {
			requireOpen();
			if (!refused.isEmpty()) {
				refuse(refused, allowed);
			}
			if (!allowed.isEmpty() || refused.isEmpty()) {
				joinAllowed(allowed);
			}
		});
		// Once the shard knows, or what the application sends in answer would not be
		// heard
		this.stream.subscriber().count();
		this.engine.topics().tell();
		return this;
	}

	private void joinAllowed(Set<String> names) {
		Cursor tail = this.engine.history().tail();
		AttachedPhase attached = this.stream.attached();
		this.stream.subscriber()
			.join(names, tail.position(), attached != null && attached.start().isResumed(),
					this.engine.settings().limits().maxTopicsPerStream());
		if (attached != null) {
			attached.start().listen(tail);
		}
		this.stream.phase().topicsChanged();
	}

	/**
	 * Before the commit a refusal is the answer to the request; after it the stream goes
	 * on without, if there is anything left for it to hear.
	 */
	private void refuse(Set<String> refused, Set<String> allowed) {
		boolean isCommitted = isCommitted();
		if (!isCommitted || (allowed.isEmpty() && !this.stream.subscriber().isJoined())) {
			if (isCommitted) {
				this.engine.closer().close(this.stream, SseCloseReason.FORBIDDEN);
			}
			throw new SseClosedException(SseCloseReason.FORBIDDEN, "The stream may not join '"
					+ String.join("', '", refused) + "': the SseAuthorizer does not allow it");
		}
		StreamLog.debug(clientId(), "Goes on without " + refused + ": the SseAuthorizer does not allow them");
	}

	@Override
	public SseStream fromStart() {
		return locked(() -> {
			AttachedPhase attached = this.stream.attached();
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
			this.stream.subscriber().leave(names, this.engine.history().tail().position());
			if (isOpen()) {
				this.stream.phase().topicsChanged();
			}
		});
		this.engine.topics().tell();
		return this;
	}

	@Override
	public SseStream keepOpen() {
		return locked(() -> {
			requireOpen();
			AttachedPhase attached = this.stream.attached();
			if (attached != null) {
				attached.start().listen(this.engine.history().tail());
			}
		});
	}

	@Override
	public SseStream onClose(Consumer<SseCloseReason> callback) {
		this.stream.onClose(callback);
		return this;
	}

	@Override
	public boolean isOpen() {
		return this.stream.isOpen();
	}

	@Override
	public void complete() {
		locked(() -> this.stream.phase().complete());
	}

	/**
	 * Gives the stream what it has of its own.
	 * @param options the options
	 * @throws IllegalStateException if the stream's method has returned
	 */
	public void setOptions(StreamOptions options) {
		AttachedPhase attached = this.stream.attached();
		if (attached == null) {
			throw new IllegalStateException("The options of a stream are settled once its method has returned");
		}
		attached.setOptions(options);
	}

	/**
	 * Whether something was sent to the client, or will be.
	 * @return whether the response belongs to the stream
	 */
	public boolean isCommitted() {
		return this.stream.isCommitted();
	}

	/**
	 * Whether the engine wants the stream to end.
	 * @return whether it has ended, or is to end at its next write
	 */
	public boolean isClosing() {
		return this.stream.isClosing();
	}

	/**
	 * Ends the stream as the engine wants it to, after its method was interrupted for
	 * that before anything was sent.
	 * @return whether the engine wants it to end
	 */
	public boolean endAsOrdered() {
		this.lock.lock();
		try {
			return this.stream.phase() instanceof AttachedPhase attached && attached.endAsOrdered();
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
			return this.stream.handlerReturned(isSuccess);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void requireOpen() {
		if (this.stream.phase() instanceof EndedPhase ended) {
			ended.open();
		}
		if (this.stream.phase() instanceof AttachedPhase current && current.hasNoContent()) {
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
