package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.notice.EngineListener;
import io.github.ssestarter.fanout.notice.EngineListener.Publication;
import io.github.ssestarter.fanout.notice.EngineListener.Resumption;
import io.github.ssestarter.fanout.notice.FaultLog;
import io.github.ssestarter.fanout.notice.Limit;

/**
 * All listeners of an engine, as one. What one of them throws is logged, and reaches
 * neither the others nor the engine.
 */
final class EngineListeners implements EngineListener {

	private static final Log logger = LogFactory.getLog(EngineListeners.class);

	private final List<EngineListener> all = new CopyOnWriteArrayList<>();

	private final FaultLog faults;

	EngineListeners(FaultLog faults) {
		this.faults = faults;
	}

	void add(EngineListener listener) {
		this.all.add(listener);
	}

	void remove(EngineListener listener) {
		this.all.remove(listener);
	}

	@Override
	public void opened() {
		tell(EngineListener::opened);
	}

	@Override
	public void closed(SseCloseReason reason, Duration duration) {
		tell((listener) -> listener.closed(reason, duration));
	}

	@Override
	public void published(Publication publication) {
		tell((listener) -> listener.published(publication));
	}

	@Override
	public void placed(long nanos) {
		tell((listener) -> listener.placed(nanos));
	}

	@Override
	public void wrote(long events, long bytes) {
		tell((listener) -> listener.wrote(events, bytes));
	}

	@Override
	public void handedOut(long nanos) {
		tell((listener) -> listener.handedOut(nanos));
	}

	@Override
	public void gap() {
		tell(EngineListener::gap);
	}

	@Override
	public void resumed(Resumption resumption) {
		tell((listener) -> listener.resumed(resumption));
	}

	@Override
	public void refused(Limit limit) {
		tell((listener) -> listener.refused(limit));
	}

	private void tell(Consumer<EngineListener> what) {
		for (EngineListener listener : this.all) {
			try {
				what.accept(listener);
			}
			catch (RuntimeException | Error ex) {
				this.faults.error(logger, "A listener of the SSE engine failed", ": " + listener.getClass().getName(),
						ex);
			}
		}
	}

}
