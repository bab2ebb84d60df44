package io.github.ssestarter.starter;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.api.sync.RedisCommands;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.SseTickets;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RedisServer;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;
import io.github.ssestarter.tickets.Ticket;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tickets of two nodes that share a Redis: one is issued on the left node, and opens a
 * stream on the right one.
 */
class RedisTicketTests {

	@TempDir
	private static Path folder;

	private static RedisServer redis;

	private static TestApplication left;

	private static TestApplication right;

	private static RedisCommands<String, String> commands;

	private final List<SseTestClient> clients = new ArrayList<>();

	@BeforeAll
	static void start() {
		redis = RedisServer.start(RedisServer.Version.newest(), folder);
		commands = redis.commands();
		left = node(Container.TOMCAT);
		right = node(Container.JETTY);
	}

	private static TestApplication node(Container container) {
		return TestApplication.startNodeWithSecurity(container, Secured.class, redis.port(),
				"sse.tickets.max-per-user=5", "sse.security.rules[0].topic=admin",
				"sse.security.rules[0].access=hasRole('ADMIN')");
	}

	@AfterAll
	static void stop() {
		if (right != null) {
			right.close();
		}
		if (left != null) {
			left.close();
		}
		if (redis != null) {
			redis.close();
		}
	}

	@AfterEach
	void closeAll() {
		SseTestClient.closeAll(this.clients);
		redis.thaw();
	}

	@Test
	void itOpensAStreamOnAnotherNodeForItsUserWithItsAuthoritiesAndTopics() {
		SseTestClient client = open(right, "admin", issue("ann", "admin"));
		assertThat(client.status()).isEqualTo(200);
		client.expect("user", "ann ann [ROLE_ADMIN]");
		await().until(() -> right.broadcaster().connectedCount() == 1);
		left.broadcaster().send(SseAudience.user("ann"), "to", "ann");
		left.broadcaster().send(SseAudience.topic("admin"), "to", "admins");
		client.expect("to", "ann");
		client.expect("to", "admins");
		assertThat(open(right, "other", issue("ann", "admin")).status()).as("a topic that it is not for")
			.isEqualTo(403);
		assertThat(open(right, "admin", issue("bob", "admin")).status()).as("what the rules forbid").isEqualTo(403);
	}

	@Test
	void ofThoseWhoPresentItToBothNodesAtOnceOneGetsAStream() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			for (int i = 0; i < 10; i++) {
				String ticket = issue("cid", "admin");
				List<Future<Integer>> answers = new ArrayList<>();
				for (int k = 0; k < 4; k++) {
					TestApplication node = (k % 2 == 0) ? left : right;
					answers.add(threads.submit(() -> open(node, "admin", ticket).status()));
				}
				List<Integer> statuses = new ArrayList<>();
				for (Future<Integer> answer : answers) {
					statuses.add(answer.get(30, TimeUnit.SECONDS));
				}
				assertThat(statuses).containsExactlyInAnyOrder(200, 401, 401, 401);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void lateOrMadeUpItIsRefusedOnAllNodes() {
		String late = left.bean(SseTickets.class).issue(() -> "dan", List.of("of/dan"), Duration.ofMillis(60));
		Instant over = Instant.now().plusMillis(60);
		await().until(() -> Instant.now().isAfter(over));
		await().until(() -> commands.exists(key(late)) == 0);
		for (TestApplication node : List.of(left, right)) {
			for (String bad : List.of(late, "x".repeat(late.length()))) {
				assertThat(open(node, "of/dan", bad).status()).isEqualTo(401);
			}
		}
	}

	@Test
	void redisHoldsNoTicketThatCouldBeUsedAndNoClassOfTheApplication() {
		String ticket = issue("eve", "admin");
		assertThat(commands.keys("*")).contains(key(ticket)).noneMatch((key) -> key.contains(ticket));
		assertThat(commands.pttl(key(ticket))).isBetween(1L, 30_000L);
		assertThat(commands.get(key(ticket))).contains("\"name\":\"eve\"", "\"topics\":[\"admin\"]")
			.doesNotContain(ticket, "springframework", "pw");
		assertThat(open(left, "admin", ticket).status()).isEqualTo(200);
		assertThat(commands.exists(key(ticket))).isZero();
	}

	@Test
	void aStreamEndsWithTheLoginThatItsTicketWasIssuedWith() {
		Authentication login = new TestingAuthenticationToken(new Token("fay", Instant.now().plusSeconds(2)), null,
				"ROLE_ADMIN");
		String ticket = left.bean(SseTickets.class).issue(login, List.of("admin"));
		SseTestClient client = open(right, "admin", ticket);
		assertThat(client.status()).isEqualTo(200);
		client.skipTo("sse-end");
		client.expectEnd();
		assertThat(client.raw()).contains("EXPIRED");
	}

	@Test
	void whileRedisIsAwayItIsToldWhyAndNobodyWaitsForLong() {
		String ticket = issue("ann", "admin");
		redis.freeze();
		long since = System.nanoTime();
		SseTestClient client = open(right, "admin", ticket);
		assertThat(client.status()).isEqualTo(503);
		client.expectEnd();
		assertThat(client.raw()).contains("Tickets cannot be looked up now: ", "Redis").doesNotContain(ticket);
		SseTestClient issuing = post("ann", "admin");
		assertThat(issuing.status()).isEqualTo(503);
		assertThat(issuing.body()).contains("A ticket cannot be issued now: ");
		assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(20));
		redis.thaw();
		await().until(() -> post("ann", "admin").status() == 200);
		await().until(() -> open(right, "admin", issue("bob", "other")).status() == 403);
	}

	@Test
	void aNodeIssuesNoMoreThanItHasRoomFor() {
		List<String> tickets = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			tickets.add(issue("gil", "admin"));
		}
		assertThat(post("gil", "admin").status()).isEqualTo(429);
		assertThat(open(left, "admin", tickets.get(0)).status()).isEqualTo(200);
		assertThat(post("gil", "admin").status()).isEqualTo(200);
	}

	private static String key(String ticket) {
		return "{sse}:log:ticket:" + Ticket.keyOf(ticket);
	}

	private static String issue(String user, String topic) {
		SseTestClient answer = post(user, topic);
		assertThat(answer.status()).isEqualTo(200);
		return answer.body();
	}

	private static SseTestClient post(String user, String topic) {
		return left.to("/ticket?topics=" + topic)
			.method("POST")
			.header("Accept", "*/*")
			.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString((user + ":pw").getBytes(StandardCharsets.UTF_8)))
			.connect();
	}

	private SseTestClient open(TestApplication node, String topic, String ticket) {
		SseTestClient client = node.to("/live?topics=" + topic + "&ticket=" + ticket).connect();
		synchronized (this.clients) {
			this.clients.add(client);
		}
		return client;
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(30, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS);
	}

	private record Token(String getName, Instant expiresAt) implements Principal {

		@Override
		public String getName() {
			return this.getName;
		}

	}

	@RestController
	@Configuration(proxyBeanMethods = false)
	static class Secured {

		private final SseTickets tickets;

		Secured(SseTickets tickets) {
			this.tickets = tickets;
		}

		@PostMapping("/ticket")
		String ticket(Authentication user, @RequestParam List<String> topics) {
			return this.tickets.issue(user, topics);
		}

		@GetMapping("/live")
		void live(SseStream stream, @RequestParam String[] topics, Authentication login,
				@AuthenticationPrincipal @Nullable UserDetails user) {
			stream.join(topics);
			if (user != null) {
				stream.send("user",
						login.getName() + " " + user.getUsername() + " "
								+ login.getAuthorities()
									.stream()
									.map((authority) -> authority.getAuthority())
									.filter((authority) -> String.valueOf(authority).startsWith("ROLE_"))
									.toList());
			}
		}

		@Bean
		SecurityFilterChain filterChain(HttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable())
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(user("ann", "ADMIN"), user("bob", "USER"), user("cid", "ADMIN"),
					user("eve", "ADMIN"), user("gil", "ADMIN"));
		}

		private static UserDetails user(String name, String role) {
			return User.withUsername(name).password("pw").roles(role).build();
		}

	}

}
