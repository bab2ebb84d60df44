package io.github.ssestarter.fanout.notice;

import java.time.Duration;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.util.ClassUtils;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.format.FrameFields;

/**
 * Tells in the log what happens to streams, with the client's id in the MDC where there
 * is one.
 */
public final class StreamLog {

	private static final String CLIENT_ID = "sseClientId";

	private static final boolean HAS_MDC = ClassUtils.isPresent("org.slf4j.MDC", StreamLog.class.getClassLoader());

	private static final Log logger = LogFactory.getLog(StreamLog.class);

	private StreamLog() {
	}

	/**
	 * Whether anything is told. To be asked before what is called for each frame.
	 */
	public static boolean isEnabled() {
		return logger.isDebugEnabled();
	}

	/**
	 * A stream has opened.
	 * @param user its user, {@code null} for none
	 * @param topics what it has joined, {@code null} if it has not
	 */
	public static void opened(String clientId, @Nullable String user, @Nullable Set<String> topics) {
		if (isEnabled()) {
			debug(clientId, "Opened" + ((user != null) ? " by the user '" + user + "'" : "")
					+ ((topics != null) ? ", joined " + topics : ""));
		}
	}

	public static void sent(String clientId, byte[] frame) {
		FrameFields fields = FrameFields.of(frame);
		String name = (fields.name() != null) ? "event '" + fields.name() + "'" : "event without a name";
		debug(clientId, "Sent " + ((fields.data() != null) ? name : "no event")
				+ ((fields.id() != null) ? ", id " + fields.id() : "") + ", " + fields.bytes() + " bytes");
	}

	public static void lagging(String clientId, long position) {
		debug(clientId, "Lagging: reads on from the history, after position " + position);
	}

	public static void live(String clientId) {
		debug(clientId, "Live: has caught up");
	}

	public static void ended(String clientId, SseCloseReason reason, Duration duration) {
		if (isEnabled()) {
			debug(clientId, "The stream of client " + clientId + " has ended: " + reason + ", after "
					+ duration.toMillis() + " ms");
		}
	}

	public static void debug(String clientId, String message) {
		with(clientId, () -> logger.debug(message));
	}

	/**
	 * Has something logged with a client's id.
	 */
	public static void with(String clientId, Runnable logging) {
		if (HAS_MDC) {
			Context.with(clientId, logging);
		}
		else {
			logging.run();
		}
	}

	/** Apart, since SLF4J may be absent. */
	private static final class Context {

		private static void with(String clientId, Runnable logging) {
			String before = MDC.get(CLIENT_ID);
			MDC.put(CLIENT_ID, clientId);
			try {
				logging.run();
			}
			finally {
				restore(before);
			}
		}

		private static void restore(@Nullable String before) {
			if (before != null) {
				MDC.put(CLIENT_ID, before);
			}
			else {
				MDC.remove(CLIENT_ID);
			}
		}

	}

}
