package io.github.ssestarter.starter;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RedisCluster;
import io.github.ssestarter.starter.testsupport.RedisNodes;
import io.github.ssestarter.starter.testsupport.RedisUser;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;
import io.github.ssestarter.test.SseTestEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes whose log is in a cluster of Redis, by a user that may do no more than the
 * guide says.
 */
@Tag("stress")
class RedisClusterTests {

	private static final String PUBLISHERS = RedisNodes.KEY + ":publishers";

	@TempDir
	private Path folder;

	private RedisCluster cluster;

	private TestApplication left;

	private TestApplication right;

	private SseTestClient client;

	@BeforeEach
	void startCluster() {
		this.cluster = RedisCluster.start(this.folder);
	}

	@AfterEach
	void stop() {
		for (AutoCloseable closeable : new AutoCloseable[] { this.client, this.left, this.right, this.cluster }) {
			if (closeable != null) {
				try {
					closeable.close();
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			}
		}
	}

	@Test
	void eventsCrossTwoNodesAlsoWhileTheLogIsMovedToAnotherMaster() {
		startNodes();
		publish(0, 100);
		awaitNumbers(100);
		Thread publishing = new Thread(() -> publish(100, 300));
		publishing.start();
		Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> numbers().size() > 150);
		this.cluster.move(RedisNodes.KEY, PUBLISHERS);
		awaitNumbers(300);
		this.cluster.onEach((redis) -> assertThat(RedisUser.denied(redis)).isEmpty());
	}

	@Test
	void aMasterThatIsKilledIsReplacedByItsReplicaAndNothingIsLost() {
		this.cluster.addReplica(RedisNodes.KEY);
		startNodes();
		publish(0, 100);
		awaitNumbers(100);
		this.cluster.killOwner(RedisNodes.KEY);
		publish(100, 200);
		awaitNumbers(200);
	}

	private void startNodes() {
		this.cluster.onEach(RedisUser::create);
		this.left = startNode();
		this.right = startNode();
		this.client = this.right.connect("/numbers");
		Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> this.right.broadcaster().connectedCount() == 1);
	}

	private TestApplication startNode() {
		return TestApplication.startNode(Container.TOMCAT, Numbers.class, 1,
				"spring.data.redis.cluster.nodes=" + this.cluster.nodes(),
				"spring.data.redis.username=" + RedisUser.NAME, "spring.data.redis.password=" + RedisUser.PASSWORD);
	}

	/**
	 * By turns, one after the other, so that their order is known.
	 */
	private void publish(int from, int to) {
		for (int number = from; number < to; number++) {
			((number % 2 == 0) ? this.left : this.right).broadcaster()
				.publish(SseAudience.topic("numbers"), SseEvent.of("number", number))
				.orTimeout(60, TimeUnit.SECONDS)
				.join();
		}
	}

	private void awaitNumbers(int count) {
		Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> numbers().size() >= count);
		assertThat(numbers()).isEqualTo(IntStream.range(0, count).mapToObj(Integer::toString).toList());
		assertThat(this.client.events()).noneMatch((event) -> "sse-gap".equals(event.name()));
	}

	private List<String> numbers() {
		return this.client.events()
			.stream()
			.filter((event) -> "number".equals(event.name()))
			.map(SseTestEvent::data)
			.toList();
	}

	@RestController
	static class Numbers {

		@GetMapping("/numbers")
		void numbers(SseStream stream) {
			stream.join("numbers");
		}

	}

}
