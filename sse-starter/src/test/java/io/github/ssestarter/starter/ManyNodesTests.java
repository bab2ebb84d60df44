package io.github.ssestarter.starter;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.jayway.jsonpath.JsonPath;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RedisServer;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;
import io.github.ssestarter.test.SseTestEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes of an application, with real clients, and the log in one Redis.
 */
class ManyNodesTests {

	@TempDir
	private Path folder;

	private RedisServer redis;

	@BeforeEach
	void startRedis() {
		this.redis = RedisServer.start(RedisServer.Version.newest(), this.folder);
	}

	@AfterEach
	void stopRedis() {
		if (this.redis != null) {
			this.redis.close();
		}
	}

	@Test
	void clientsOfAllNodesHearTheSameAndComeBackToAnyNode() {
		try (TestApplication left = start(Container.TOMCAT); TestApplication right = start(Container.JETTY)) {
			SseTestClient first = connect(left);
			SseTestClient second = connect(right);
			for (int i = 0; i < 20; i++) {
				((i % 2 == 0) ? left : right).broadcaster()
					.publish(SseAudience.topic("orders"), SseEvent.of("order", i))
					.orTimeout(30, TimeUnit.SECONDS)
					.join();
			}
			await().until(() -> orders(first).size() == 20 && orders(second).size() == 20);
			assertThat(orders(first)).isEqualTo(numbers(0, 20)).isEqualTo(orders(second));
			assertThat(ids(first)).isEqualTo(ids(second));
			first.close();
			left.broadcaster().send(SseAudience.topic("orders"), "order", 20);
			right.broadcaster().send(SseAudience.topic("orders"), "order", 21);
			await().until(() -> orders(second).size() == 22);
			// It was at the other node before
			try (SseTestClient again = right.to("/orders").header("Last-Event-ID", ids(first).get(9)).connect()) {
				await().until(() -> orders(again).size() == 12);
				assertThat(again.events()).noneMatch((event) -> "sse-gap".equals(event.name()));
				assertThat(orders(again)).containsExactlyInAnyOrderElementsOf(numbers(10, 22));
				assertThat(orders(again).subList(0, 10)).isEqualTo(numbers(10, 20));
				left.broadcaster().close(SseAudience.topic("orders"));
				await().until(() -> !again.isOpen() && !second.isOpen());
			}
		}
	}

	@Test
	void aNodeThatIsStartedAgainKnowsWhereClientsWere() {
		try (TestApplication left = start(Container.TOMCAT)) {
			String id;
			try (TestApplication right = start(Container.TOMCAT); SseTestClient client = connect(right)) {
				left.broadcaster().send(SseAudience.topic("orders"), "order", 0);
				await().until(() -> orders(client).size() == 1);
				id = ids(client).get(0);
			}
			left.broadcaster().send(SseAudience.topic("orders"), "order", 1);
			try (TestApplication again = start(Container.TOMCAT);
					SseTestClient client = again.to("/orders").header("Last-Event-ID", id).connect()) {
				await().until(() -> orders(client).size() == 1);
				assertThat(orders(client)).isEqualTo(numbers(1, 2));
				assertThat(client.events()).noneMatch((event) -> "sse-gap".equals(event.name()));
			}
		}
	}

	@Test
	void whileRedisIsAwayStreamsStayOpenAndHealthSaysWhyAndThenNothingIsMissing() {
		try (TestApplication left = start(Container.TOMCAT, "sse.heartbeat.interval=1s");
				SseTestClient client = connect(left)) {
			assertThat(health(left, "/sse").status()).isEqualTo(200);
			this.redis.freeze();
			left.broadcaster().send(SseAudience.topic("orders"), "order", 0);
			await().until(() -> health(left, "/sse").status() == 503);
			assertThat(health(left, "/sse").body()).contains("Redis");
			// Redis is away for all nodes: no node is better than this one
			assertThat(health(left, "/readiness").status()).isEqualTo(200);
			this.redis.thaw();
			await().until(() -> orders(client).size() == 1);
			await().until(() -> health(left, "/sse").status() == 200);
			assertThat(client.events()).noneMatch((event) -> "sse-gap".equals(event.name()));
			assertThat(client.isOpen()).isTrue();
			this.redis.commands().flushall();
			left.broadcaster().send(SseAudience.topic("orders"), "order", 1);
			await().until(() -> orders(client).size() == 2);
			assertThat(client.events()).filteredOn((event) -> "sse-gap".equals(event.name())).hasSize(1);
		}
	}

	@Test
	void theActuatorTellsHowTheLogStandsAndWhichGapsThereWereAndWhy() {
		try (TestApplication left = start(Container.TOMCAT, "management.endpoints.web.exposure.include=health,sse");
				SseTestClient client = connect(left)) {
			left.broadcaster().send(SseAudience.topic("orders"), "order", 0);
			await().until(() -> orders(client).size() == 1);
			String first = ids(client).get(0);
			assertThat(backplane(left)).containsEntry("up", true)
				.containsEntry("generation", EventId.parse(first).generation())
				.containsEntry("position", first)
				.containsEntry("lagSeconds", 0.0)
				.containsEntry("reconnects", 0)
				.containsEntry("gaps", List.of());
			assertThat(Instant.parse((String) backplane(left).get("lastCheck")))
				.isAfter(Instant.now().minusSeconds(30));
			this.redis.freeze();
			await().until(() -> (double) backplane(left).get("lagSeconds") > 1);
			this.redis.thaw();
			await().until(() -> (double) backplane(left).get("lagSeconds") == 0);
			assertThat((int) backplane(left).get("reconnects")).isPositive();
			this.redis.commands().flushall();
			left.broadcaster().send(SseAudience.topic("orders"), "order", 1);
			await().until(() -> orders(client).size() == 2);
			Map<?, ?> gap = (Map<?, ?>) ((List<?>) backplane(left).get("gaps")).get(0);
			assertThat(gap.get("reason")).asString().isIn("the log was deleted", "there is another log");
			assertThat(gap.get("streams")).isEqualTo(1);
			assertThat(gap.get("from")).isEqualTo(first);
			assertThat(Instant.parse((String) gap.get("when"))).isBetween(Instant.now().minusSeconds(60),
					Instant.now());
			assertThat(left.bean(MeterRegistry.class).get("sse.backplane.reconnects").functionCounter().count())
				.isPositive();
		}
	}

	private static Map<String, Object> backplane(TestApplication application) {
		SseTestClient answer = application.to("/actuator/sse").header("Accept", "application/json").connect();
		return JsonPath.read(answer.body(), "$.backplane");
	}

	@Test
	void anApplicationThatCannotReadTheLogIsNotReadyUntilItCan() {
		this.redis.stop();
		try (TestApplication node = start(Container.TOMCAT)) {
			assertThat(health(node, "/readiness").status()).isEqualTo(503);
			assertThat(health(node, "/sse").status()).isEqualTo(503);
			this.redis.startAgain();
			await().until(() -> health(node, "/readiness").status() == 200);
			await().until(() -> health(node, "/sse").status() == 200);
		}
	}

	private TestApplication start(Container container, String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.add("management.endpoint.health.show-details=always");
		return TestApplication.startNode(container, Orders.class, this.redis.port(), all.toArray(String[]::new));
	}

	private static SseTestClient connect(TestApplication application) {
		SseTestClient client = application.connect("/orders");
		await().until(() -> application.broadcaster().connectedCount() == 1);
		return client;
	}

	private static SseTestClient health(TestApplication application, String path) {
		return application.to("/actuator/health" + path).header("Accept", "application/json").connect();
	}

	private static List<String> orders(SseTestClient client) {
		return client.events()
			.stream()
			.filter((event) -> "order".equals(event.name()))
			.map(SseTestEvent::data)
			.toList();
	}

	private static List<String> ids(SseTestClient client) {
		return client.events()
			.stream()
			.filter((event) -> "order".equals(event.name()))
			.map(SseTestEvent::lastEventId)
			.toList();
	}

	private static List<String> numbers(int from, int to) {
		return IntStream.range(from, to).mapToObj(Integer::toString).toList();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(30, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS);
	}

	@RestController
	static class Orders {

		@GetMapping("/orders")
		void orders(SseStream stream) {
			stream.join("orders");
		}

	}

}
