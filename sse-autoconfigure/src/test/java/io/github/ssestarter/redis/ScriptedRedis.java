package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A log in memory, whose connections fail as a test has it.
 */
final class ScriptedRedis implements RedisLog.Connector {

	/** What becomes of a command. */
	enum Fault {

		/** Redis answers that it does not carry it out. */
		ERROR,

		/** Redis answers that the user may not. */
		FORBIDDEN,

		/** Not even the client works. */
		BROKEN,

		/** A script fails after it has written. */
		EXECUTED_AND_ERROR,

		/** It never reaches Redis. */
		LOST,

		/** Its answer never comes. */
		EXECUTED_AND_LOST,

		/** Redis carries it out once it wakes up, and nobody hears the answer. */
		EXECUTED_LATE,

	}

	private final Map<String, Deque<Fault>> faults = new HashMap<>();

	private final Map<String, Runnable> afterwards = new HashMap<>();

	private final List<Runnable> late = new ArrayList<>();

	private final List<LogEntry> entries = new ArrayList<>();

	private final Map<String, long[]> publishers = new HashMap<>();

	private final Map<String, Integer> counts = new HashMap<>();

	private @Nullable String generation;

	private LogId last = LogId.ZERO;

	private boolean isDown;

	private int outages;

	private long now = 1_000;

	/** Lets the next command of a name fail. */
	synchronized void fault(String command, Fault... faults) {
		this.faults.computeIfAbsent(command, (name) -> new ArrayDeque<>()).addAll(List.of(faults));
	}

	/** Something happens once, after the next command of a name. */
	synchronized void after(String command, Runnable action) {
		this.afterwards.put(command, action);
	}

	synchronized void down(boolean isDown) {
		this.isDown = isDown;
		this.outages += (isDown) ? 1 : 0;
		notifyAll();
	}

	/** What was sent late is carried out now. */
	synchronized void wakeUp() {
		this.late.forEach(Runnable::run);
		this.late.clear();
		notifyAll();
	}

	synchronized void delete() {
		this.entries.clear();
		this.generation = null;
		this.last = LogId.ZERO;
	}

	/**
	 * The newest entries are gone, as after a failover, and their ids are given again.
	 */
	synchronized void loseTail(int count) {
		for (int i = 0; i < count; i++) {
			this.entries.remove(this.entries.size() - 1);
		}
		this.last = this.entries.get(this.entries.size() - 1).id();
		this.now = this.last.millis() + 1;
	}

	synchronized void loseHead(int keep) {
		while (this.entries.size() > keep) {
			this.entries.remove(0);
		}
	}

	/** As another publisher would, past all that is ours. */
	synchronized void add(LogEntry.@Nullable Origin origin, byte @Nullable [] body) {
		put(new LogEntry(nextId(), origin, null, body));
		notifyAll();
	}

	/** Faster than anybody reads. */
	synchronized void addManyAndTrim(int count, int keep, IntFunction<byte[]> bodies) {
		for (int i = 0; i < count; i++) {
			put(LogEntry.message(nextId(), new LogEntry.Origin("many", i), bodies.apply(i)));
		}
		loseHead(keep);
		notifyAll();
	}

	synchronized int count(String command) {
		return this.counts.getOrDefault(command, 0);
	}

	synchronized List<LogEntry> entries() {
		return List.copyOf(this.entries);
	}

	synchronized @Nullable String generation() {
		return this.generation;
	}

	private LogId nextId() {
		LogId now = new LogId(this.now++, 0);
		return (now.compareTo(this.last) > 0) ? now : new LogId(this.last.millis(), this.last.counter() + 1);
	}

	private void put(LogEntry entry) {
		this.entries.add(entry);
		this.last = entry.id();
	}

	@Override
	public RedisLog connect() {
		execute("connect", () -> "");
		return new Connection();
	}

	private synchronized <T> T execute(String command, Supplier<T> action) {
		this.counts.merge(command, 1, Integer::sum);
		if (this.isDown) {
			throw new RedisLostException("no network", null);
		}
		Deque<Fault> faults = this.faults.getOrDefault(command, new ArrayDeque<>());
		Fault fault = faults.poll();
		if (fault == Fault.ERROR) {
			throw new RedisErrorException("OOM command not allowed", null);
		}
		if (fault == Fault.FORBIDDEN) {
			throw new RedisErrorException("NOPERM this user has no permissions to run the command", null);
		}
		if (fault == Fault.BROKEN) {
			throw new NoClassDefFoundError("io/lettuce/Missing");
		}
		if (fault == Fault.EXECUTED_LATE) {
			this.late.add(() -> {
				try {
					action.get();
				}
				catch (RedisErrorException ex) {
					// Nobody hears it
				}
			});
		}
		if (fault != null && fault != Fault.EXECUTED_AND_LOST && fault != Fault.EXECUTED_AND_ERROR) {
			throw new RedisLostException("time-out", null);
		}
		T result = action.get();
		Runnable afterwards = this.afterwards.remove(command);
		if (afterwards != null) {
			afterwards.run();
		}
		notifyAll();
		if (fault == Fault.EXECUTED_AND_ERROR) {
			throw new RedisErrorException("ERR Error running script", null);
		}
		if (fault == Fault.EXECUTED_AND_LOST) {
			throw new RedisLostException("time-out", null);
		}
		return result;
	}

	private synchronized List<LogEntry> await(Duration wait, Supplier<List<LogEntry>> action) {
		long end = System.nanoTime() + Math.min(wait.toNanos(), 20_000_000);
		List<LogEntry> found = action.get();
		long left = end - System.nanoTime();
		while (found.isEmpty() && left > 0) {
			try {
				wait(left / 1_000_000 + 1);
			}
			catch (InterruptedException ex) {
				throw new RedisLostException("interrupted", ex);
			}
			found = action.get();
			left = end - System.nanoTime();
		}
		return found;
	}

	private final class Connection implements RedisLog {

		private final int outage = ScriptedRedis.this.outages;

		private volatile boolean isClosed;

		private <T> T command(String name, Supplier<T> action) {
			requireOpen();
			return execute(name, action);
		}

		private void requireOpen() {
			if (this.isClosed || this.outage != ScriptedRedis.this.outages) {
				throw new RedisLostException("no network: closed", null);
			}
		}

		private Stream<LogEntry> after(LogId after) {
			return ScriptedRedis.this.entries.stream().filter((entry) -> entry.id().compareTo(after) > 0);
		}

		@Override
		public LogState state() {
			ScriptedRedis redis = ScriptedRedis.this;
			return command("state", () -> (redis.generation == null) ? LogState.NONE : new LogState(redis.generation,
					redis.last, (redis.entries.isEmpty()) ? null : redis.entries.get(0).id()));
		}

		@Override
		public List<LogEntry> range(LogId after, @Nullable LogId to, int count) {
			return command("range",
					() -> after(after).filter((entry) -> to == null || entry.id().compareTo(to) <= 0)
						.limit(count)
						.toList());
		}

		@Override
		public List<LogEntry> reverse(@Nullable LogId before, int count) {
			return command("reverse", () -> {
				List<LogEntry> found = new ArrayList<>(ScriptedRedis.this.entries);
				Collections.reverse(found);
				return found.stream()
					.filter((entry) -> before == null || entry.id().compareTo(before) < 0)
					.limit(count)
					.toList();
			});
		}

		@Override
		public @Nullable LogEntry get(LogId id) {
			return command("get",
					() -> ScriptedRedis.this.entries.stream()
						.filter((entry) -> entry.id().equals(id))
						.findFirst()
						.orElse(null));
		}

		@Override
		public Page read(LogId after, int count, Duration wait) {
			command("read", () -> "");
			synchronized (ScriptedRedis.this) {
				List<LogEntry> entries = await(wait, () -> {
					requireOpen();
					return after(after).limit(count).toList();
				});
				return new Page(entries, get(after));
			}
		}

		@Override
		public String create(String generation, @Nullable String broken, LogId first) {
			ScriptedRedis redis = ScriptedRedis.this;
			return command("create", () -> {
				String present = redis.generation;
				if (present != null && !present.equals(broken)) {
					return present;
				}
				redis.generation = generation;
				redis.now = Math.max(redis.now, first.millis() + 1);
				put(LogEntry.beginning(nextId(), generation));
				return generation;
			});
		}

		@Override
		public Appended append(Batch batch) {
			return command("append", () -> {
				if (!Objects.equals(batch.generation(), ScriptedRedis.this.generation)) {
					throw new RedisErrorException(RedisErrorException.NEW_LOG, null);
				}
				long[] state = state(batch.publisher());
				if (batch.epoch() < state[0]) {
					throw new RedisErrorException(RedisErrorException.FENCED, null);
				}
				List<LogId> ids = new ArrayList<>();
				for (int i = 0; i < batch.bodies().size(); i++) {
					long number = batch.first() + i;
					if (number > state[1]) {
						put(LogEntry.message(nextId(), new LogEntry.Origin(batch.publisher(), number),
								batch.bodies().get(i)));
						ids.add(ScriptedRedis.this.last);
						state[1] = number;
					}
				}
				return new Appended(state[1], ids);
			});
		}

		private long[] state(String publisher) {
			return ScriptedRedis.this.publishers.computeIfAbsent(publisher, (name) -> new long[] { 0, -1 });
		}

		@Override
		public long fence(String publisher, long epoch) {
			return command("fence", () -> {
				long[] state = state(publisher);
				state[0] = Math.max(state[0], epoch);
				return state[1];
			});
		}

		@Override
		public void trim(Duration age, LogId keep) {
			command("trim", () -> "");
		}

		@Override
		public void close() {
			this.isClosed = true;
		}

	}

}
