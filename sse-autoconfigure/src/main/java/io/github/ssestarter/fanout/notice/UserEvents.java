package io.github.ssestarter.fanout.notice;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseUserOfflineEvent;
import io.github.ssestarter.SseUserOnlineEvent;

/**
 * Tells the application which users come and go. What was not told yet and its opposite
 * cancel out, so that no more waits than there are users.
 */
public final class UserEvents {

	private final Consumer<Object> applicationEvents;

	private final Callbacks callbacks;

	/** By user, whether it is there now. */
	@GuardedBy("this")
	private final Map<String, Boolean> untold = new LinkedHashMap<>();

	/** Whether a callback waits that tells of the next user. */
	@GuardedBy("this")
	private boolean isTelling;

	public UserEvents(Executor executor, Consumer<Object> applicationEvents, FaultLog faults) {
		this.applicationEvents = applicationEvents;
		this.callbacks = new Callbacks(executor, faults);
	}

	/**
	 * A user has come, or gone. The application is told with {@link #tell()}.
	 */
	public synchronized void changed(String user, boolean isOnline) {
		Boolean before = this.untold.remove(user);
		if (before == null || before == isOnline) {
			this.untold.put(user, isOnline);
		}
	}

	/**
	 * Tells the application of what it was not told yet.
	 */
	public void tell() {
		tellNextLater();
		this.callbacks.start();
	}

	private synchronized void tellNextLater() {
		if (!this.isTelling && !this.untold.isEmpty()) {
			this.isTelling = true;
			this.callbacks.add(this::tellNext);
		}
	}

	private void tellNext() {
		Object event = next();
		tellNextLater();
		if (event != null) {
			this.applicationEvents.accept(event);
		}
	}

	private synchronized @Nullable Object next() {
		this.isTelling = false;
		Iterator<Map.Entry<String, Boolean>> users = this.untold.entrySet().iterator();
		if (!users.hasNext()) {
			return null;
		}
		Map.Entry<String, Boolean> user = users.next();
		users.remove();
		return (user.getValue()) ? new SseUserOnlineEvent(user.getKey()) : new SseUserOfflineEvent(user.getKey());
	}

}
