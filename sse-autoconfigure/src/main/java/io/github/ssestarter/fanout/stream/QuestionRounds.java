package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;

/**
 * Rounds of something that waits for the application, begun on the clock's thread and run
 * where questions are asked, one at a time.
 */
final class QuestionRounds {

	private final StreamContext context;

	private final Log logger;

	private final Duration interval;

	private final Runnable round;

	private final AtomicBoolean isUnderWay = new AtomicBoolean();

	/**
	 * Begins nothing before it is started.
	 * @param logger is told what goes wrong
	 * @param interval from one round to the next, zero for none at all
	 * @param round one round
	 */
	QuestionRounds(StreamContext context, Log logger, Duration interval, Runnable round) {
		this.context = context;
		this.logger = logger;
		this.interval = interval;
		this.round = round;
	}

	/**
	 * Begins rounds from now on, if they are wanted.
	 * @param notBegun what to log if one cannot begin
	 * @param overrun what to log if one takes longer than the interval
	 * @param remedy what else to say then
	 */
	void start(ScheduledExecutorService clock, String notBegun, String overrun, String remedy) {
		if (!this.interval.isZero()) {
			Runnable begin = this.context.faults().telling(this.logger, notBegun, () -> begin(overrun, remedy));
			clock.scheduleAtFixedRate(begin, this.interval.toNanos(), this.interval.toNanos(), TimeUnit.NANOSECONDS);
		}
	}

	/**
	 * Begins a round. Does not wait.
	 */
	private void begin(String overrun, String remedy) {
		if (!this.isUnderWay.compareAndSet(false, true)) {
			this.context.faults().error(this.logger, overrun, remedy, null);
			return;
		}
		this.context.environment().calls().questions().execute(() -> {
			try {
				this.round.run();
			}
			finally {
				this.isUnderWay.set(false);
			}
		});
	}

}
