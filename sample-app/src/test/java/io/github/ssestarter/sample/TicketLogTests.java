package io.github.ssestarter.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.SseTickets;
import io.github.ssestarter.sample.testsupport.PatientClient;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tickets in the URLs of the sample, which has no login: whoever reads its access log
 * finds them, and none that is of use.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@DirtiesContext
class TicketLogTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Pattern TICKET = Pattern.compile("[?&]ticket=([\\w-]+)");

	@TempDir
	static Path directory;

	@DynamicPropertySource
	static void accessLog(DynamicPropertyRegistry registry) {
		registry.add("sse.tickets.ttl", () -> "5m");
		registry.add("server.tomcat.accesslog.enabled", () -> true);
		registry.add("server.tomcat.accesslog.directory", directory::toString);
		registry.add("server.tomcat.accesslog.buffered", () -> false);
		registry.add("sse.limits.max-streams-per-user", () -> 1);
	}

	@LocalServerPort
	private int port;

	@Autowired
	private SseTickets tickets;

	@Autowired
	private SseConnections connections;

	@Autowired
	private SseBroadcaster broadcaster;

	@Test
	void theAccessLogHoldsNoTicketThatCanBeUsed() throws IOException {
		try (SseTestClient client = open("GET", "/sse/broadcast?topic=progress", 200)) {
			client.awaitOpen();
			assertThat(this.connections.find(SseAudience.user("ann"))).extracting(SseConnection::transport)
				.containsExactly(SseConnection.Transport.SOCKET);
			this.broadcaster.send(SseAudience.user("ann"), "for", "ann");
			client.skipTo("for");
			open("GET", "/sse/broadcast?topic=progress", 429).close();
		}
		await().atMost(TIMEOUT).until(() -> this.connections.find(SseAudience.user("ann")).isEmpty());
		open("GET", "/sse/broadcast?topic=messages", 403).close();
		open("GET", "/sse/broadcast?topic=unknown", 404).close();
		open("GET", "/sse/unknown?x=1", 403).close();
		open("POST", "/api/broadcast?x=1", 403).close();
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(loggedTickets()).hasSize(6));
		for (String ticket : loggedTickets()) {
			try (SseTestClient again = PatientClient.to(this.port, "/sse/broadcast?topic=progress&ticket=" + ticket)
				.connect()) {
				assertThat(again.status()).isEqualTo(401);
			}
		}
	}

	private SseTestClient open(String method, String path, int status) {
		String ticket = this.tickets.issue(() -> "ann", List.of("progress"));
		SseTestClient client = PatientClient.to(this.port, path + "&ticket=" + ticket).method(method).connect();
		assertThat(client.status()).as(path).isEqualTo(status);
		return client;
	}

	private static Set<String> loggedTickets() throws IOException {
		Set<String> tickets = new TreeSet<>();
		try (Stream<Path> files = Files.list(directory)) {
			for (Path file : files.toList()) {
				Matcher ticket = TICKET.matcher(Files.readString(file));
				while (ticket.find()) {
					tickets.add(ticket.group(1));
				}
			}
		}
		return tickets;
	}

}
