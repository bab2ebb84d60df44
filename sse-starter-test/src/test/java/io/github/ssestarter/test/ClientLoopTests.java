package io.github.ssestarter.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.test.testsupport.RawServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ClientLoop}, and for many clients on it.
 */
class ClientLoopTests {

	private final RawServer server = new RawServer(RawServer.STREAM);

	private final List<SseTestClient> clients = new ArrayList<>();

	@BeforeEach
	void awaitNoThread() {
		await().until(ClientLoopTests::threads, (threads) -> threads == 0);
	}

	@AfterEach
	void closeAll() throws IOException {
		SseTestClient.closeAll(this.clients);
		this.server.close();
	}

	@Test
	void lastsFromTheFirstClientToTheLast() {
		SseTestClient first = connect();
		SseTestClient second = connect();
		assertThat(threads()).isEqualTo(1);
		assertThat(threadsOfClients()).allMatch(Thread::isDaemon);
		first.close();
		assertThat(threads()).isEqualTo(1);
		second.cut();
		awaitNoThread();
		assertThat(connect().isOpen()).isTrue();
		assertThat(threads()).isEqualTo(1);
	}

	@Test
	void endsWhenServersEnd() throws IOException {
		connect();
		this.server.connection().close();
		awaitNoThread();
	}

	@Test
	void endsWhenNoneConnects() throws IOException {
		// Bound and not listening, so that nobody else gets the port meanwhile
		try (Socket silent = new Socket()) {
			silent.bind(new InetSocketAddress("localhost", 0));
			assertThatExceptionOfType(UncheckedIOException.class)
				.isThrownBy(() -> SseTestClient.to(silent.getLocalPort(), "/").connect());
		}
		awaitNoThread();
	}

	@Test
	void survivesOneBeginningAsAnotherEnds() {
		for (int i = 0; i < 300; i++) {
			connect().close();
		}
	}

	@Test
	void servesFiveHundred() throws IOException {
		serve(500);
	}

	@Test
	@Tag("stress")
	void servesFiveThousand() throws IOException {
		serve((int) (5000 * Double.parseDouble(System.getProperty("stress.scale", "1"))));
	}

	@Test
	void closesAllWhenOneFails() {
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> SseTestClient.connectAll(150, (number) -> {
				if (number == 120) {
					throw new IllegalStateException("no more");
				}
				return SseTestClient.to(this.server.port(), "/");
			}));
		awaitNoThread();
	}

	private void serve(int count) throws IOException {
		this.clients.addAll(SseTestClient.connectAll(count,
				(number) -> SseTestClient.to(this.server.port(), "/" + number).timeout(Duration.ofSeconds(30))));
		assertThat(threads()).isEqualTo(1);
		List<RawServer.Connection> connections = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			connections.add(this.server.connection());
		}
		this.clients.get(7).stall();
		for (int i = 0; i < 20; i++) {
			for (RawServer.Connection connection : connections) {
				connection.write("id: " + i + "\ndata: " + connection.request().lines().findFirst().get() + "\n\n");
			}
		}
		for (int i = 0; i < count; i++) {
			if (i != 7) {
				assertThat(this.clients.get(i).awaitEvents(20)).hasSize(20)
					.endsWith(new SseTestEvent("message", "GET /" + i + " HTTP/1.1", "19"));
			}
		}
		assertThat(this.clients.get(7).events()).isEmpty();
		SseTestClient.closeAll(this.clients);
		for (RawServer.Connection connection : connections) {
			assertThat(connection.read()).isEqualTo(-1);
		}
	}

	private SseTestClient connect() {
		SseTestClient client = SseTestClient.to(this.server.port(), "/").connect();
		this.clients.add(client);
		return client;
	}

	private static long threads() {
		return threadsOfClients().count();
	}

	private static Stream<Thread> threadsOfClients() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("sse-test-clients"));
	}

}
