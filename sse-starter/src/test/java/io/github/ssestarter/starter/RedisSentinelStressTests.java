package io.github.ssestarter.starter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.RedisURI;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.starter.testsupport.RedisNodes;
import io.github.ssestarter.starter.testsupport.RedisServer;
import io.github.ssestarter.test.backplane.BackplaneNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A master is killed, and sentinels make its replica the master.
 */
@Tag("stress")
class RedisSentinelStressTests {

	@TempDir
	private Path folder;

	@ParameterizedTest
	@EnumSource
	void aFailoverWithTheTailLosesNothingThoughASentinelIsSilent(RedisServer.Version version) throws IOException {
		try (RedisServer master = RedisServer.start(version, this.folder);
				RedisServer replica = RedisServer.start(version, this.folder, "--replicaof", "127.0.0.1",
						Integer.toString(master.port()));
				RedisServer sentinel = RedisServer.startSentinel(version, this.folder, master.port());
				ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
				RedisNodes nodes = new RedisNodes()) {
			replica.awaitReplication();
			RedisURI uri = RedisURI.builder()
				.withSentinel("127.0.0.1", silent.getLocalPort())
				.withSentinel("127.0.0.1", sentinel.port())
				.withSentinelMasterId("events")
				.build();
			BackplaneNode left = new BackplaneNode(nodes.create(uri));
			BackplaneNode right = new BackplaneNode(nodes.create(uri));
			List<CompletableFuture<EventId>> places = new ArrayList<>();
			publish(left, "before", places);
			places.forEach((place) -> place.orTimeout(60, TimeUnit.SECONDS).join());
			// Sentinel learns of replicas every ten seconds
			Awaitility.await()
				.atMost(30, TimeUnit.SECONDS)
				.until(() -> !left.texts().isEmpty() && sentinel.knowsReplica("events"));
			assertThat(master.commands().waitForReplication(1, 10_000)).isEqualTo(1);
			master.kill();
			publish(right, "meanwhile", places);
			places.forEach((place) -> place.orTimeout(60, TimeUnit.SECONDS).join());
			publish(left, "after", places);
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> left.texts().size() == 300 && right.texts().size() == 300);
			assertThat(left.texts()).doesNotHaveDuplicates().isEqualTo(right.texts());
			assertThat(left.begins()).hasSize(1);
			assertThat(right.begins()).hasSize(1);
		}
	}

	private static void publish(BackplaneNode node, String name, List<CompletableFuture<EventId>> places) {
		for (int i = 0; i < 100; i++) {
			places.add(node.publish(name + i));
		}
	}

}
