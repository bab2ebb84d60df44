package io.github.ssestarter.fanout.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.shard.Frames.HeartbeatMode;
import io.github.ssestarter.fanout.shard.ShardSettings.OnLag;
import io.github.ssestarter.fanout.shard.ShardsInside;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryWindow;
import io.github.ssestarter.history.TopicPatterns;

/**
 * An engine and its clients, to which everything happens in an order that a seed decides.
 */
public final class ModelWorld {

	public static final List<String> TOPICS = List.of("a/1", "a/2", "b/1", "b");

	public static final List<String> PATTERNS = List.of("a/*", "*/1", "b/**", "{any}/{number}");

	private static final List<String> USERS = List.of("u0", "u1");

	private static final int CLIENTS = 7;

	private final Random random;

	private final List<ModelClient> clients = new ArrayList<>();

	private final Map<ModelClient, ModelConnection> connections = new LinkedHashMap<>();

	private final ModelCluster cluster;

	private final ModelLog log;

	private int ownIds;

	private boolean isSettling;

	/** Whether other threads did something while a shard turned. */
	private boolean isDisturbed;

	/**
	 * A world in which nothing has happened.
	 * @param nodes how many nodes share the log; one keeps it in memory
	 */
	public ModelWorld(long seed, boolean isIdWithoutDataIgnored, int nodes) {
		this.random = new Random(seed);
		this.cluster = (nodes == 1) ? new SingleNode(this::engine)
				: new ScriptedNodes(nodes, this.random, this::engine);
		this.log = this.cluster.log();
		for (int i = 0; i < CLIENTS; i++) {
			String user = (i % 3 < 2) ? USERS.get(i % 3) : null;
			this.clients.add(new ModelClient("c" + i, user, isIdWithoutDataIgnored, this.log));
		}
	}

	private TestEngine engine() {
		TestEngine engine = new TestEngine();
		engine.random = this.random;
		engine.threads = 1 + this.random.nextInt(3);
		engine.maxEvents = 2 + this.random.nextInt((this.random.nextBoolean()) ? 8 : 200);
		engine.maxBytes = (this.random.nextInt(3) == 0) ? 3_000 : 1_000_000;
		engine.maxAge = Duration.ofSeconds((this.random.nextInt(3) == 0) ? 5 : 600);
		engine.past = (this.random.nextBoolean()) ? 1 + this.random.nextInt(5) : engine.past;
		engine.onLag = OnLag.values()[this.random.nextInt(3)];
		engine.heartbeat = Duration.ofSeconds(2);
		engine.heartbeatMode = HeartbeatMode.values()[this.random.nextInt(2)];
		engine.writeTimeout = Duration.ofSeconds(30);
		if (this.random.nextBoolean()) {
			engine.windows = List.of(window("a/*", engine, false), window("b/1", engine, this.random.nextBoolean()));
		}
		return engine;
	}

	private HistoryWindow window(String topics, TestEngine engine, boolean isLatestKept) {
		EventHistory.Limits limits = new EventHistory.Limits(2 + this.random.nextInt(12), engine.maxBytes,
				engine.maxAge);
		return new HistoryWindow(TopicPatterns.matcher(topics), limits, isLatestKept);
	}

	public int received() {
		return this.clients.stream().mapToInt(ModelClient::received).sum();
	}

	public int gaps() {
		return this.clients.stream().mapToInt(ModelClient::gaps).sum();
	}

	/**
	 * One thing happens.
	 */
	public void step() {
		ModelClient client = this.clients.get(this.random.nextInt(CLIENTS));
		ModelConnection connection = this.connections.get(client);
		int dice = this.random.nextInt(1000);
		this.cluster.step();
		if (dice < 346) {
			append();
		}
		else if (dice < 350) {
			this.cluster.close(audience());
		}
		else if (dice < 600) {
			turn();
		}
		else if (dice < 660) {
			node().engine().nanoTime.addAndGet(this.random.nextLong((dice < 625) ? 4_000_000_000L : 400_000_000L));
		}
		else if (dice < 680) {
			node().engine().millis.addAndGet(this.random.nextInt(20) - 10);
		}
		else if (dice < 681) {
			restart();
		}
		else if (dice < 682) {
			settle();
		}
		else if (connection == null) {
			this.connections.put(client, connect(client));
		}
		else if (connection.isAttached()) {
			attached(connection, client, dice);
		}
		else {
			detached(connection, client, dice);
		}
	}

	private ModelConnection connect(ModelClient client) {
		int dice = this.random.nextInt(20);
		if (dice < 2) {
			client.presentForeign(this.clients.get(this.random.nextInt(CLIENTS)).lastEventId());
		}
		else if (dice == 2) {
			client.presentForeign(ownId());
		}
		return new ModelConnection(node(), this.log, client, this.random, this::meanwhile);
	}

	/**
	 * What other threads do while a shard turns.
	 */
	private void meanwhile() {
		int dice = this.random.nextInt(50);
		if (this.isSettling || dice > 4) {
			return;
		}
		this.isDisturbed = true;
		append();
		this.cluster.step();
		ModelConnection connection = this.connections.get(this.clients.get(this.random.nextInt(CLIENTS)));
		if (connection != null) {
			switch (dice) {
				case 0 -> connection.send();
				case 1 -> connection.join();
				case 2 -> connection.leave();
				default -> {
				}
			}
		}
	}

	private void attached(ModelConnection connection, ModelClient client, int dice) {
		if (dice < 760) {
			connection.join();
		}
		else if (dice < 800) {
			connection.leave();
		}
		else if (dice < 850) {
			connection.commit();
		}
		else if (dice < 870) {
			cut(connection, client);
		}
		else {
			connection.detach();
		}
	}

	private void detached(ModelConnection connection, ModelClient client, int dice) {
		if (dice < 710) {
			connection.join();
		}
		else if (dice < 740) {
			connection.leave();
		}
		else if (dice < 800) {
			connection.send();
		}
		else if (dice < 960) {
			connection.changeReadiness();
		}
		else if (dice < 995) {
			cut(connection, client);
		}
		else {
			connection.complete();
		}
	}

	private void cut(ModelConnection connection, ModelClient client) {
		connection.cut();
		this.connections.remove(client);
	}

	private ModelNode node() {
		List<ModelNode> nodes = this.cluster.nodes();
		return nodes.get(this.random.nextInt(nodes.size()));
	}

	private void append() {
		SseAudience audience = audience();
		long position = this.log.size() + 1;
		String padding = "x"
			.repeat((this.random.nextInt(20) == 0) ? this.random.nextInt(12_000) : this.random.nextInt(50));
		String ownId = (this.random.nextInt(8) == 0) ? ownId() : null;
		String key = (this.random.nextInt(3) == 0) ? "k" + this.random.nextInt(2) : null;
		byte[] body = node().engine().formatter().formatBody(SseEvent.of("e" + position + " " + padding));
		this.cluster.publish(new Message.Event(audience, body, ownId, key));
	}

	/**
	 * One that no event has had, or one of a few that many have.
	 */
	private String ownId() {
		return (this.random.nextBoolean()) ? "own" + this.ownIds++ : "own-r" + this.random.nextInt(5);
	}

	private SseAudience audience() {
		SseAudience audience = simpleAudience();
		return switch (this.random.nextInt(12)) {
			case 0 -> audience.and(simpleAudience());
			case 1 -> audience.except(simpleAudience());
			default -> audience;
		};
	}

	private SseAudience simpleAudience() {
		return switch (this.random.nextInt(6)) {
			case 0 -> SseAudience.everyone();
			case 1 -> SseAudience.user(USERS.get(this.random.nextInt(2)));
			case 2 -> SseAudience.client("c" + this.random.nextInt(CLIENTS), "c" + this.random.nextInt(CLIENTS));
			case 3 -> SseAudience.topic(topic(), topic());
			default -> SseAudience.topic(topic());
		};
	}

	private String topic() {
		return TOPICS.get(this.random.nextInt(TOPICS.size()));
	}

	private void turn() {
		TestEngine engine = node().engine();
		if (this.random.nextInt(4) == 0) {
			engine.streams().carryOutOrders();
		}
		ShardsInside.turnOnce(engine.shards(), this.random.nextInt(engine.threads));
		read();
		ModelClient client = this.clients.get(this.random.nextInt(CLIENTS));
		ModelConnection connection = this.connections.get(client);
		if (this.isDisturbed && connection != null && this.random.nextInt(4) == 0) {
			cut(connection, client);
		}
		this.isDisturbed = false;
	}

	private void read() {
		for (ModelClient client : this.clients) {
			ModelConnection connection = this.connections.get(client);
			if (connection != null) {
				if (connection.hasEnded()) {
					connection.ended();
					this.connections.remove(client);
				}
				else {
					connection.take(false);
				}
			}
		}
	}

	/**
	 * Everybody comes back and is served.
	 */
	public void settle() {
		this.isSettling = true;
		this.cluster.catchUp();
		for (int i = 0; i < 3; i++) {
			for (ModelClient client : this.clients) {
				ModelConnection connection = this.connections.computeIfAbsent(client, (absent) -> connect(client));
				if (connection.isAttached()) {
					connection.detach();
				}
				connection.unblock();
			}
			for (ModelNode node : this.cluster.nodes()) {
				node.engine().streams().carryOutOrders();
				node.engine().turn();
			}
			read();
		}
		this.connections.values().forEach(ModelConnection::assertThatItIsServed);
		this.isSettling = false;
	}

	private void restart() {
		ModelNode gone = node();
		for (ModelClient client : this.clients) {
			ModelConnection connection = this.connections.get(client);
			if (connection != null && connection.node() == gone) {
				cut(connection, client);
			}
		}
		this.cluster.restart(gone);
	}

}
