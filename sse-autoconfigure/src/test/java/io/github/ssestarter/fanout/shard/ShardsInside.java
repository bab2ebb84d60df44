package io.github.ssestarter.fanout.shard;

/**
 * Shows the inside of shards to tests in other packages.
 */
public final class ShardsInside {

	private ShardsInside() {
	}

	/**
	 * Turns all shards until they have nothing more to do.
	 */
	public static void turn(Shards shards) {
		for (Shard shard : shards.all()) {
			int turns = 0;
			while (shard.turn()) {
				if (++turns > 10_000) {
					throw new AssertionError("The shard never comes to rest");
				}
			}
		}
	}

	/**
	 * Turns one shard once.
	 */
	public static void turnOnce(Shards shards, int number) {
		shards.all().get(number).turn();
	}

	public static int connections(Shards shards) {
		return shards.all().stream().mapToInt(Shard::connectionCount).sum();
	}

	/**
	 * Ends the first shard, as its thread would when it is stopped.
	 */
	public static void end(Shards shards) {
		Shard shard = shards.all().get(0);
		shard.mailbox().stop();
		shard.run();
	}

}
