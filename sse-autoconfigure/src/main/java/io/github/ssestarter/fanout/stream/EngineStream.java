package io.github.ssestarter.fanout.stream;

import java.security.Principal;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.WireId;
import io.github.ssestarter.fanout.hearing.JoinChecks;
import io.github.ssestarter.fanout.hearing.StreamStart;
import io.github.ssestarter.fanout.notice.Limit;
import io.github.ssestarter.fanout.notice.StreamLog;
import io.github.ssestarter.fanout.shard.StreamOptions;
import io.github.ssestarter.fanout.transport.AttachedResponse;
import io.github.ssestarter.format.SseEventFormatter;

/**
 * What the application and the container call of a stream. Calls that send, or change
 * what the stream hears, come one after the other.
 *
 * @since 0.1.0
 */
public final class EngineStream implements SseStream {

	private final StreamContext context;

	/** Held while an attached stream is written to, as long as the client takes. */
	private final ReentrantLock lock = new ReentrantLock();

	private final StreamLife life;

	private final StreamSources sources;

	/** What its method is annotated with, {@code null} for none. */
	private volatile @Nullable Class<?> view;

	EngineStream(StreamContext context, StreamLife.Home home, AttachedResponse response, StreamRequest request) {
		this.context = context;
		this.life = new StreamLife(context, home, response, request, this.lock);
		this.sources = new StreamSources(context, this.life, (item) -> frame(EventConversion.toEvent(item)));
	}

	StreamLife life() {
		return this.life;
	}

	@Override
	public String clientId() {
		return this.life.clientId();
	}

	@Override
	public @Nullable String lastEventId() {
		return this.life.request().ownId();
	}

	@Override
	public @Nullable String position() {
		WireId presented = this.life.request().presented();
		EventId position = (presented != null) ? presented.position() : null;
		return (position != null) ? position.toString() : null;
	}

	@Override
	public @Nullable Principal principal() {
		return this.life.request().principal();
	}

	@Override
	public SseStream open() {
		settle();
		return write(Phase::open);
	}

	@Override
	public void noContent() {
		write(Phase::noContent);
	}

	@Override
	public SseStream send(SseEvent event) {
		Frame frame = frame(event);
		settle();
		return write((phase) -> phase.send(frame.bytes(), frame.ownId()));
	}

	private Frame frame(SseEvent event) {
		String id = event.id();
		if (id != null) {
			this.context.settings().requireOwnId(id);
		}
		Class<?> view = this.view;
		SseEvent seen = (view != null && event.view() == null) ? event.view(view) : event;
		SseEventFormatter formatter = this.context.formatter();
		return new Frame((id != null) ? formatter.formatBody(seen) : formatter.format(seen), id);
	}

	@Override
	public SseStream send(Object data) {
		return send(EventConversion.toEvent(data));
	}

	@Override
	public SseStream sendAll(Iterable<?> items) {
		return sendAll(items.iterator(), () -> {
		});
	}

	@Override
	public SseStream sendAll(Stream<?> items) {
		return sendAll(items.iterator(), items::close);
	}

	private SseStream sendAll(Iterator<?> items, Runnable close) {
		try {
			while (this.life.isAttached()) {
				if (!items.hasNext()) {
					close.run();
					return this;
				}
				send(items.next());
			}
			requireOpen();
		}
		catch (RuntimeException | Error ex) {
			close.run();
			throw ex;
		}
		this.sources.add((outlet) -> new ItemsSource(outlet, items, close));
		return this;
	}

	@Override
	public SseStream sendFrom(Object publisher) {
		Flow.Publisher<?> source = Publishers.of(publisher);
		stayOpen();
		this.sources.add((outlet) -> new PublisherSource(outlet, source));
		return this;
	}

	@Override
	public SseStream join(String... topics) {
		return join(JoinChecks.names(List.of(topics), this.context.settings().topics()));
	}

	@Override
	public SseStream joinMatching(String pattern) {
		return join(Set.of(JoinChecks.pattern(pattern, this.context.settings().topics())));
	}

	private SseStream join(Set<String> names) {
		new TopicChanges(this.context, this.life).join(names, true, (allowed, refused) -> {
			requireOpen();
			if (!refused.isEmpty()) {
				refuse(refused, allowed);
			}
		}, this::topicsChanged);
		return this;
	}

	/**
	 * An attached stream reads what it has joined when it is detached; only one that is
	 * committed is told its place at once, and one that is to end is told that.
	 */
	private void topicsChanged() {
		if (!this.life.isAttached() || isCommitted() || !isOpen()) {
			settle();
			write(Phase::topicsChanged);
		}
	}

	/**
	 * Before the commit a refusal is the answer to the request; after it the stream goes
	 * on without, if there is anything left for it to hear.
	 */
	private void refuse(Set<String> refused, Set<String> allowed) {
		boolean isCommitted = isCommitted();
		if (!isCommitted || (allowed.isEmpty() && !this.life.subscription().isJoined())) {
			if (isCommitted) {
				this.life.close(SseCloseReason.FORBIDDEN);
			}
			throw new TopicChanges(this.context, this.life).forbidden(refused);
		}
		StreamLog.debug(clientId(), "Goes on without " + refused + ": the SseAuthorizer does not allow them");
	}

	@Override
	public SseStream fromStart() {
		return begin("fromStart()", StreamStart::fromStart);
	}

	@Override
	public SseStream fromLast(int events) {
		if (events < 1) {
			throw new IllegalArgumentException(
					"fromLast(" + events + "): a newcomer can begin with one event or more; without it, with none");
		}
		return begin("fromLast(" + events + ")", (start) -> start.fromLast(events));
	}

	@Override
	public SseStream latest() {
		return begin("latest()", StreamStart::latest);
	}

	private SseStream begin(String call, Consumer<StreamStart> beginning) {
		AttachedPhase attached = this.life.attached();
		if (attached == null) {
			throw new IllegalStateException(call + " on a stream whose method has returned: its beginning is settled");
		}
		beginning.accept(attached.start());
		topicsChanged();
		return this;
	}

	@Override
	public SseStream leave(String topic, String... more) {
		Set<String> names = new LinkedHashSet<>(List.of(more));
		names.add(topic);
		new TopicChanges(this.context, this.life).leave(names, this::topicsChanged);
		return this;
	}

	@Override
	public SseStream keepOpen() {
		stayOpen();
		this.sources.keepOpen();
		return this;
	}

	private void stayOpen() {
		requireOpen();
		AttachedPhase attached = this.life.attached();
		if (attached != null) {
			attached.start().listen(this.context.history().tail());
			topicsChanged();
		}
	}

	@Override
	public SseStream onClose(Consumer<SseCloseReason> callback) {
		CallContext context = this.context.environment().contexts().capture();
		this.life.onClose((reason) -> context.call(null, () -> {
			callback.accept(reason);
			return null;
		}));
		return this;
	}

	@Override
	public boolean isOpen() {
		return this.life.isOpen();
	}

	@Override
	public void complete() {
		write(Phase::complete);
	}

	/**
	 * Gives the stream what it has of its own.
	 * @param options the options
	 * @throws IllegalStateException if the stream's method has returned
	 */
	public void setOptions(StreamOptions options) {
		AttachedPhase attached = this.life.attached();
		if (attached == null) {
			throw new IllegalStateException("The options of a stream are settled once its method has returned");
		}
		attached.setOptions(options);
	}

	/**
	 * Lets the data of all that is sent by this stream be seen in a view, but for events
	 * that have one of their own.
	 * @param view the view
	 */
	public void setView(Class<?> view) {
		this.view = view;
	}

	/**
	 * Whether something was sent to the client, or will be.
	 * @return whether the response belongs to the stream
	 */
	public boolean isCommitted() {
		return this.life.isCommitted();
	}

	/**
	 * What there was no room for when the stream was to get its first byte: it has ended,
	 * and the request is still to be answered.
	 * @return the limit that is reached, {@code null} if nothing was refused
	 */
	public @Nullable Limit refusedBy() {
		return this.life.refusedBy();
	}

	/**
	 * Ends the stream as the engine wants it to, after its method was interrupted for
	 * that before anything was sent.
	 * @return whether the engine wants it to end
	 */
	public boolean endAsOrdered() {
		this.lock.lock();
		try {
			return this.life.phase() instanceof AttachedPhase attached && attached.endAsOrdered();
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
		try {
			return this.life.handlerReturned(isSuccess, this.lock);
		}
		finally {
			this.sources.handlerReturned();
		}
	}

	private void requireOpen() {
		Phase phase = this.life.phase();
		if (!(phase instanceof AttachedPhase attached)) {
			phase.open();
		}
		else if (attached.hasNoContent()) {
			throw new IllegalStateException(
					"The request is answered with noContent(): a stream cannot be kept after it");
		}
	}

	private void settle() {
		AttachedPhase attached = this.life.attached();
		if (attached != null) {
			attached.settle();
		}
	}

	/**
	 * Calls the phase; an attached one under the lock, since it writes.
	 */
	private SseStream write(Consumer<Phase> action) {
		Phase phase = this.life.phase();
		if (!(phase instanceof AttachedPhase)) {
			action.accept(phase);
			return this;
		}
		this.lock.lock();
		try {
			action.accept(this.life.phase());
		}
		finally {
			this.lock.unlock();
		}
		return this;
	}

}
