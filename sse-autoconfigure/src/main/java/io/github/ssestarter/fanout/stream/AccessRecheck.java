package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks again for every open stream, on {@code sse.security.recheck-interval}, whether it
 * may still hear what it hears.
 */
public final class AccessRecheck {

	private static final Log logger = LogFactory.getLog(AccessRecheck.class);

	private final StreamContext context;

	private final Streams streams;

	/**
	 * Asks nothing before it is started.
	 */
	public AccessRecheck(StreamContext context, Streams streams) {
		this.context = context;
		this.streams = streams;
	}

	/**
	 * Asks from now on, if that is wanted.
	 */
	public void start(ScheduledExecutorService clock) {
		Duration interval = this.context.settings().recheckInterval();
		new QuestionRounds(this.context, logger, interval, this::round).start(clock,
				"A round of asking the SseAuthorizer again could not begin",
				"Asking the SseAuthorizer again takes longer than sse.security.recheck-interval",
				" (" + interval + ") for all streams: raise it, or have it answer sooner");
	}

	private static @Nullable Throwable recheck(StreamLife stream) {
		try {
			return stream.recheck();
		}
		catch (Throwable ex) {
			// Any, since Kotlin's lambdas throw what they like
			return ex;
		}
	}

	/**
	 * Asks for each stream. Waits for the application.
	 */
	void round() {
		int failed = 0;
		Throwable last = null;
		for (StreamLife stream : this.streams.all()) {
			Throwable failure = recheck(stream);
			failed += (failure != null) ? 1 : 0;
			last = (failure != null) ? failure : last;
		}
		if (last != null) {
			this.context.faults()
				.error(logger,
						"What a stream may hear could not be asked again: it stays as it was for one round, and what cannot"
								+ " be asked in the next one either is not heard any more",
						"; streams: " + failed, last);
		}
	}

}
