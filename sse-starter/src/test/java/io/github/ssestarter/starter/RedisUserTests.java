package io.github.ssestarter.starter;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.ClusterRegistry;
import io.github.ssestarter.redis.ConnectionSettings;
import io.github.ssestarter.redis.LettuceConnector;
import io.github.ssestarter.redis.RedisRecords;
import io.github.ssestarter.redis.RedisRegistry;
import io.github.ssestarter.starter.testsupport.RedisNodes;
import io.github.ssestarter.starter.testsupport.RedisServer;
import io.github.ssestarter.starter.testsupport.RedisUser;
import io.github.ssestarter.test.backplane.BackplaneNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * The list of commands that {@code docs/scaling.md} gives for a user of Redis is enough,
 * and not longer than needed.
 */
class RedisUserTests {

	@TempDir
	private Path folder;

	@Test
	void aUserThatMayDoWhatTheGuideListsLacksNothingAndNeedsAll() {
		check(RedisServer.Version.newest());
	}

	@Tag("stress")
	@Test
	void aUserThatMayDoWhatTheGuideListsLacksNothingOnRedis6Either() {
		check(RedisServer.Version.EMBEDDED);
	}

	private void check(RedisServer.Version version) {
		try (RedisServer redis = RedisServer.start(version, this.folder); RedisNodes nodes = new RedisNodes()) {
			RedisCommands<String, String> commands = redis.commands();
			RedisUser.create(commands);
			// A publisher of years ago, which is forgotten when a log begins
			commands.hset(RedisNodes.KEY + ":publishers", "old", "0:1:1");
			BackplaneNode left = start(nodes, redis.port());
			BackplaneNode right = start(nodes, redis.port());
			share(redis);
			publish(left, "before");
			await(left, right, "before");
			commands.del(RedisNodes.KEY);
			publish(right, "after");
			await(left, right, "after");
			// Each node trims every five seconds
			Awaitility.await()
				.atMost(30, TimeUnit.SECONDS)
				.until(() -> commands.info("commandstats").contains("cmdstat_xtrim:"));
			nodes.close();
			assertThat(RedisUser.denied(commands)).isEmpty();
			assertThat(commands.hget(RedisNodes.KEY + ":publishers", "old")).isNull();
			List<String> needless = new ArrayList<>(RedisUser.commands());
			String called = commands.info("commandstats");
			needless.removeIf((command) -> called.contains("cmdstat_" + command + ":")
					|| called.contains("cmdstat_" + command + "|"));
			assertThat(needless).isEmpty();
		}
	}

	/**
	 * Has a node tell of a stream, and a ticket issued and used.
	 */
	private static void share(RedisServer redis) {
		LettuceConnector connector = LettuceConnector.to(uri(redis.port()),
				new ConnectionSettings(RedisNodes.KEY, 100_000, RedisNodes.TIMEOUT, Duration.ofSeconds(1), null));
		RedisRecords records = connector.records();
		RedisRegistry registry = new RedisRegistry(records, Duration.ofSeconds(3), 1, new SecureRandom(),
				System::nanoTime);
		registry.start(mock(ClusterRegistry.Listener.class));
		SseAudience.Member stream = mock(SseAudience.Member.class);
		given(stream.clientId()).willReturn("c1");
		given(stream.user()).willReturn("ada");
		registry.opened(stream);
		Awaitility.await()
			.atMost(30, TimeUnit.SECONDS)
			.until(() -> redis.commands().hexists(RedisNodes.KEY + ":clients", "c1")
					&& redis.commands().info("commandstats").contains("cmdstat_zrangebyscore:"));
		registry.ended(stream);
		Awaitility.await()
			.atMost(30, TimeUnit.SECONDS)
			.until(() -> !redis.commands().hexists(RedisNodes.KEY + ":clients", "c1"));
		registry.stop();
		records.setIfAbsent("ticket:1", new byte[] { 1 }, Duration.ofMinutes(1)).join();
		assertThat(records.take("ticket:1").join()).isEqualTo(new byte[] { 1 });
		records.close();
		connector.close();
	}

	private static BackplaneNode start(RedisNodes nodes, int port) {
		return new BackplaneNode(nodes.create(uri(port)));
	}

	private static RedisURI uri(int port) {
		return RedisURI.builder()
			.withHost("127.0.0.1")
			.withPort(port)
			.withAuthentication(RedisUser.NAME, RedisUser.PASSWORD)
			.build();
	}

	private static void publish(BackplaneNode node, String text) {
		node.publish(text).orTimeout(30, TimeUnit.SECONDS).join();
	}

	private static void await(BackplaneNode left, BackplaneNode right, String text) {
		Awaitility.await()
			.atMost(30, TimeUnit.SECONDS)
			.until(() -> left.texts().contains(text) && right.texts().contains(text));
	}

}
