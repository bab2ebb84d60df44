package io.github.ssestarter.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience.Member;

/**
 * The open streams of this node, one for each client, and which of them Redis has not
 * been told of as they are now.
 */
final class HeldStreams {

	private final ReentrantLock lock = new ReentrantLock();

	/** There is something to tell, or nothing more will come. */
	private final Condition work = this.lock.newCondition();

	@GuardedBy("this.lock")
	private final Map<String, Held> streams = new HashMap<>();

	/** How many streams each user has. */
	@GuardedBy("this.lock")
	private final Map<String, Integer> users = new HashMap<>();

	/** The clients of which something is to be told. */
	@GuardedBy("this.lock")
	private final Set<String> untold = new LinkedHashSet<>();

	/** The clients of which Redis may have a stream. */
	@GuardedBy("this.lock")
	private final Set<String> told = new HashSet<>();

	@GuardedBy("this.lock")
	private long last;

	@GuardedBy("this.lock")
	private boolean isClosed;

	/**
	 * Something comes from now on.
	 */
	void open() {
		this.lock.lock();
		try {
			this.isClosed = false;
			this.streams.clear();
			this.users.clear();
			this.untold.clear();
			this.told.clear();
		}
		finally {
			this.lock.unlock();
		}
	}

	void opened(Member stream) {
		this.lock.lock();
		try {
			count(stream, 1);
			Held older = this.streams.put(stream.clientId(), new Held(stream, ++this.last, false));
			if (older != null) {
				count(older.stream(), -1);
			}
			this.untold.add(stream.clientId());
			this.work.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	void ended(Member stream) {
		this.lock.lock();
		try {
			Held held = this.streams.get(stream.clientId());
			if (held != null && held.stream() == stream) {
				this.streams.remove(stream.clientId());
				count(stream, -1);
				if (this.told.contains(stream.clientId())) {
					this.untold.add(stream.clientId());
					this.work.signal();
				}
				else {
					this.untold.remove(stream.clientId());
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@GuardedBy("this.lock")
	private void count(Member stream, int more) {
		String user = stream.user();
		if (user != null) {
			this.users.merge(user, more, (before, change) -> (before + change != 0) ? before + change : null);
		}
	}

	/**
	 * Redis knows of none any more: all are told again, and those that it knew do not
	 * take the place of a newer one.
	 * @param refused what it was told last, and did not take
	 */
	void forgotten(List<RegistryScript.Change> refused) {
		this.lock.lock();
		try {
			refused.forEach((change) -> this.untold.add(change.client()));
			this.streams.replaceAll((client, held) -> (this.untold.contains(client)) ? held
					: new Held(held.stream(), held.number(), true));
			this.untold.clear();
			this.untold.addAll(this.streams.keySet());
			this.told.clear();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What is to be told next. It counts as told: whoever takes it tells it until that
	 * has succeeded.
	 */
	List<RegistryScript.Change> next(int max) {
		List<RegistryScript.Change> changes = new ArrayList<>();
		this.lock.lock();
		try {
			Iterator<String> clients = this.untold.iterator();
			while (clients.hasNext() && changes.size() < max) {
				String client = clients.next();
				clients.remove();
				Held held = this.streams.get(client);
				if (held != null) {
					this.told.add(client);
				}
				else {
					this.told.remove(client);
				}
				changes.add(new RegistryScript.Change(client, held));
			}
		}
		finally {
			this.lock.unlock();
		}
		return changes;
	}

	/**
	 * Waits until there is something to tell, or nothing more will come.
	 */
	void await(long nanos) {
		long left = nanos;
		this.lock.lock();
		try {
			while (this.untold.isEmpty() && !this.isClosed && left > 0) {
				left = this.work.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits for some time, unless nothing more will come.
	 */
	void rest(long nanos) {
		long left = nanos;
		this.lock.lock();
		try {
			while (!this.isClosed && left > 0) {
				left = this.work.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A client's stream.
	 * @param number its number
	 * @return the stream, {@code null} if the client has none, or a newer one
	 */
	@Nullable Member find(String client, long number) {
		this.lock.lock();
		try {
			Held held = this.streams.get(client);
			return (held != null && held.number() == number) ? held.stream() : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many of some users' streams are not on this node.
	 * @param users the users, and how many streams each has
	 */
	Map<String, Integer> elsewhere(Map<String, Integer> users) {
		Map<String, Integer> elsewhere = new HashMap<>();
		this.lock.lock();
		try {
			users.forEach((user, count) -> {
				int others = count - this.users.getOrDefault(user, 0);
				if (others > 0) {
					elsewhere.put(user, others);
				}
			});
		}
		finally {
			this.lock.unlock();
		}
		return elsewhere;
	}

	void close() {
		this.lock.lock();
		try {
			this.isClosed = true;
			this.work.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isClosed() {
		this.lock.lock();
		try {
			return this.isClosed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A stream that is open.
	 *
	 * @param stream the stream
	 * @param number tells it from others of this node
	 * @param isOld whether Redis may know of a newer one of its client on another node
	 */
	record Held(Member stream, long number, boolean isOld) {
	}

}
