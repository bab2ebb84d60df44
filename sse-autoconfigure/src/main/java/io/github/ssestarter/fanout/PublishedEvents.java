package io.github.ssestarter.fanout;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.ssestarter.SsePublishListener;
import io.github.ssestarter.SsePublishedEvent;
import io.github.ssestarter.fanout.notice.FaultLog;
import io.github.ssestarter.format.FrameFields;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryEntry;

/**
 * Tells the application what is published. Reads the log as a client does that lags, so
 * that nothing is kept for who is slow.
 */
final class PublishedEvents {

	/** After so many it is others' turn on the thread. */
	private static final int AT_ONCE = 100;

	private static final Log logger = LogFactory.getLog(PublishedEvents.class);

	private final EventHistory history;

	private final Executor executor;

	private final FaultLog faults;

	private final List<SsePublishListener> listeners = new CopyOnWriteArrayList<>();

	/** Whether a task of the executor reads, or is about to. */
	private final AtomicBoolean isReading = new AtomicBoolean();

	/** Of the last event that was told. By the task that reads. */
	private volatile long position;

	PublishedEvents(EventHistory history, Executor executor, FaultLog faults) {
		this.history = history;
		this.executor = executor;
		this.faults = faults;
	}

	void add(SsePublishListener listener) {
		this.listeners.add(listener);
	}

	/**
	 * From here on it is told. Before anything is appended.
	 */
	void start() {
		this.position = this.history.tail().position();
	}

	/**
	 * Something was appended. Returns at once.
	 */
	void appended() {
		if (!this.listeners.isEmpty() && this.isReading.compareAndSet(false, true)) {
			this.executor.execute(this::read);
		}
	}

	private void read() {
		for (int i = 0; i < AT_ONCE && hasNext(); i++) {
			tellNext();
		}
		this.isReading.set(false);
		if (hasNext()) {
			appended();
		}
	}

	private boolean hasNext() {
		return this.position < this.history.tail().position();
	}

	private void tellNext() {
		HistoryEntry entry = this.history.after(this.position);
		long next = (entry != null) ? entry.position() : this.history.evictedUpTo().position() + 1;
		if (next > this.position + 1) {
			this.faults.warn(logger, "An SsePublishListener is slower than events are published: what had left the"
					+ " history was not told");
		}
		if (entry == null) {
			this.position = Math.max(this.position, next - 1);
			return;
		}
		this.position = entry.position();
		FrameFields fields = FrameFields.of(entry.frame());
		SsePublishedEvent event = new SsePublishedEvent(entry.cursor().id().toString(), entry.audience(), fields.name(),
				fields.data());
		for (SsePublishListener listener : this.listeners) {
			this.faults.telling(logger, "An SsePublishListener failed", () -> listener.published(event)).run();
		}
	}

}
