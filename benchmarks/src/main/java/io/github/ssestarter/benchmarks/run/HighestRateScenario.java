package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import io.github.ssestarter.benchmarks.report.Metric;
import io.github.ssestarter.benchmarks.server.Peer;

/**
 * The highest rate at which 99 of 100 events reach 1,000 clients within 100 ms.
 *
 * @param peers who is measured
 */
record HighestRateScenario(List<Peer> peers) implements Scenario {

	private static final int CLIENTS = 1000;

	private static final double LIMIT = 100;

	private static final double SECONDS = 1;

	private static final int FIRST = 50;

	private static final double STEP = 1.5;

	private static final int FAILURES = 2;

	private static final int TRIES = 2;

	@Override
	public String name() {
		return "rate";
	}

	@Override
	public void run(Bench bench) throws IOException {
		for (Peer peer : bench.present(this.peers)) {
			try (Session session = bench.session(peer, CLIENTS, 1, 100)) {
				session.warmUp(bench.options().scale());
				bench.add(name(), peer, Map.of(Metric.RATE, search(bench.options(), session)));
			}
		}
	}

	/**
	 * Goes up until some rates in a row are too high: of two rates the higher one may be
	 * held and the lower not, since what waits goes out together.
	 */
	private double search(Options options, Session session) throws IOException {
		double good = 0;
		int failures = 0;
		for (double rate = FIRST; failures < FAILURES; rate *= STEP) {
			if (holds(options, session, rate)) {
				good = rate;
				failures = 0;
			}
			else {
				failures++;
			}
		}
		return good;
	}

	/**
	 * Whether a rate can be held, in one of some tries.
	 */
	private boolean holds(Options options, Session session, double rate) throws IOException {
		boolean holds = false;
		for (int i = 0; i < TRIES && !holds; i++) {
			holds = isHeld(options, session, rate);
		}
		return holds;
	}

	private boolean isHeld(Options options, Session session, double rate) throws IOException {
		Round round = session.round(options.scaled(SECONDS, (int) rate), (int) rate);
		return round.result().isComplete() && round.result().p99() / 1e6 <= LIMIT;
	}

}
