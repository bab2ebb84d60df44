package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.EventId;

/**
 * Reads the log, on a thread of its own, and gives it to the receiver.
 */
final class LogReader {

	/*
	 * The place is what the node has read, with the entry that it found there. After each
	 * connect, which is after each failure, and each second the log is checked: is it the
	 * same log, and is that entry still where it was? Then nothing before the place is
	 * lost, and reading on is exact. Everything else is a gap: a log begins for the
	 * receiver, at the first entry that the node has not heard.
	 *
	 * Only the oldest entries are trimmed. So what is read begins with the entry that
	 * came next, if the entry at the place is still there after it was read.
	 *
	 * A new log begins with an entry that says so. So a reader that has not noticed that
	 * the stream was deleted does when it comes to that entry, before what follows.
	 */

	private static final Log logger = LogFactory.getLog(LogReader.class);

	static final int PAGE = 500;

	private static final String TRIMMED = "the log has let go of events before this node has read them";

	private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

	private final RedisLog.Connector connector;

	private final RedisSettings settings;

	private final Delivery delivery;

	private final Pause pause;

	private final LongSupplier nanoTime;

	private final RandomGenerator random;

	private final LogStart starts;

	private final LogTrimmer trimmer;

	private final ReaderWatch watch;

	/** Completed when the node has read what the log held at its start. */
	private final CompletableFuture<Void> ready = new CompletableFuture<>();

	/** Completed when the receiver knows a log, or at the first failure. */
	private final CompletableFuture<Void> tried = new CompletableFuture<>();

	/** Written by the reader's thread. */
	private volatile @Nullable LogPlace place;

	/** Up to where entries are read that were there at the start. */
	private @Nullable LogId fillTo;

	/** What is to be read first, if that is known. */
	private @Nullable LogId first;

	/** Written by the reader's thread. */
	private volatile @Nullable Throwable failure;

	/** Written by the reader's thread. */
	private volatile @Nullable RedisLog connection;

	private long checkedAt;

	LogReader(RedisLog.Connector connector, RedisSettings settings, Delivery delivery, Pause pause,
			LongSupplier nanoTime, RandomGenerator random) {
		this.connector = connector;
		this.settings = settings;
		this.delivery = delivery;
		this.pause = pause;
		this.nanoTime = nanoTime;
		this.random = random;
		this.starts = new LogStart(delivery, random);
		this.trimmer = new LogTrimmer(settings.maxAge(), nanoTime);
		this.watch = new ReaderWatch(nanoTime);
	}

	/**
	 * Reads until it is to stop.
	 */
	void run() {
		while (!this.pause.isStopped()) {
			try (RedisLog log = this.connector.connect()) {
				this.connection = log;
				check(log);
				recovered();
				while (!this.pause.isStopped()) {
					turn(log);
				}
			}
			catch (RuntimeException | Error ex) {
				if (!this.pause.isStopped()) {
					failed(ex);
					this.pause.beforeRetry();
				}
			}
			finally {
				this.connection = null;
			}
		}
	}

	/**
	 * Ends a read that waits.
	 */
	void interrupt() {
		RedisLog log = this.connection;
		if (log != null) {
			log.close();
		}
	}

	private void failed(Throwable ex) {
		if (this.failure == null) {
			logger.warn("Events of other nodes do not come: " + ex.getMessage());
			logger.debug("Reading the log has failed", ex);
		}
		this.failure = ex;
		if (!this.tried.isDone()) {
			if (this.settings.onStart() == OnStart.WAIT && this.place == null) {
				this.delivery.beginWithout(EventId.newGeneration(this.random));
			}
			this.tried.completeExceptionally(ex);
		}
	}

	private void recovered() {
		if (this.failure != null) {
			logger.info("The log is read again");
		}
		this.failure = null;
	}

	private void turn(RedisLog log) {
		if (this.nanoTime.getAsLong() - this.checkedAt >= CHECK_INTERVAL.toNanos()) {
			check(log);
		}
		LogId fillTo = this.fillTo;
		if (fillTo != null) {
			fill(log, known(), fillTo);
		}
		else {
			follow(log, known());
		}
	}

	private void fill(RedisLog log, LogPlace place, LogId fillTo) {
		List<LogEntry> entries = log.range(place.id(), fillTo, PAGE);
		if (place.isThere(log.get(place.id()))) {
			take(entries, log);
		}
		else {
			check(log);
		}
	}

	private void follow(RedisLog log, LogPlace place) {
		RedisLog.Page page = log.read(place.id(), PAGE, LettuceConnector.READ_WAIT);
		if (page.entries().isEmpty()) {
			this.watch.caughtUp(place.id());
			return;
		}
		if (!place.isThere(page.before())) {
			check(log);
			return;
		}
		take(page.entries(), log);
		if (page.entries().size() < PAGE) {
			this.watch.caughtUp(known().id());
			this.pause.rest(this.settings.rest());
		}
		this.delivery.awaitRoom();
	}

	private void take(List<LogEntry> entries, RedisLog log) {
		LogId first = this.first;
		if (first != null && !entries.isEmpty() && !entries.get(0).id().equals(first)) {
			// It was trimmed before it was read
			begin(new LogPlace(known().generation(), entries.get(0).id().before(), null), TRIMMED);
		}
		this.first = null;
		LogPlace place = known();
		boolean isFill = this.fillTo != null;
		for (LogEntry entry : entries) {
			String generation = entry.generation();
			if (generation != null && !generation.equals(place.generation()) && !isFill) {
				check(log);
				if (!known().isAt(place)) {
					return;
				}
				// The log of before, of which this one is the rest
			}
			this.delivery.deliver(entry, place.generation(), !isFill);
			place = LogPlace.at(place.generation(), entry);
			this.place = place;
		}
		LogId fillTo = this.fillTo;
		if (fillTo != null && (entries.size() < PAGE || place.id().compareTo(fillTo) >= 0)) {
			filled();
		}
	}

	private void filled() {
		this.fillTo = null;
		this.ready.complete(null);
		this.tried.complete(null);
	}

	private void check(RedisLog log) {
		this.checkedAt = this.nanoTime.getAsLong();
		LogPlace place = this.place;
		// Before the state: an entry that is trimmed between the two is not taken for
		// lost
		LogEntry found = (place != null && place.identity() != null) ? log.get(place.id()) : null;
		LogState state = log.state();
		this.watch.checked(state.last());
		if (place == null) {
			start((state.generation() != null) ? state : this.starts.create(log, null, LogId.ZERO));
			return;
		}
		LogCheck check = LogCheck.of(place.generation(), place.id(), place.identity(), state, found);
		switch (check) {
			case SAME -> stay(log, place, found);
			case TRIMMED -> {
				lost(place, LogStart.of(state), TRIMMED);
				this.first = state.first();
			}
			case NEW_LOG -> lost(place, this.starts.afterHeard(log, state), "there is another log");
			case NO_LOG -> lost(place, this.starts.afterHeard(log, this.starts.create(log, null, place.id())),
					"the log was deleted");
			case TAIL_LOST ->
				lost(place, this.starts.afterHeard(log, this.starts.create(log, place.generation(), place.id())),
						"Redis has lost events that it had accepted");
		}
	}

	private void stay(RedisLog log, LogPlace place, @Nullable LogEntry found) {
		if (found == null && place.identity() != null) {
			this.place = new LogPlace(place.generation(), place.id(), null);
		}
		this.trimmer.trim(log, place.id());
	}

	private void start(LogState state) {
		begin(LogStart.of(state), "Redis was not there when this node started");
		this.first = state.first();
		this.fillTo = state.last();
	}

	private void lost(LogPlace from, LogPlace to, String why) {
		logger.warn("Streams are told of a gap, since " + why + ": from " + from.id().in(from.generation()) + " to "
				+ to.id().in(to.generation()));
		begin(to, why);
		if (this.fillTo != null) {
			filled();
		}
	}

	private void begin(LogPlace place, String why) {
		this.delivery.begin(place.id().in(place.generation()), why);
		this.place = place;
	}

	private LogPlace known() {
		LogPlace place = this.place;
		if (place == null) {
			throw new IllegalStateException("Not checked yet");
		}
		return place;
	}

	/**
	 * How far the log is read.
	 * @return the place, {@code null} if no log is known yet
	 */
	@Nullable LogPlace place() {
		return this.place;
	}

	Duration lag() {
		LogPlace place = this.place;
		return this.watch.lag((place != null) ? place.id() : null, this.failure != null);
	}

	@Nullable Duration sinceCheck() {
		return this.watch.sinceCheck();
	}

	@Nullable Throwable failure() {
		return this.failure;
	}

	CompletableFuture<Void> tried() {
		return this.tried;
	}

	CompletableFuture<Void> ready() {
		return this.ready;
	}

}
