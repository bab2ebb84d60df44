package io.github.ssestarter.runs;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseRun;
import io.github.ssestarter.SseRunBody;
import io.github.ssestarter.SseRuns;
import io.github.ssestarter.SseRunsFullException;
import io.github.ssestarter.SseTopic;
import io.github.ssestarter.fanout.notice.DaemonThreads;
import io.github.ssestarter.fanout.stream.CallContext;

/**
 * The runs of this node.
 *
 * @since 0.1.0
 */
public final class LocalRuns implements SseRuns {

	private static final Log logger = LogFactory.getLog(LocalRuns.class);

	/** So many that have ended are known at most, whatever their time. */
	private static final int MAX_ENDED = 10_000;

	private static final Duration AFTER_INTERRUPTION = Duration.ofSeconds(1);

	private final RunSettings settings;

	private final RunNodes nodes;

	private final RunOutput output;

	private final Threads threads;

	private final LongSupplier nanoTime;

	private final ScheduledThreadPoolExecutor clock;

	@GuardedBy("this")
	private final Map<String, Run> working = new HashMap<>();

	@GuardedBy("this")
	private final Map<String, Integer> perUser = new HashMap<>();

	/** In the order in which they have ended. */
	@GuardedBy("this")
	private final Map<String, Ended> ended = new LinkedHashMap<>();

	@GuardedBy("this")
	private boolean isShutDown;

	/**
	 * There are none yet.
	 * @param settings how they are limited
	 * @param nodes makes them one over all nodes
	 * @param output where they send to
	 * @param threads where they run
	 * @param nanoTime a clock that cannot jump
	 */
	public LocalRuns(RunSettings settings, RunNodes nodes, RunOutput output, Threads threads, LongSupplier nanoTime) {
		this.settings = settings;
		this.nodes = nodes;
		this.output = output;
		this.threads = threads;
		this.nanoTime = nanoTime;
		this.clock = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("sse-runs-clock"));
		this.clock.setRemoveOnCancelPolicy(true);
		this.clock.setKeepAliveTime(10, TimeUnit.SECONDS);
		this.clock.allowCoreThreadTimeOut(true);
	}

	@Override
	public SseRun start(String id, SseRunBody body) {
		SseTopic.requireName(Run.PREFIX + id);
		Run run = new Run(id, this.output, this.threads.callbacks());
		String user = this.threads.user().get();
		Run first = enter(run, user);
		if (first != run) {
			return first;
		}
		try {
			if (!this.nodes.claim(id)) {
				leave(run, user);
				return run;
			}
			CallContext around = this.threads.contexts().capture();
			this.threads.runs().execute(() -> around.call(null, () -> {
				run(run, body, user);
				return null;
			}));
		}
		catch (RejectedExecutionException ex) {
			leave(run, user);
			this.nodes.ended(id);
			throw new SseRunsFullException("The bean sseTaskExecutor has no room for the run " + id);
		}
		catch (RuntimeException | Error ex) {
			leave(run, user);
			throw ex;
		}
		return run;
	}

	/**
	 * Lets a run in, if there is none of its id, and there is room.
	 * @return the run of that id
	 */
	private synchronized Run enter(Run run, @Nullable String user) {
		forgetOld();
		Run known = known(run.id());
		if (known != null) {
			return known;
		}
		if (this.isShutDown) {
			throw new SseRunsFullException("No new runs: the application is stopping");
		}
		if (this.working.size() >= this.settings.max()) {
			throw new SseRunsFullException("There are " + this.settings.max() + " runs at work (sse.runs.max)");
		}
		if (user != null) {
			int count = this.perUser.getOrDefault(user, 0);
			if (count >= this.settings.maxPerUser()) {
				throw new SseRunsFullException("A user has " + count + " runs at work (sse.runs.max-per-user)");
			}
			this.perUser.put(user, count + 1);
		}
		this.working.put(run.id(), run);
		return run;
	}

	private synchronized void leave(Run run, @Nullable String user) {
		this.working.remove(run.id());
		if (user != null) {
			this.perUser.computeIfPresent(user, (name, count) -> (count > 1) ? count - 1 : null);
		}
		notifyAll();
	}

	private void run(Run run, SseRunBody body, @Nullable String user) {
		ScheduledFuture<?> life = this.clock.schedule(() -> stop(run), this.settings.maxLife().toNanos(),
				TimeUnit.NANOSECONDS);
		boolean isFailed = false;
		run.begins();
		try {
			if (!run.isStopped()) {
				body.run(run);
			}
		}
		catch (Throwable ex) {
			isFailed = !run.isStopped();
			told(run, ex);
		}
		life.cancel(false);
		run.returned();
		ended(run, user, isFailed);
	}

	private static void told(Run run, Throwable failure) {
		if (run.isStopped()) {
			logger.debug("The run " + run.id() + " was stopped, and has thrown", failure);
		}
		else {
			logger.error("The run " + run.id() + " has failed", failure);
		}
	}

	/**
	 * Nobody finds it ended before its clients are told.
	 */
	private void ended(Run run, @Nullable String user, boolean isFailed) {
		try {
			this.output.complete(run.topic(), isFailed);
			this.nodes.ended(run.id());
		}
		catch (RuntimeException ex) {
			logger.error("That the run " + run.id() + " has ended could not be told", ex);
		}
		run.ended();
		synchronized (this) {
			this.ended.put(run.id(), new Ended(run, this.nanoTime.getAsLong()));
			if (this.ended.size() > MAX_ENDED) {
				this.ended.remove(this.ended.keySet().iterator().next());
			}
			leave(run, user);
		}
	}

	@GuardedBy("this")
	private @Nullable Run known(String id) {
		Run run = this.working.get(id);
		Ended before = this.ended.get(id);
		return (run == null && before != null) ? before.run() : run;
	}

	@GuardedBy("this")
	private void forgetOld() {
		long before = this.nanoTime.getAsLong() - this.settings.keep().toNanos();
		Iterator<Ended> oldest = this.ended.values().iterator();
		while (oldest.hasNext() && oldest.next().since() - before <= 0) {
			oldest.remove();
		}
	}

	@Override
	public boolean stop(String id) {
		Run run;
		synchronized (this) {
			run = this.working.get(id);
		}
		if (run == null) {
			return this.nodes.stop(id);
		}
		stop(run);
		return true;
	}

	private void stop(Run run) {
		if (run.stop()) {
			this.clock.schedule(run::interrupt, this.settings.stopTimeout().toNanos(), TimeUnit.NANOSECONDS);
		}
	}

	@Override
	public synchronized Optional<SseRun> find(String id) {
		forgetOld();
		return Optional.ofNullable(known(id));
	}

	/**
	 * How many are at work.
	 * @return their number
	 */
	public synchronized int count() {
		return this.working.size();
	}

	/**
	 * Runs are let in from now on.
	 */
	public synchronized void open() {
		this.isShutDown = false;
	}

	/**
	 * Stops all runs, and waits for them: for {@code sse.runs.stop-timeout}, and another
	 * second once they are interrupted.
	 */
	public void shutDown() {
		List<Run> stopped;
		synchronized (this) {
			this.isShutDown = true;
			stopped = List.copyOf(this.working.values());
		}
		stopped.forEach(Run::stop);
		if (!awaitNone(this.settings.stopTimeout())) {
			stopped.forEach(Run::interrupt);
			if (!awaitNone(AFTER_INTERRUPTION)) {
				logger.warn(count() + " runs go on although they were stopped and interrupted");
			}
		}
	}

	private synchronized boolean awaitNone(Duration timeout) {
		long end = System.nanoTime() + timeout.toNanos();
		try {
			while (!this.working.isEmpty() && end - System.nanoTime() > 0) {
				TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return this.working.isEmpty();
	}

	/**
	 * Where runs run, and for whom.
	 *
	 * @param runs runs their bodies
	 * @param callbacks runs what they have registered
	 * @param contexts keeps what their bodies find around them
	 * @param user the name of the user whose request this is, {@code null} for none
	 */
	public record Threads(Executor runs, Executor callbacks, CallContext.Capture contexts,
			Supplier<@Nullable String> user) {
	}

	/**
	 * One that has ended.
	 *
	 * @param since when
	 */
	private record Ended(Run run, long since) {
	}

}
