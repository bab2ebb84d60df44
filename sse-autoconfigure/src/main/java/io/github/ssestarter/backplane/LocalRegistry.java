package io.github.ssestarter.backplane;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience.Member;

/**
 * The registry of a node that knows of no others.
 *
 * @since 0.1.0
 */
public final class LocalRegistry implements ClusterRegistry {

	@GuardedBy("this")
	private final Map<String, Member> streams = new HashMap<>();

	/** How many streams each user has. */
	@GuardedBy("this")
	private final Map<String, Integer> users = new HashMap<>();

	private volatile @Nullable Listener listener;

	@Override
	public synchronized void start(Listener listener) {
		this.streams.clear();
		this.users.clear();
		this.listener = listener;
	}

	@Override
	public void stop() {
		this.listener = null;
	}

	@Override
	public String node() {
		return "";
	}

	@Override
	public void opened(Member stream) {
		Listener listener = this.listener;
		if (listener != null) {
			put(stream, listener);
		}
	}

	private synchronized void put(Member stream, Listener listener) {
		String user = stream.user();
		if (user != null && this.users.merge(user, 1, Integer::sum) == 1) {
			listener.online(user);
		}
		Member before = this.streams.put(stream.clientId(), stream);
		if (before != null) {
			gone(before, listener);
		}
	}

	@Override
	public void ended(Member stream) {
		Listener listener = this.listener;
		if (listener != null) {
			remove(stream, listener);
		}
	}

	private synchronized void remove(Member stream, Listener listener) {
		if (this.streams.remove(stream.clientId(), stream)) {
			gone(stream, listener);
		}
	}

	@Override
	public void tell() {
		Listener listener = this.listener;
		if (listener != null) {
			listener.tell();
		}
	}

	@GuardedBy("this")
	private void gone(Member stream, Listener listener) {
		String user = stream.user();
		if (user != null
				&& this.users.computeIfPresent(user, (name, count) -> (count > 1) ? count - 1 : null) == null) {
			listener.offline(user);
		}
	}

	@Override
	public CompletableFuture<@Nullable Place> find(String clientId) {
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public synchronized CompletableFuture<Boolean> isOnline(String user) {
		return CompletableFuture.completedFuture(this.users.containsKey(user));
	}

	@Override
	public int elsewhere() {
		return 0;
	}

	@Override
	public int elsewhere(String user) {
		return 0;
	}

	@Override
	public void receive(Message.Replace message) {
	}

}
