package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SsePublishException;
import io.github.ssestarter.redis.Backlog.Waiting;
import io.github.ssestarter.redis.RedisLog.Appended;
import io.github.ssestarter.redis.RedisLog.Batch;

/**
 * Appends what waits to the log, on a thread of its own.
 */
final class LogPublisher {

	/*
	 * One batch at a time, which stays in the backlog until Redis has answered that it is
	 * in the log. What was sent and not answered may be there, or may come there when
	 * Redis wakes up: it is sent again with the same numbers, and the script leaves out
	 * what it has. So nothing is failed because it took long: first the publisher raises
	 * its epoch, which keeps out whatever is still on its way, and is told how far it had
	 * come.
	 */

	private static final Log logger = LogFactory.getLog(LogPublisher.class);

	/** All has waited for longer. */
	private static final Duration NO_TIME = Duration.ofNanos(-1);

	private final RedisLog.Connector connector;

	private final RedisSettings settings;

	private final Backlog backlog;

	private final String publisher;

	/** How far this node has read. */
	private final Supplier<@Nullable LogPlace> read;

	private final Pause pause;

	private final LongSupplier nanoTime;

	private @Nullable RedisLog connection;

	private long epoch;

	/** All up to this number may be in the log without our knowing. */
	private long sent = -1;

	/** The last place that is known to be before all that may be in the log. */
	private LogPlace acknowledged = new LogPlace("", LogId.ZERO, null);

	/** When to give up what waits still, after the stop. */
	private long stopAt;

	/** Written by the publisher's thread. */
	private volatile @Nullable Throwable failure;

	LogPublisher(RedisLog.Connector connector, RedisSettings settings, Backlog backlog, String publisher,
			Supplier<@Nullable LogPlace> read, Pause pause, LongSupplier nanoTime) {
		this.connector = connector;
		this.settings = settings;
		this.backlog = backlog;
		this.publisher = publisher;
		this.read = read;
		this.pause = pause;
		this.nanoTime = nanoTime;
	}

	/**
	 * Publishes until the backlog is closed, and then what waits in it.
	 */
	void run() {
		boolean isStopping = false;
		boolean hasFailed = false;
		while (this.backlog.awaitWork()) {
			if (!isStopping && this.backlog.isClosed()) {
				isStopping = true;
				this.stopAt = this.nanoTime.getAsLong() + this.settings.stopTimeout().toNanos();
			}
			boolean isOver = isStopping && (this.nanoTime.getAsLong() - this.stopAt >= 0 || this.pause.isStopped());
			if (isOver && hasFailed && this.connection == null) {
				break;
			}
			try {
				if (isOver) {
					giveUp(NO_TIME, "the application is stopping");
				}
				else {
					giveUp(this.settings.giveUpAfter(),
							"it has waited for longer than " + this.settings.giveUpAfter().toSeconds() + "s");
				}
				if (!isOver) {
					publish();
				}
			}
			catch (RuntimeException | Error ex) {
				failed(ex);
				hasFailed = isStopping;
				if (isOver) {
					break;
				}
				this.pause.beforeRetry();
			}
		}
		disconnect();
		for (Waiting message : this.backlog.olderThan(NO_TIME)) {
			fail(message, (message.number() > this.sent) ? "the application is stopping"
					: "the application is stopping, and it is not known whether nodes will hear the event");
		}
	}

	private void publish() {
		List<Waiting> messages = this.backlog.batch();
		LogPlace read = this.read.get();
		if (messages.isEmpty()) {
			// All was given up: whether Redis takes events again, the next one shows
			this.failure = null;
			return;
		}
		if (read == null) {
			throw new RedisLostException("The log is not known yet", null);
		}
		String generation = read.generation();
		RedisLog log = connected();
		Batch batch = new Batch(generation, this.publisher, this.epoch, messages.get(0).number(),
				messages.stream().map(Waiting::bytes).toList());
		long before = this.sent;
		if (batch.first() > before) {
			// None of it was sent: all of it will come after what was read
			this.acknowledged = later(this.acknowledged, read);
		}
		this.sent = Math.max(before, batch.last());
		Appended appended;
		try {
			appended = log.append(batch);
		}
		catch (RedisErrorException ex) {
			if (ex.isRefusal()) {
				// What was sent before may be there, this is not
				this.sent = before;
			}
			throw ex;
		}
		settle(log, generation, messages, appended);
		if (this.failure != null) {
			logger.info("Events are published again");
			this.failure = null;
		}
	}

	private static LogPlace later(LogPlace known, LogPlace read) {
		boolean isKnown = known.generation().equals(read.generation()) && known.id().compareTo(read.id()) > 0;
		return (isKnown) ? known : read;
	}

	private void settle(RedisLog log, String generation, List<Waiting> messages, Appended appended) {
		List<Waiting> there = messages.stream().filter((message) -> message.number() <= appended.last()).toList();
		int repeated = there.size() - appended.ids().size();
		Map<Long, LogId> known = (repeated > 0)
				? find(log, generation, there.get(0).number(), there.get(repeated - 1).number()) : Map.of();
		for (int i = 0; i < there.size(); i++) {
			Waiting message = there.get(i);
			LogId id = (i < repeated) ? known.get(message.number()) : appended.ids().get(i - repeated);
			accept(message, generation, id);
		}
	}

	/**
	 * Looks up what is in the log already, since its answer was lost.
	 */
	private Map<Long, LogId> find(RedisLog log, String generation, long from, long to) {
		Map<Long, LogId> found = new TreeMap<>();
		LogId after = (this.acknowledged.generation().equals(generation)) ? this.acknowledged.id() : LogId.ZERO;
		List<LogEntry> page;
		do {
			page = log.range(after, null, LogReader.PAGE);
			for (LogEntry entry : page) {
				after = entry.id();
				LogEntry.Origin origin = entry.origin();
				if (origin != null && origin.publisher().equals(this.publisher) && origin.number() >= from) {
					found.putIfAbsent(origin.number(), entry.id());
					if (origin.number() >= to) {
						return found;
					}
				}
			}
		}
		while (page.size() == LogReader.PAGE);
		return found;
	}

	/**
	 * A message is in the log.
	 * @param id its place, {@code null} if the log has let go of it: then that of the one
	 * before, from where nobody can go on without being told of a gap
	 */
	private void accept(Waiting message, String generation, @Nullable LogId id) {
		this.backlog.remove(message);
		LogId place = (id != null) ? id : this.acknowledged.id();
		this.acknowledged = new LogPlace(generation, place, null);
		message.future().complete(place.in(generation));
	}

	/**
	 * Gives up what has waited for too long.
	 */
	private void giveUp(Duration age, String why) {
		List<Waiting> old = this.backlog.olderThan(age);
		if (old.isEmpty()) {
			return;
		}
		long last = -1;
		if (old.get(0).number() <= this.sent) {
			RedisLog log = connected();
			last = log.fence(this.publisher, this.epoch + 1);
			this.epoch++;
			// If this fails, all is done once more: nothing that is there may be failed
			acceptUpTo(log, last);
			this.sent = -1;
		}
		for (Waiting message : old) {
			if (message.number() > last) {
				fail(message, why);
			}
		}
	}

	private void acceptUpTo(RedisLog log, long last) {
		LogPlace read = this.read.get();
		List<Waiting> there = this.backlog.olderThan(Duration.ofNanos(Long.MIN_VALUE + 1))
			.stream()
			.filter((message) -> message.number() <= last)
			.toList();
		if (there.isEmpty() || read == null) {
			return;
		}
		String generation = read.generation();
		Map<Long, LogId> known = find(log, generation, there.get(0).number(), there.get(there.size() - 1).number());
		there.forEach((message) -> accept(message, generation, known.get(message.number())));
	}

	private void fail(Waiting message, String why) {
		this.backlog.remove(message);
		Throwable cause = this.failure;
		String text = "The event was not published: " + why;
		message.future()
			.completeExceptionally(
					(cause != null) ? new SsePublishException(text + "; Redis: " + cause.getMessage(), cause)
							: new SsePublishException(text));
	}

	private RedisLog connected() {
		RedisLog log = this.connection;
		if (log == null) {
			log = this.connector.connect();
			this.connection = log;
		}
		return log;
	}

	private void failed(Throwable ex) {
		if (ex instanceof RedisErrorException error && error.isNewLog()) {
			logger.debug("The log is another one: this is published once the reader has found it", ex);
			return;
		}
		disconnect();
		if (this.failure == null) {
			logger.warn("Events cannot be published, and wait: " + ex.getMessage());
			logger.debug("Appending to the log has failed", ex);
		}
		this.failure = ex;
	}

	private void disconnect() {
		RedisLog log = this.connection;
		this.connection = null;
		if (log != null) {
			log.close();
		}
	}

	@Nullable Throwable failure() {
		return this.failure;
	}

}
