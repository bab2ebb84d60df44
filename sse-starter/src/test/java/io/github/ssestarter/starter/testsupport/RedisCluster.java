package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.lettuce.core.MigrateArgs;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import org.awaitility.Awaitility;

/**
 * A cluster of three masters. Of Redis 7, where the port at which nodes speak to each
 * other can be set.
 */
public final class RedisCluster implements AutoCloseable {

	private static final int SLOTS = 16_384;

	private static final int MASTERS = 3;

	private final Path folder;

	private final List<RedisServer> servers = new ArrayList<>();

	private final List<RedisCommands<String, String>> commands = new ArrayList<>();

	private RedisCluster(Path folder) {
		this.folder = folder;
	}

	/**
	 * Starts it, and waits until it takes commands.
	 */
	public static RedisCluster start(Path folder) {
		RedisCluster cluster = new RedisCluster(folder);
		try {
			for (int i = 0; i < MASTERS; i++) {
				cluster.add();
				int from = SLOTS * i / MASTERS;
				cluster.commands.get(i).clusterAddSlots(IntStream.range(from, SLOTS * (i + 1) / MASTERS).toArray());
			}
			cluster.awaitInfo((info) -> info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3"));
			return cluster;
		}
		catch (RuntimeException | Error ex) {
			cluster.close();
			throw ex;
		}
	}

	private void add() {
		int bus = freePort();
		RedisServer server = RedisServer.start(RedisServer.Version.INSTALLED, this.folder, "--cluster-enabled", "yes",
				"--cluster-port", Integer.toString(bus), "--cluster-node-timeout", "2000", "--cluster-announce-ip",
				"127.0.0.1");
		this.servers.add(server);
		RedisCommands<String, String> own = server.commands();
		this.commands.add(own);
		own.clusterSetConfigEpoch(this.servers.size());
		CommandArgs<String, String> meet = new CommandArgs<>(StringCodec.UTF8).add("MEET")
			.add("127.0.0.1")
			.add(server.port())
			.add(bus);
		this.commands.get(0).dispatch(CommandType.CLUSTER, new StatusOutput<>(StringCodec.UTF8), meet);
	}

	private static int freePort() {
		try {
			return ProxyServer.freePort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Adds a replica of the master that has a key, and waits until it has all.
	 */
	public void addReplica(String key) {
		String master = id(owner(key));
		add();
		RedisCommands<String, String> replica = this.commands.get(MASTERS);
		awaitInfo((info) -> info.contains("cluster_known_nodes:4"));
		Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> replica.clusterNodes().contains(master));
		replica.clusterReplicate(master);
		this.servers.get(MASTERS).awaitReplication();
	}

	private void awaitInfo(Predicate<String> condition) {
		Awaitility.await()
			.atMost(30, TimeUnit.SECONDS)
			.pollInterval(20, TimeUnit.MILLISECONDS)
			.until(() -> this.commands.stream().allMatch((node) -> condition.test(node.clusterInfo())));
	}

	/**
	 * The nodes, as properties name them.
	 */
	public String nodes() {
		return this.servers.stream().map((server) -> "127.0.0.1:" + server.port()).collect(Collectors.joining(","));
	}

	public void onEach(Consumer<RedisCommands<String, String>> action) {
		this.commands.forEach(action);
	}

	/**
	 * Ends the master that has a key as {@code kill -9} does.
	 */
	public void killOwner(String key) {
		this.servers.get(owner(key)).kill();
	}

	/**
	 * Moves some keys, which are all that there are of their slot, to another master.
	 */
	public void move(String... keys) {
		int slot = slot(keys[0]);
		int from = owner(keys[0]);
		int to = (from + 1) % MASTERS;
		this.commands.get(to).clusterSetSlotImporting(slot, id(from));
		this.commands.get(from).clusterSetSlotMigrating(slot, id(to));
		for (String key : keys) {
			this.commands.get(from)
				.migrate("127.0.0.1", this.servers.get(to).port(), 0, 5_000, MigrateArgs.Builder.key(key));
		}
		for (int i : new int[] { to, from, 3 - to - from }) {
			this.commands.get(i).clusterSetSlotNode(slot, id(to));
		}
	}

	private int slot(String key) {
		return this.commands.get(0).clusterKeyslot(key).intValue();
	}

	/** Nobody moves slots but {@link #move}, and each is within one master. */
	private int owner(String key) {
		int slot = slot(key);
		return IntStream.range(0, MASTERS)
			.filter((i) -> Arrays.stream(this.commands.get(i).clusterNodes().split("\n"))
				.filter((line) -> line.contains("myself"))
				.flatMap((line) -> Arrays.stream(line.split(" ")).skip(8))
				.filter((range) -> !range.startsWith("["))
				.map((range) -> range.split("-"))
				.anyMatch((range) -> Integer.parseInt(range[0]) <= slot
						&& slot <= Integer.parseInt(range[range.length - 1])))
			.findFirst()
			.orElseThrow();
	}

	private String id(int node) {
		return this.commands.get(node).clusterMyId();
	}

	@Override
	public void close() {
		this.servers.forEach(RedisServer::close);
	}

}
