package io.github.ssestarter.fanout.stream;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.notice.StreamLog;
import io.github.ssestarter.fanout.shard.Connection;

/**
 * What one stream sends from once it is detached, each no faster than its client takes
 * it.
 */
final class StreamSources {

	private static final Log logger = LogFactory.getLog(StreamSources.class);

	private final StreamContext context;

	private final StreamLife life;

	private final Function<Object, Frame> frames;

	/** {@code null} if there never was any: most streams have none. */
	@GuardedBy("this")
	private @Nullable Set<Running> running;

	/** Whether the stream's method has returned, and they may begin. */
	@GuardedBy("this")
	private boolean hasReturned;

	/** Whether the application keeps the stream open, whatever it sends from. */
	private volatile boolean isKeptOpen;

	StreamSources(StreamContext context, StreamLife life, Function<Object, Frame> frames) {
		this.context = context;
		this.life = life;
		this.frames = frames;
	}

	void keepOpen() {
		this.isKeptOpen = true;
	}

	/**
	 * Sends from a source as well: at once, or when the stream's method has returned.
	 */
	void add(Function<Outlet, Source> source) {
		Running added = new Running(source, this.context.environment().contexts().capture());
		boolean isFirst;
		boolean begins;
		synchronized (this) {
			isFirst = this.running == null;
			if (this.running == null) {
				this.running = new LinkedHashSet<>(2);
			}
			this.running.add(added);
			begins = this.hasReturned;
		}
		if (isFirst) {
			this.life.onClose((reason) -> cancel());
		}
		if (begins) {
			added.start();
		}
	}

	/**
	 * The stream's method has returned.
	 */
	void handlerReturned() {
		List<Running> waiting;
		synchronized (this) {
			this.hasReturned = true;
			waiting = (this.running != null) ? List.copyOf(this.running) : List.of();
		}
		waiting.forEach(Running::start);
	}

	private void cancel() {
		List<Running> cancelled;
		synchronized (this) {
			cancelled = (this.running != null) ? new ArrayList<>(this.running) : List.of();
		}
		cancelled.forEach((one) -> one.source.cancel());
	}

	private void ended(Running source, @Nullable Throwable failure) {
		boolean isLast;
		synchronized (this) {
			isLast = this.running != null && this.running.remove(source) && this.running.isEmpty();
		}
		if (!(this.life.phase() instanceof DetachedPhase detached)) {
			return;
		}
		if (failure != null) {
			StreamLog.with(this.life.clientId(), () -> this.context.faults()
				.error(logger, "What a stream sends from has failed, and the stream ends", "", failure));
			detached.completeAs(SseCloseReason.FAILED);
		}
		else if (isLast && !this.isKeptOpen && !this.life.subscription().isJoined()) {
			detached.complete();
		}
	}

	/**
	 * A source that has not ended.
	 */
	private final class Running implements Outlet {

		private final Source source;

		/** What it finds around it on whatever thread it is drawn from. */
		private final CallContext around;

		Running(Function<Outlet, Source> source, CallContext around) {
			this.source = source.apply(this);
			this.around = around;
		}

		void start() {
			execute(this.source::start);
		}

		private void execute(Runnable task) {
			StreamSources.this.context.environment().calls().sources().execute(() -> this.around.call(null, () -> {
				task.run();
				return null;
			}));
		}

		@Override
		public Frame frame(Object item) {
			return StreamSources.this.frames.apply(item);
		}

		@Override
		public boolean offer(Frame frame) {
			Phase phase = StreamSources.this.life.phase();
			phase.open();
			return phase instanceof DetachedPhase detached && detached.sendIfRoom(frame);
		}

		@Override
		public void whenRoom(Runnable goOn) {
			Connection connection = StreamSources.this.life.phase().connection();
			if (connection != null) {
				connection.whenRoom(() -> execute(goOn));
			}
			else {
				execute(goOn);
			}
		}

		@Override
		public void ended(@Nullable Throwable failure) {
			StreamSources.this.ended(this, failure);
		}

	}

}
