package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.ssestarter.benchmarks.load.LoadResult;
import io.github.ssestarter.benchmarks.report.Metric;
import io.github.ssestarter.benchmarks.server.Peer;
import io.github.ssestarter.benchmarks.server.PublishOrder;

/**
 * Streams that are written to by a thread of their own, as the tokens of a model come.
 * What sending costs is what it takes more than the same threads take to wait.
 *
 * @param peers who is measured, each after the one whose threads only wait
 */
record TokensScenario(List<Peer> peers) implements Scenario {

	private static final String NAME = "tokens";

	private static final String PATH = "/tokens?topic=t{i}";

	private static final int STREAMS = 200;

	private static final int RATE = 50 * STREAMS;

	private static final int SIZE = 100;

	private static final double WARM_UP = 5;

	private static final double SECONDS = 1.5;

	private static final long PATIENCE = 5000;

	/** How far the numbers of a round are from those of the round before. */
	private static final long NUMBERS = 1_000_000;

	/**
	 * Threads for all streams, and some to spare, in each of the places where they are.
	 */
	private static final String[] THREADS = { "--server.tomcat.threads.max=400", "--server.jetty.threads.max=400",
			"--spring.task.execution.pool.core-size=400" };

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public void run(Bench bench) throws IOException {
		List<Tokens> all = new ArrayList<>();
		try {
			for (Peer peer : bench.present(this.peers)) {
				all.add(open(bench, peer));
			}
			for (int i = 0; i < bench.options().rounds(); i++) {
				round(bench, all, NUMBERS * (i + 1));
			}
		}
		finally {
			for (Tokens tokens : all) {
				bench.load().close(tokens.peer().id());
				tokens.server().close();
			}
		}
	}

	private static Tokens open(Bench bench, Peer peer) throws IOException {
		Tokens tokens = new Tokens(peer, bench.fleet().start(peer, THREADS));
		bench.load().connect(peer.id(), tokens.server().order(STREAMS, STREAMS).at(PATH));
		tokens.server().takeTurns(order(bench, WARM_UP, 0));
		return tokens;
	}

	private static PublishOrder order(Bench bench, double seconds, long base) {
		return new PublishOrder(STREAMS, bench.options().scaled(seconds, RATE), RATE, SIZE, base);
	}

	private static void round(Bench bench, List<Tokens> all, long base) throws IOException {
		PublishOrder order = order(bench, SECONDS, base);
		double waiting = Double.NaN;
		for (Tokens tokens : all) {
			Round round = tokens.round(bench.load(), order);
			if (tokens.peer().onlyWaits()) {
				waiting = round.cpuPerEvent();
				bench.add(NAME, tokens.peer(), Map.of(Metric.CPU, waiting));
			}
			else {
				bench.add(NAME, tokens.peer(), round.metrics(waiting));
			}
		}
	}

	/**
	 * A server whose streams are open.
	 *
	 * @param peer what it is
	 * @param server its process
	 */
	private record Tokens(Peer peer, ServerProcess server) {

		Round round(LoadClientProcess load, PublishOrder order) throws IOException {
			load.begin(this.peer.id(), order.base(), (this.peer.onlyWaits()) ? 0 : order.count());
			long cpu = this.server.cpuMicros();
			this.server.takeTurns(order);
			LoadResult result = load.await(this.peer.id(), PATIENCE);
			return new Round(result, this.server.cpuMicros() - cpu, order.count());
		}

	}

}
