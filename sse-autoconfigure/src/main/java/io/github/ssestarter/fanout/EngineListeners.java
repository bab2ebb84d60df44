package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.NoRoomException.Limit;

/**
 * All listeners of an engine, as one.
 */
final class EngineListeners implements EngineListener {

	private final List<EngineListener> all = new CopyOnWriteArrayList<>();

	void add(EngineListener listener) {
		this.all.add(listener);
	}

	void remove(EngineListener listener) {
		this.all.remove(listener);
	}

	@Override
	public void opened() {
		this.all.forEach(EngineListener::opened);
	}

	@Override
	public void closed(SseCloseReason reason, Duration duration) {
		this.all.forEach((listener) -> listener.closed(reason, duration));
	}

	@Override
	public void published(Publication publication) {
		this.all.forEach((listener) -> listener.published(publication));
	}

	@Override
	public void wrote(long events, long bytes) {
		this.all.forEach((listener) -> listener.wrote(events, bytes));
	}

	@Override
	public void handedOut(long nanos) {
		this.all.forEach((listener) -> listener.handedOut(nanos));
	}

	@Override
	public void gap() {
		this.all.forEach(EngineListener::gap);
	}

	@Override
	public void resumed(Resumption resumption) {
		this.all.forEach((listener) -> listener.resumed(resumption));
	}

	@Override
	public void refused(Limit limit) {
		this.all.forEach((listener) -> listener.refused(limit));
	}

}
