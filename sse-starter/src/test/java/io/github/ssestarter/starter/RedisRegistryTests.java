package io.github.ssestarter.starter;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.api.sync.RedisCommands;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.ClusterRegistry;
import io.github.ssestarter.backplane.ClusterRegistry.Place;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.redis.ConnectionSettings;
import io.github.ssestarter.redis.LettuceConnector;
import io.github.ssestarter.redis.RedisRecords;
import io.github.ssestarter.redis.RedisRegistry;
import io.github.ssestarter.starter.testsupport.RedisNodes;
import io.github.ssestarter.starter.testsupport.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what nodes know of each other, with a real Redis and without applications.
 */
class RedisRegistryTests {

	private static final Duration NODE_TIMEOUT = Duration.ofSeconds(3);

	@TempDir
	private Path folder;

	private RedisServer redis;

	private final List<Node> nodes = new ArrayList<>();

	@BeforeEach
	void startRedis() {
		this.redis = RedisServer.start(RedisServer.Version.newest(), this.folder);
	}

	@AfterEach
	void stop() {
		this.nodes.forEach(Node::stop);
		if (this.redis != null) {
			this.redis.close();
		}
	}

	@Test
	void aUserComesWithTheFirstStreamAnywhereAndGoesWithTheLast() {
		Node left = start();
		Node right = start();
		Stream first = left.opened("a", "ada");
		await().untilAsserted(() -> assertThat(left.news).containsExactly("online ada"));
		Stream second = right.opened("b", "ada");
		right.opened("c", "bob");
		right.opened("d", null);
		await().untilAsserted(() -> assertThat(right.news).containsExactly("online bob"));
		left.registry.ended(first);
		left.opened("e", "eve");
		await().untilAsserted(() -> assertThat(left.news).containsExactly("online ada", "online eve"));
		right.registry.ended(second);
		await().untilAsserted(() -> assertThat(right.news).containsExactly("online bob", "offline ada"));
	}

	@Test
	void aClientsOlderStreamIsToldOfAndOnlyThatOneIsReplaced() {
		Node left = start();
		Node right = start();
		Stream older = left.opened("a", "ada");
		await().until(() -> place(right, "a") != null);
		Place found = place(right, "a");
		assertThat(found.user()).isEqualTo("ada");
		assertThat(place(left, "a")).isNull();
		assertThat(place(right, "b")).isNull();
		right.opened("a", "ada");
		await().untilAsserted(() -> assertThat(right.news).containsExactly("replaces a"));
		assertThat(right.older).containsExactly(found);
		left.registry.receive(new Message.Replace(found.node(), "a", found.stream() + 1));
		left.registry.receive(new Message.Replace("another", "a", found.stream()));
		assertThat(left.replaced).isEmpty();
		left.registry.receive(new Message.Replace(found.node(), "a", found.stream()));
		assertThat(left.replaced).containsExactly(older);
		left.registry.ended(older);
		left.opened("z", "zoe");
		await().untilAsserted(() -> assertThat(left.news).containsExactly("online ada", "online zoe"));
		assertThat(place(left, "a")).isNotNull();
	}

	@Test
	void theUsersOfANodeThatDiesGoOnceInTime() {
		Node left = start();
		Node right = start();
		Node dying = start();
		dying.opened("a", "ada");
		dying.opened("b", "bob");
		await().untilAsserted(() -> assertThat(dying.news).hasSize(2));
		left.opened("c", "bob");
		await().until(() -> place(right, "c") != null);
		long died = System.nanoTime();
		dying.die();
		await().until(() -> !left.news.isEmpty() || !right.news.isEmpty());
		assertThat(Duration.ofNanos(System.nanoTime() - died)).isLessThan(NODE_TIMEOUT.plusSeconds(1));
		await().until(() -> this.redis.commands().zcard("{sse}:log:nodes") == 2);
		List<String> all = new ArrayList<>(left.news);
		all.addAll(right.news);
		assertThat(all).containsExactly("offline ada");
		assertThat(place(right, "a")).isNull();
	}

	@Test
	void aNodeThatWasHeldUpIsThereAgainAndHasLostToWhoeverCameSince() {
		Node left = start();
		Node right = start();
		Stream older = left.opened("a", "ada");
		left.opened("b", "bob");
		await().until(() -> place(right, "b") != null);
		// As if it had been paused, and others had removed it
		this.redis.commands().del("{sse}:log:clients", "{sse}:log:users");
		this.redis.commands().zrem("{sse}:log:nodes", place(this.redis.commands().keys("{sse}:log:node:*")));
		right.opened("a", "ada");
		await().until(() -> place(right, "b") != null);
		await().untilAsserted(() -> assertThat(left.replaced).containsExactly(older));
		assertThat(right.news).doesNotContain("replaces a");
	}

	@Test
	void whatRedisHasLostIsToldItAgain() {
		Node left = start();
		Node right = start();
		left.opened("a", "ada");
		await().until(() -> place(right, "a") != null);
		this.redis.commands().flushall();
		await().until(() -> place(right, "a") != null);
		this.redis.freeze();
		Stream second = left.opened("b", "bob");
		left.registry.ended(second);
		left.opened("c", "eve");
		this.redis.thaw();
		await().until(() -> place(right, "c") != null);
		assertThat(place(right, "b")).isNull();
		assertThat(right.news).isEmpty();
	}

	@Test
	void whatAnOlderStateOfRedisLacksIsToldItAgain() {
		Node left = start();
		Node right = start();
		Stream ended = left.opened("a", "ada");
		await().ignoreExceptions().until(() -> place(right, "a") != null);
		RedisCommands<String, String> commands = this.redis.commands();
		Map<String, byte[]> older = new HashMap<>();
		commands.keys("*").forEach((key) -> older.put(key, commands.dump(key)));
		left.registry.ended(ended);
		Stream open = left.opened("b", "bob");
		right.opened("c", "eve");
		await().ignoreExceptions()
			.until(() -> place(right, "b") != null && place(left, "c") != null && place(right, "a") == null);
		commands.multi();
		commands.flushall();
		older.forEach((key, value) -> commands.restore(key, 0, value));
		commands.exec();
		await().ignoreExceptions()
			.until(() -> place(right, "b") != null && place(left, "c") != null && place(right, "a") == null);
		await().ignoreExceptions()
			.until(() -> commands.hgetall("{sse}:log:users").equals(Map.of("ubob", "1", "ueve", "1")));
		await().ignoreExceptions().until(() -> commands.zcard("{sse}:log:nodes") == 2);
		assertThat(left.replaced).isEmpty();
		left.registry.ended(open);
		await().ignoreExceptions().until(() -> place(right, "b") == null);
	}

	@Test
	void aNodeKnowsWhatOthersHaveAndWhoHasAsManyStreamsAsOneMayHave() {
		Node left = start();
		Node right = start();
		left.opened("a", "ada");
		Stream second = left.opened("b", "ada");
		left.opened("c", "bob");
		right.opened("d", "bob");
		await().until(() -> right.registry.elsewhere() == 3 && left.registry.elsewhere() == 1);
		await().until(() -> right.registry.elsewhere("ada") == 2);
		await().until(() -> left.registry.elsewhere("bob") == 1 && right.registry.elsewhere("bob") == 1);
		assertThat(left.registry.elsewhere("ada")).isZero();
		assertThat(right.registry.isOnline("ada")).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(true);
		assertThat(right.registry.isOnline("eve")).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(false);
		left.registry.ended(second);
		await().until(() -> right.registry.elsewhere("ada") == 0 && right.registry.elsewhere() == 2);
		this.redis.stop();
		await().until(() -> right.registry.elsewhere() == 0 && left.registry.elsewhere("bob") == 0);
	}

	@Test
	void anOutageOfRedisIsNoDeathOfNodes() {
		Node left = start();
		Node right = start();
		left.opened("a", "ada");
		right.opened("b", "bob");
		await().until(() -> place(right, "a") != null && place(left, "b") != null);
		// So long that each of them removes those that are dead
		long started = System.nanoTime();
		await().until(() -> System.nanoTime() - started > NODE_TIMEOUT.toNanos());
		this.redis.freeze();
		long frozen = System.nanoTime();
		await().until(() -> System.nanoTime() - frozen > NODE_TIMEOUT.toNanos());
		this.redis.thaw();
		left.opened("c", "eve");
		right.opened("d", "zoe");
		await().ignoreExceptions().until(() -> place(right, "c") != null && place(left, "d") != null);
		long thawed = System.nanoTime();
		await().until(() -> System.nanoTime() - thawed > NODE_TIMEOUT.toNanos());
		assertThat(left.news).containsExactly("online ada", "online eve");
		assertThat(right.news).containsExactly("online bob", "online zoe");
	}

	@Test
	void aNodeThatStopsLeavesNothing() {
		Node left = start();
		Stream stream = left.opened("a", "ada");
		await().until(() -> !left.news.isEmpty());
		left.registry.ended(stream);
		left.stop();
		assertThat(left.news).containsExactly("online ada", "offline ada");
		assertThat(this.redis.commands().keys("*")).isEmpty();
	}

	private String[] place(List<String> keys) {
		return keys.stream().map((key) -> key.substring(key.lastIndexOf(':') + 1)).toArray(String[]::new);
	}

	private static @Nullable Place place(Node node, String client) {
		return node.registry.find(client).orTimeout(30, TimeUnit.SECONDS).join();
	}

	private Node start() {
		Node node = new Node(LettuceConnector.to(RedisNodes.node(this.redis.port()),
				new ConnectionSettings(RedisNodes.KEY, 100_000, Duration.ofSeconds(2), Duration.ofSeconds(1), null)));
		this.nodes.add(node);
		node.registry.start(node);
		return node;
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(30, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS);
	}

	/**
	 * A stream.
	 *
	 * @param clientId its client
	 * @param user its user
	 */
	private static final class Stream implements SseAudience.Member {

		private final String clientId;

		private final @Nullable String user;

		Stream(String clientId, @Nullable String user) {
			this.clientId = clientId;
			this.user = user;
		}

		@Override
		public String clientId() {
			return this.clientId;
		}

		@Override
		public @Nullable String user() {
			return this.user;
		}

		@Override
		public boolean isJoined() {
			return true;
		}

		@Override
		public boolean hears(String topic) {
			return false;
		}

	}

	/**
	 * A node without streams but for those that it is said to have.
	 */
	private static final class Node implements ClusterRegistry.Listener {

		private final LettuceConnector connector;

		private final RedisRecords records;

		private final RedisRegistry registry;

		private final List<String> news = new CopyOnWriteArrayList<>();

		private final List<Place> older = new CopyOnWriteArrayList<>();

		private final List<SseAudience.Member> replaced = new CopyOnWriteArrayList<>();

		Node(LettuceConnector connector) {
			this.connector = connector;
			this.records = connector.records();
			this.registry = new RedisRegistry(this.records, NODE_TIMEOUT, 2, new SecureRandom(), System::nanoTime);
		}

		Stream opened(String clientId, @Nullable String user) {
			Stream stream = new Stream(clientId, user);
			this.registry.opened(stream);
			return stream;
		}

		void die() {
			this.records.close();
		}

		void stop() {
			this.registry.stop();
			this.records.close();
			this.connector.close();
		}

		@Override
		public void online(String user) {
			this.news.add("online " + user);
		}

		@Override
		public void offline(String user) {
			this.news.add("offline " + user);
		}

		@Override
		public void tell() {
		}

		@Override
		public void replaces(String clientId, Place older) {
			this.news.add("replaces " + clientId);
			this.older.add(older);
		}

		@Override
		public void replaced(SseAudience.Member stream) {
			this.replaced.add(stream);
		}

	}

}
