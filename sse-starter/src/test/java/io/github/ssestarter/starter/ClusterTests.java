package io.github.ssestarter.starter;

import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseClient;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.SseUserOfflineEvent;
import io.github.ssestarter.SseUserOnlineEvent;
import io.github.ssestarter.redis.RedisRecords;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RedisServer;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients and users of two nodes, each of which knows those of the other.
 */
class ClusterTests {

	private static final Duration NODE_TIMEOUT = Duration.ofSeconds(6);

	@TempDir
	private static Path folder;

	private static RedisServer redis;

	private static TestApplication left;

	private static TestApplication right;

	@BeforeAll
	static void start() {
		redis = RedisServer.start(RedisServer.Version.newest(), folder);
		left = startNode(Container.TOMCAT);
		right = startNode(Container.JETTY);
	}

	@AfterAll
	static void stop() {
		if (redis != null) {
			left.close();
			right.close();
			redis.close();
		}
	}

	private static TestApplication startNode(Container container) {
		return TestApplication.startNode(container, Clients.class, redis.port(), "sse.redis.node-timeout=6s",
				"sse.redis.connect-timeout=500ms", "sse.limits.max-streams-per-user=2",
				"sse.limits.max-streams-in-cluster=8");
	}

	@Test
	void aRequestToAnyNodeSpeaksToTheStreamOfItsClient() {
		try (SseTestClient client = connect(left, null)) {
			String id = id(client);
			assertThat(post(right, "/reply", id, "hello")).isEqualTo(200);
			client.expect("reply", "hello");
			assertThat(post(right, "/join", id, "chat/1")).isEqualTo(200);
			left.broadcaster().send(SseAudience.topic("chat/1"), "message", "one");
			client.expect("message", "one");
			assertThat(post(right, "/leave", id, "chat/1")).isEqualTo(200);
			right.broadcaster().send(SseAudience.topic("chat/1"), "message", "two");
			assertThat(post(right, "/reply", id, "bye")).isEqualTo(200);
			client.expect("reply", "bye");
			assertProblem(right, "/join", id, "secret", 403, "The stream may not join 'secret'");
			assertProblem(right, "/join", id, "chat/*", 400, "The name of a topic holds '*'");
			assertProblem(right, "/join", id, "x".repeat(70_000), 400, "more than sse.limits.max-topic-length");
			assertThat(post(right, "/close", id, "")).isEqualTo(200);
			client.expectEnd();
			await().until(() -> post(right, "/reply", id, "anybody?") == 404);
			assertThat(post(left, "/reply", id, "anybody?")).isEqualTo(404);
		}
	}

	@Test
	void aRequestIsToldWhoseStreamItIsThatIsOnAnotherNode() {
		try (SseTestClient client = connect(left, "zoe")) {
			assertThat(post(right, "/whose", id(client), "")).isEqualTo(200);
			client.expect("whose", "zoe");
		}
	}

	@Test
	void aNodeThatDoesNotAnswerIsToldOf() {
		String id;
		try (SseTestClient client = connect(left, null)) {
			id = id(client);
		}
		await().until(() -> post(right, "/reply", id, "anybody?") == 404);
		redis.commands().hset("{sse}:log:clients", id, "dead:1:-");
		try {
			assertProblem(right, "/join", id, "chat/1", 503, "has not answered for 5 seconds");
		}
		finally {
			redis.commands().hdel("{sse}:log:clients", id);
		}
	}

	@Test
	void aNewerStreamReplacesTheOlderOneOnAnotherNode() {
		try (SseTestClient older = connect(left, null)) {
			String id = id(older);
			try (SseTestClient newer = right.to("/stream?clientId=" + id).connect()) {
				newer.skipTo("connected");
				older.expectEnd();
				left.bean(StreamEvents.class).awaitClosed(id, SseCloseReason.REPLACED);
				assertThat(post(left, "/reply", id, "still there")).isEqualTo(200);
				newer.expect("reply", "still there");
				try (SseTestClient newest = left.to("/stream?clientId=" + id).connect()) {
					newest.skipTo("connected");
					newer.expectEnd();
					assertThat(post(right, "/reply", id, "and back")).isEqualTo(200);
					newest.expect("reply", "and back");
				}
			}
		}
	}

	@Test
	void aUserComesAndGoesOnceWhateverTheNode() {
		try (SseTestClient first = connect(left, "ada")) {
			await().untilAsserted(() -> assertThat(told("ada")).containsExactly("left: ada is here"));
			try (SseTestClient second = connect(right, "ada")) {
				first.close();
				left.bean(StreamEvents.class).awaitClosed(id(first), SseCloseReason.CLIENT_GONE);
				await().until(() -> redis.commands().hget("{sse}:log:users", "uada").equals("1"));
				assertThat(second.isOpen()).isTrue();
			}
		}
		await().untilAsserted(
				() -> assertThat(told("ada")).containsExactlyInAnyOrder("left: ada is here", "right: ada has gone"));
	}

	@Test
	void theUsersOfANodeThatDiesGoOnce() {
		try (TestApplication dying = startNode(Container.TOMCAT); SseTestClient client = connect(dying, "bob")) {
			await().until(() -> told(dying, "bob").equals(List.of("bob is here")));
			long died = System.nanoTime();
			dying.bean(RedisRecords.class).close();
			await().until(() -> !told("bob").isEmpty());
			assertThat(Duration.ofNanos(System.nanoTime() - died)).isLessThan(NODE_TIMEOUT.plusSeconds(1));
			await().until(() -> redis.commands().zcard("{sse}:log:nodes") == 2);
			assertThat(told("bob")).hasSize(1).allMatch((told) -> told.endsWith("bob has gone"));
			assertThat(client.isOpen()).isTrue();
		}
	}

	@Test
	void aNodeKnowsWhatStreamsThereAreAndKeepsOutWhoHasTooMany() {
		SseConnections known = right.bean(SseConnections.class);
		int before = known.countOfAllNodes();
		try (SseTestClient first = connect(left, "eve"); SseTestClient second = connect(left, "eve")) {
			await().until(() -> known.countOfAllNodes() == before + 2);
			assertThat(known.isOnline("eve")).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(true);
			assertThat(known.isOnline("nobody")).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(false);
			await().until(() -> status(right, "eve") == 429);
			assertThat(status(right, "another")).isEqualTo(200);
			first.close();
			await().until(() -> status(right, "eve") == 200);
			assertThat(second.isOpen()).isTrue();
		}
	}

	@Test
	void allNodesTogetherHaveNoMoreStreamsThanTheyMayHave() {
		await().until(() -> right.bean(SseConnections.class).countOfAllNodes() == 0);
		List<SseTestClient> clients = SseTestClient.connectAll(8, (i) -> left.to("/stream"));
		try {
			await().until(() -> status(right, null) == 503);
		}
		finally {
			SseTestClient.closeAll(clients);
		}
		await().until(() -> status(right, null) == 200);
	}

	private static int status(TestApplication node, @Nullable String user) {
		SseTestClient.Builder request = node.to("/stream");
		try (SseTestClient client = ((user != null) ? request.header("X-User", user) : request).connect()) {
			return client.status();
		}
	}

	private static List<String> told(String user) {
		List<String> all = new CopyOnWriteArrayList<>();
		told(left, user).forEach((told) -> all.add("left: " + told));
		told(right, user).forEach((told) -> all.add("right: " + told));
		return all;
	}

	private static List<String> told(TestApplication node, String user) {
		return node.bean(Clients.class).told.stream().filter((told) -> told.startsWith(user + " ")).toList();
	}

	private static SseTestClient connect(TestApplication node, @Nullable String user) {
		SseTestClient.Builder request = node.to("/stream");
		SseTestClient client = ((user != null) ? request.header("X-User", user) : request).connect();
		client.skipTo("connected");
		return client;
	}

	private static String id(SseTestClient client) {
		String id = client.header("Sse-Client-Id");
		assertThat(id).isNotNull();
		return id;
	}

	private static void assertProblem(TestApplication node, String path, String id, String text, int status,
			String detail) {
		try (SseTestClient client = request(node, path, id, text).connect()) {
			client.expectEnd();
			assertThat(client.status()).isEqualTo(status);
			assertThat(client.raw()).contains("\"status\":" + status).contains(detail);
		}
	}

	private static int post(TestApplication node, String path, String id, String text) {
		try (SseTestClient client = request(node, path, id, text).connect()) {
			client.expectEnd();
			return client.status();
		}
	}

	private static SseTestClient.Builder request(TestApplication node, String path, String id, String text) {
		return node.to(path)
			.method("POST")
			.header("Sse-Client-Id", id)
			.header("Accept", "*/*")
			.body("text/plain", (text.isEmpty()) ? "-" : text);
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(30, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS);
	}

	@RestController
	static class Clients {

		private final List<String> told = new CopyOnWriteArrayList<>();

		@EventListener
		void online(SseUserOnlineEvent event) {
			this.told.add(event.user() + " is here");
		}

		@EventListener
		void offline(SseUserOfflineEvent event) {
			this.told.add(event.user() + " has gone");
		}

		@GetMapping("/stream")
		void stream(SseStream stream) {
			stream.join("all");
		}

		@PostMapping("/reply")
		void reply(SseClient client, @RequestBody String text) {
			client.send("reply", text);
		}

		@PostMapping("/whose")
		void whose(SseClient client) {
			client.send("whose", String.valueOf(client.user()));
		}

		@PostMapping("/join")
		void join(SseClient client, @RequestBody String topic) {
			client.join(topic);
		}

		@PostMapping("/leave")
		void leave(SseClient client, @RequestBody String topic) {
			client.leave(topic);
		}

		@PostMapping("/close")
		void close(SseClient client) {
			client.close();
		}

		@Bean
		SseAuthorizer authorizer() {
			return (principal, topic) -> !topic.equals("secret");
		}

		@Bean
		StreamEvents streamEvents() {
			return new StreamEvents();
		}

		@Bean
		Filter users() {
			return (request, response, chain) -> {
				HttpServletRequest http = (HttpServletRequest) request;
				String user = http.getHeader("X-User");
				chain.doFilter((user != null) ? new HttpServletRequestWrapper(http) {

					@Override
					public Principal getUserPrincipal() {
						return () -> user;
					}

				} : http, response);
			};
		}

	}

}
