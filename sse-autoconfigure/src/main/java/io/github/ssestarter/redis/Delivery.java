package io.github.ssestarter.redis;

import java.util.LinkedHashMap;
import java.util.Map;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.backplane.MessageCodec;

/**
 * Gives entries of the log to the receiver: each message once, and none after it is
 * closed.
 */
final class Delivery {

	private static final Log logger = LogFactory.getLog(Delivery.class);

	/** Of so many publishers it is known what was heard; each start of a node is one. */
	private static final int MAX_PUBLISHERS = 10_000;

	private final Backplane.Receiver receiver;

	/** The last number of each publisher, those heard longest ago first. */
	@GuardedBy("this")
	private final Map<String, Long> heard = new LinkedHashMap<>(16, 0.75f, true);

	@GuardedBy("this")
	private boolean isClosed;

	@GuardedBy("this")
	private boolean hasWarned;

	Delivery(Backplane.Receiver receiver) {
		this.receiver = receiver;
	}

	synchronized void begin(EventId start, String reason) {
		if (!this.isClosed) {
			this.receiver.begin(start, reason);
		}
	}

	/**
	 * A log begins that there is not, since the one in Redis cannot be read.
	 */
	void beginWithout(String generation) {
		try {
			begin(new EventId(0, 0, generation), "Redis is not there");
		}
		catch (RuntimeException | Error ex) {
			// It is asked again once the log can be read
			logger.error("This node has failed to begin without the log in Redis", ex);
		}
	}

	/**
	 * Delivers an entry, unless it was delivered before.
	 * @param generation the log it is in
	 * @param isLive whether orders are carried out
	 */
	synchronized void deliver(LogEntry entry, String generation, boolean isLive) {
		if (this.isClosed || hasHeard(entry)) {
			return;
		}
		LogEntry.Origin origin = entry.origin();
		byte[] body = entry.body();
		if (origin == null || body == null) {
			if (entry.generation() == null) {
				skipped(entry, "has no message of ours", null);
			}
			return;
		}
		this.heard.put(origin.publisher(), origin.number());
		if (this.heard.size() > MAX_PUBLISHERS) {
			this.heard.remove(this.heard.keySet().iterator().next());
		}
		Message message = decode(entry, body);
		if (message != null && (isLive || isReplayed(message))) {
			receive(entry.id().in(generation), message);
		}
		else {
			this.receiver.passed(entry.id().in(generation));
		}
	}

	private static boolean isReplayed(Message message) {
		return message instanceof Message.Event || message instanceof Message.Completion;
	}

	@GuardedBy("this")
	private @Nullable Message decode(LogEntry entry, byte[] body) {
		try {
			return MessageCodec.decode(body);
		}
		catch (RuntimeException ex) {
			skipped(entry, "cannot be read", ex);
			return null;
		}
	}

	/**
	 * A receiver that fails may have given the message to some streams, so it is not
	 * given it again.
	 */
	private void receive(EventId id, Message message) {
		try {
			this.receiver.receive(id, message);
		}
		catch (RuntimeException ex) {
			logger.error("The event " + id + " has come, and this node has failed to give it to all of its streams",
					ex);
		}
	}

	synchronized boolean hasHeard(LogEntry entry) {
		LogEntry.Origin origin = entry.origin();
		Long last = (origin != null) ? this.heard.get(origin.publisher()) : null;
		return origin != null && last != null && origin.number() <= last;
	}

	/**
	 * Waits until the receiver has room.
	 */
	void awaitRoom() {
		this.receiver.awaitRoom();
	}

	/**
	 * The receiver is not called any more after this returned.
	 */
	synchronized void close() {
		this.isClosed = true;
	}

	@GuardedBy("this")
	private void skipped(LogEntry entry, String why, @Nullable Throwable cause) {
		if (!this.hasWarned) {
			this.hasWarned = true;
			logger.error("The entry " + entry.id() + " of the log " + why + ", and is left out, as all such are",
					cause);
		}
	}

}
