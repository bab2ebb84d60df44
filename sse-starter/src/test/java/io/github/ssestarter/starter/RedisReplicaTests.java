package io.github.ssestarter.starter;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RedisServer;
import io.github.ssestarter.starter.testsupport.RedisUser;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes that know a master and its replica, by a user that may do no more than the
 * guide says. Somebody makes the replica the master.
 */
@Tag("stress")
class RedisReplicaTests {

	@TempDir
	private Path folder;

	@ParameterizedTest
	@EnumSource
	void eventsGoOnAtTheReplicaOnceItIsTheMaster(RedisServer.Version version) {
		try (RedisServer master = RedisServer.start(version, this.folder);
				RedisServer replica = RedisServer.start(version, this.folder, "--replicaof", "127.0.0.1",
						Integer.toString(master.port()))) {
			replica.awaitReplication();
			RedisUser.create(master.commands());
			RedisUser.create(replica.commands());
			// The replica first, so that the order does not tell
			String nodes = "127.0.0.1:" + replica.port() + ",127.0.0.1:" + master.port();
			try (TestApplication left = start(nodes);
					TestApplication right = start(nodes);
					SseTestClient client = right.connect("/orders")) {
				Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> right.broadcaster().connectedCount() == 1);
				publish(left, "before");
				await(client, "before");
				assertThat(master.commands().waitForReplication(1, 10_000)).isEqualTo(1);
				assertThat(RedisUser.denied(master.commands())).isEmpty();
				master.kill();
				replica.commands().replicaofNoOne();
				publish(left, "after");
				await(client, "after");
				assertThat(client.events()).noneMatch((event) -> "sse-gap".equals(event.name()));
				assertThat(RedisUser.denied(replica.commands())).isEmpty();
			}
		}
	}

	private static TestApplication start(String nodes) {
		return TestApplication.startNode(Container.TOMCAT, Orders.class, 1,
				"spring.data.redis.masterreplica.nodes=" + nodes, "spring.data.redis.username=" + RedisUser.NAME,
				"spring.data.redis.password=" + RedisUser.PASSWORD);
	}

	private static void publish(TestApplication node, String order) {
		node.broadcaster()
			.publish(SseAudience.topic("orders"), SseEvent.of("order", order))
			.orTimeout(60, TimeUnit.SECONDS)
			.join();
	}

	private static void await(SseTestClient client, String order) {
		Awaitility.await()
			.atMost(30, TimeUnit.SECONDS)
			.until(() -> client.events().stream().anyMatch((event) -> order.equals(event.data())));
	}

	@RestController
	static class Orders {

		@GetMapping("/orders")
		void orders(SseStream stream) {
			stream.join("orders");
		}

	}

}
