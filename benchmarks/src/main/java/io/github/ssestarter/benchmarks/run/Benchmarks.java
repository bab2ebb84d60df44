package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.ssestarter.benchmarks.load.Wire;
import io.github.ssestarter.benchmarks.report.Report;
import io.github.ssestarter.benchmarks.report.Results;
import io.github.ssestarter.benchmarks.server.Peer;

/**
 * Runs all scenarios and writes the report.
 */
public final class Benchmarks {

	private static final List<Peer> ALL = List.of(Peer.OURS_TOMCAT, Peer.OURS_JETTY, Peer.BEFORE_TOMCAT,
			Peer.BEFORE_JETTY, Peer.EMITTER_TOMCAT, Peer.EMITTER_JETTY, Peer.WEBFLUX, Peer.EVENT_BUS, Peer.JERSEY,
			Peer.BETTER_SSE, Peer.NCHAN, Peer.SOCKETS);

	private static final List<Peer> FEW = List.of(Peer.OURS_TOMCAT, Peer.OURS_JETTY, Peer.BEFORE_TOMCAT,
			Peer.BEFORE_JETTY, Peer.EMITTER_TOMCAT, Peer.NCHAN, Peer.SOCKETS);

	private static final List<Peer> OURS = List.of(Peer.OURS_TOMCAT, Peer.OURS_JETTY, Peer.BEFORE_TOMCAT,
			Peer.BEFORE_JETTY);

	private static final List<Peer> BESIDE_C = List.of(Peer.OURS_TOMCAT, Peer.OURS_JETTY, Peer.BEFORE_TOMCAT,
			Peer.BEFORE_JETTY, Peer.NCHAN, Peer.SOCKETS);

	private static final List<Peer> SECURED = List.of(Peer.OURS_TOMCAT, Peer.OURS_JETTY, Peer.BEFORE_TOMCAT,
			Peer.BEFORE_JETTY, Peer.EMITTER_TOMCAT, Peer.EMITTER_JETTY);

	private static final List<Peer> SMALL_AUDIENCE = List.of(Peer.WAITS_TOMCAT, Peer.OURS_TOMCAT, Peer.OURS_JETTY,
			Peer.BEFORE_TOMCAT, Peer.BEFORE_JETTY, Peer.EMITTER_TOMCAT, Peer.EMITTER_JETTY, Peer.WEBFLUX, Peer.SOCKETS);

	private static final List<Peer> ON_REDIS = List.of(Peer.OURS_TOMCAT, Peer.OURS_REDIS, Peer.NCHAN, Peer.NCHAN_REDIS);

	private static final List<Scenario> SCENARIOS = List.of(
			new FanOutScenario("burst", 1000, 1, 0, 100, 4, 0.7, 5, ALL),
			new FanOutScenario("topics", 1000, 100, 0, 100, 4, 0.4, 5, ALL),
			new FanOutScenario("one-to-one", 1000, 1000, 5000, 100, 8, 1.5, 5, SMALL_AUDIENCE),
			new TokensScenario(List.of(Peer.WAITS_TOMCAT, Peer.OURS_TOMCAT, Peer.OURS_JETTY, Peer.BEFORE_TOMCAT,
					Peer.BEFORE_JETTY, Peer.EMITTER_TOMCAT, Peer.EMITTER_JETTY, Peer.WEBFLUX, Peer.WAITS_VIRTUAL,
					Peer.OURS_VIRTUAL, Peer.EMITTER_VIRTUAL)),
			new FanOutScenario("paced", 1000, 1, 50, 100, 9, 2, 5, ALL),
			new FanOutScenario("paced-5000", 5000, 1, 10, 100, 3, 2, 3, FEW),
			new FanOutScenario("paced-10000", 10_000, 1, 5, 100, 3, 2, 3, BESIDE_C), new HighestRateScenario(FEW),
			new FanOutScenario("paced-tls", 1000, 1, 20, 100, 6, 2, 5, Wire.TLS, SECURED),
			new FanOutScenario("paced-http2", 1000, 1, 20, 100, 6, 2, 5, Wire.HTTP2, SECURED),
			new IdleScenario(List.of(Peer.OURS_TOMCAT, Peer.OURS_COMPACT, Peer.BEFORE_TOMCAT, Peer.ASYNC_TOMCAT,
					Peer.EMITTER_TOMCAT, Peer.OURS_JETTY, Peer.BEFORE_JETTY, Peer.ASYNC_JETTY, Peer.EMITTER_JETTY,
					Peer.WEBFLUX, Peer.BETTER_SSE, Peer.NCHAN)),
			new ManyTopicsScenario(List.of(Peer.OURS_TOMCAT, Peer.OURS_JETTY, Peer.BEFORE_TOMCAT, Peer.BEFORE_JETTY,
					Peer.EMITTER_TOMCAT)),
			new LeaveScenario(List.of(Peer.OURS_TOMCAT, Peer.OURS_JETTY, Peer.BEFORE_TOMCAT, Peer.BEFORE_JETTY,
					Peer.EMITTER_TOMCAT, Peer.EMITTER_JETTY, Peer.WEBFLUX)),
			new FanOutScenario("redis-rate", 10, 1, 1000, 100, 6, 3, 5, ON_REDIS),
			new FanOutScenario("redis-paced", 1000, 1, 50, 100, 6, 3, 5, ON_REDIS),
			new AppendScenario("redis-append", 0, 60_000, List.of(Peer.OURS_REDIS, Peer.REDIS_TEMPLATE)),
			new AppendScenario("redis-nodes", 1000, 5000, List.of(Peer.OURS_TEN_NODES)), new StormScenario(OURS),
			new FanOutScenario("large", 100, 1, 0, 64 * 1024, 4, 0.5, 5, FEW),
			new StalledScenario(List.of(Peer.OURS_TOMCAT, Peer.OURS_JETTY, Peer.BEFORE_TOMCAT, Peer.BEFORE_JETTY,
					Peer.EMITTER_TOMCAT, Peer.WEBFLUX, Peer.BETTER_SSE, Peer.NCHAN)));

	private Benchmarks() {
	}

	/**
	 * Runs the benchmarks.
	 * @param args none
	 */
	public static void main(String[] args) throws IOException {
		Options options = Options.fromSystemProperties();
		Files.createDirectories(options.target());
		Results results = new Results();
		Instant start = Instant.now();
		Cores cores = Cores.here();
		try (LoadClientProcess load = new LoadClientProcess(cores, options.target().resolve("load.log"));
				Fleet fleet = new Fleet(options)) {
			Bench bench = new Bench(options, fleet, load, results);
			for (Scenario scenario : SCENARIOS) {
				if (options.runsScenario(scenario.name())) {
					System.out.printf("%s after %d s%n", scenario.name(),
							Duration.between(start, Instant.now()).toSeconds());
					scenario.run(bench);
				}
			}
		}
		String loadClient = (cores.areShared()) ? "The load client shares the cores with the servers."
				: "The load client has a core of its own.";
		Report.write(results, options.target(), loadClient, Duration.between(start, Instant.now()));
	}

}
