package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.ssestarter.benchmarks.load.Wire;
import io.github.ssestarter.benchmarks.server.Peer;
import io.github.ssestarter.benchmarks.server.PublishOrder;

/**
 * What 990 clients receive while 10 others never read, whose sockets are full. Some
 * servers are of no use afterwards, so each is stopped.
 *
 * @param peers who is measured
 */
record StalledScenario(List<Peer> peers) implements Scenario {

	private static final int STALLED = 10;

	private static final int READERS = 990;

	private static final PublishOrder FILL = new PublishOrder(1, 100, 0, 64 * 1024, 0);

	private static final int RATE = 50;

	private static final double SECONDS = 4;

	private static final long WARM_UP = 3000;

	@Override
	public String name() {
		return "stalled";
	}

	@Override
	public void run(Bench bench) throws IOException {
		for (Peer peer : bench.present(this.peers)) {
			ServerProcess server = bench.fleet().get(peer);
			bench.load().connect("stalled", server.order(STALLED, 1).allStalled());
			fill(server);
			Session session = bench.session(peer, READERS, 1, 100);
			session.round(RATE, RATE, WARM_UP);
			int count = bench.options().scaled(SECONDS, RATE);
			long timeout = TimeUnit.SECONDS.toMillis(count / RATE + 2);
			bench.add(name(), peer, session.round(count, RATE, timeout).metrics());
			bench.load().close(peer.id());
			bench.load().close("stalled");
			bench.fleet().stop(peer, Wire.PLAIN);
		}
	}

	private static void fill(ServerProcess server) {
		CompletableFuture<Void> filled = CompletableFuture.runAsync(() -> {
			try {
				server.publish(FILL);
			}
			catch (IOException ex) {
				System.err.println(ex);
			}
		});
		filled.completeOnTimeout(null, 5, TimeUnit.SECONDS).join();
	}

}
