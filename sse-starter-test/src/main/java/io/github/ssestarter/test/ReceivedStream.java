package io.github.ssestarter.test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * All that one client has seen. The loop's thread writes it, any other threads wait for
 * it and read it.
 */
final class ReceivedStream implements EventStreamParser.Handler {

	private static final int TAIL_LENGTH = 2048;

	private final String request;

	private final int rawLimit;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	// Guarded by lock, as is all below
	private final Inbox<SseTestEvent> events;

	private final Inbox<SseTestEvent> signals;

	private final Inbox<String> comments;

	private final EventStreamParser parser;

	private RawTail raw = new RawTail(0);

	private @Nullable ResponseHead head;

	private @Nullable Duration retry;

	private @Nullable StreamEnd end;

	ReceivedStream(String request, String lastEventId, int rawLimit, int eventLimit) {
		this.request = request;
		this.rawLimit = rawLimit;
		this.events = new Inbox<>(eventLimit);
		this.signals = new Inbox<>(eventLimit);
		this.comments = new Inbox<>(eventLimit);
		this.parser = new EventStreamParser(lastEventId, this);
	}

	void head(ResponseHead head) {
		update(() -> {
			this.head = head;
			this.raw = new RawTail((head.isEventStream()) ? this.rawLimit : RawTail.UNLIMITED);
		});
	}

	void body(ByteBuffer bytes) {
		update(() -> {
			this.raw.append(bytes.duplicate());
			if (isEventStream()) {
				this.parser.read(bytes);
			}
		});
	}

	@Override
	public void event(SseTestEvent event) {
		((Signals.include(event)) ? this.signals : this.events).add(event);
	}

	@Override
	public void comment(String text) {
		this.comments.add(text);
	}

	@Override
	public void retry(Duration delay) {
		this.retry = delay;
	}

	void end(StreamEnd end) {
		update(() -> this.end = (this.end != null) ? this.end : end);
	}

	private void update(Runnable change) {
		this.lock.lock();
		try {
			change.run();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	void awaitHead(Duration timeout) {
		locked(() -> {
			ResponseHead head = waitFor(() -> this.head, timeout);
			if (head == null && this.end != null) {
				throw this.end.failure(this.request + " got no answer, the connection was " + this.end.description());
			}
			if (head == null) {
				throw failure("No answer" + within(timeout));
			}
			return head;
		});
	}

	void awaitOpen(Duration timeout) {
		locked(() -> {
			Boolean isOpen = waitForItem(
					() -> (this.retry != null || this.events.count() + this.signals.count() + this.comments.count() > 0)
							? Boolean.TRUE : null,
					timeout);
			if (isOpen == null) {
				throw missing("beginning of the stream", this.events, timeout);
			}
			return isOpen;
		});
	}

	SseTestEvent takeEvent(Duration timeout) {
		return take("event", this.events, () -> this.events.take((event) -> true), timeout);
	}

	SseTestEvent takeEvent(String name, Duration timeout) {
		Predicate<SseTestEvent> isNamed = (event) -> event.name().equals(name);
		// Whoever looks for an event of the application's leaves the starter's alone
		return take("event '" + name + "'", this.events,
				() -> (this.signals.has(isNamed)) ? this.signals.take(isNamed) : this.events.take(isNamed), timeout);
	}

	String takeComment(Duration timeout) {
		return take("comment", this.comments, () -> this.comments.take((comment) -> true), timeout);
	}

	private <T> T take(String wanted, Inbox<T> inbox, Attempt<T> attempt, Duration timeout) {
		return locked(() -> {
			T taken = (inbox.lost() == 0) ? waitForItem(attempt, timeout) : null;
			if (taken == null) {
				throw missing(wanted, inbox, timeout);
			}
			return taken;
		});
	}

	List<SseTestEvent> awaitEvents(int count, Duration timeout) {
		return locked(() -> {
			waitForItem(() -> (this.events.count() >= count) ? Boolean.TRUE : null, timeout);
			if (this.events.count() < count) {
				throw missing("event number " + count, this.events, timeout);
			}
			return this.events.latest();
		});
	}

	void awaitSilence(Duration duration) {
		locked(() -> {
			String untaken = waitForItem(this.events::untaken, duration);
			if (untaken != null) {
				throw failure("Expected no event but got " + untaken + ".");
			}
			if (!isOpenStream()) {
				throw failure("Expected silence, but on an open stream.");
			}
			return true;
		});
	}

	void awaitEnd(StreamEnd.Kind wanted, Duration timeout) {
		locked(() -> {
			StreamEnd end = waitFor(() -> this.end, timeout);
			if (end == null || end.kind() != wanted) {
				throw failure("The stream was not " + wanted.description() + within(timeout));
			}
			return end;
		});
	}

	String awaitBody(Duration timeout) {
		return locked(() -> {
			if (isEventStream()) {
				throw failure("The body of an event stream is not to be waited for.");
			}
			awaitEnd(StreamEnd.Kind.COMPLETE, timeout);
			return this.raw.text(head().charset());
		});
	}

	ResponseHead head() {
		return locked(() -> {
			if (this.head == null) {
				throw new IllegalStateException("There is no answer yet");
			}
			return this.head;
		});
	}

	List<SseTestEvent> events() {
		return locked(this.events::latest);
	}

	long eventCount() {
		return locked(this.events::count);
	}

	List<String> comments() {
		return locked(this.comments::latest);
	}

	Optional<Duration> retry() {
		return locked(() -> Optional.ofNullable(this.retry));
	}

	String lastEventId() {
		return locked(this.parser::lastEventId);
	}

	String raw() {
		return locked(() -> this.raw.text(StandardCharsets.UTF_8));
	}

	boolean isOpen() {
		return locked(() -> this.end == null);
	}

	private <T> @Nullable T waitForItem(Attempt<T> attempt, Duration timeout) {
		return (isEventStream()) ? waitFor(attempt, timeout) : null;
	}

	/**
	 * Wait, holding the lock, until the time is up or the stream has ended.
	 * @param <T> the type of what is waited for
	 * @param attempt what gives it, or {@code null}
	 * @param timeout for how long
	 * @return what was waited for, or {@code null} if it did not come
	 */
	private <T> @Nullable T waitFor(Attempt<T> attempt, Duration timeout) {
		try {
			long left = timeout.toNanos();
			T result = attempt.make();
			while (result == null && this.end == null && left > 0) {
				left = this.changed.awaitNanos(left);
				result = attempt.make();
			}
			return result;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw failure("Interrupted.");
		}
	}

	private boolean isEventStream() {
		return this.head != null && this.head.isEventStream();
	}

	private boolean isOpenStream() {
		return isEventStream() && this.end == null;
	}

	private AssertionError missing(String wanted, Inbox<?> inbox, Duration timeout) {
		String lost = (inbox.lost() > 0) ? " More came than were to be kept, lost: " + inbox.lost() + "." : "";
		return failure("No " + wanted + ((isOpenStream()) ? within(timeout) : ".") + lost);
	}

	private static String within(Duration timeout) {
		return " within " + timeout.toMillis() + " ms.";
	}

	AssertionError failure(String message) {
		return locked(() -> new AssertionError(message + "\n" + describe() + tail(),
				(this.end != null) ? this.end.cause() : null));
	}

	@Override
	public String toString() {
		return locked(this::describe);
	}

	private String describe() {
		if (this.head == null) {
			return this.request + " is not answered";
		}
		StringBuilder text = new StringBuilder(this.request).append(" was answered ").append(this.head);
		text.append((isEventStream()) ? "" : ", which is no event stream");
		text.append((this.end != null) ? ", " + this.end.description() : ", open");
		text.append(", events: ").append(this.events.count());
		return text.append(", comments: ").append(this.comments.count()).toString();
	}

	private String tail() {
		String text = this.raw.text(StandardCharsets.UTF_8);
		if (text.isEmpty()) {
			return "\nNothing was received" + ((this.rawLimit > 0) ? "" : " or kept");
		}
		boolean whole = text.length() <= TAIL_LENGTH;
		String tail = (whole) ? text : text.substring(text.length() - TAIL_LENGTH);
		return ((whole) ? "\nReceived:\n" : "\nReceived last:\n") + tail.replace("\r", "\\r").replace("\0", "\\0");
	}

	private <T> T locked(Supplier<T> reading) {
		this.lock.lock();
		try {
			return reading.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What can be tried again when more has come.
	 *
	 * @param <T> the type of what it gives
	 */
	private interface Attempt<T> {

		@Nullable T make();

	}

}
