package io.github.ssestarter.test;

import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.test.testsupport.RawServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link SseTestClient} does to a server.
 */
class SseTestClientFaultTests {

	private static final byte[] BLOCK = ("data: " + "x".repeat(1016) + "\n\n").getBytes(StandardCharsets.UTF_8);

	private final RawServer server = new RawServer(RawServer.STREAM);

	private final SseTestClient client = SseTestClient.to(this.server.port(), "/")
		.receiveBuffer(4096)
		.timeout(Duration.ofSeconds(20))
		.connect();

	private final RawServer.Connection connection = this.server.connection();

	private final AtomicInteger written = new AtomicInteger();

	@AfterEach
	void closeAll() throws IOException {
		this.client.close();
		this.server.close();
	}

	@Test
	void stallsTheServer() {
		this.client.stall();
		CompletableFuture<Void> writing = write(4000);
		awaitBackUp();
		assertThat(this.written).hasValueLessThan(1000);
		assertThat(this.client.events()).isEmpty();
		assertThat(this.client.isOpen()).isTrue();
		this.client.resume();
		this.client.awaitEvents(4000);
		writing.join();
	}

	@Test
	void stallsInTheMiddle() {
		CompletableFuture<Void> writing = write(20_000);
		this.client.awaitEvents(10);
		this.client.stall();
		long count = this.client.eventCount();
		awaitBackUp();
		assertThat(this.client.eventCount()).isEqualTo(count).isLessThan(20_000);
		this.client.resume();
		this.client.awaitEvents(20_000);
		writing.join();
	}

	@Test
	void readsSlowly() {
		this.client.slow(50_000);
		long start = System.nanoTime();
		write(30).join();
		this.client.awaitEvents(30);
		Duration taken = Duration.ofNanos(System.nanoTime() - start);
		assertThat(taken).isBetween(Duration.ofMillis(500), Duration.ofSeconds(10));
	}

	@Test
	void readsSlowlyAfterAStallAndFastAfterThat() {
		this.client.stall();
		CompletableFuture<Void> writing = write(2000);
		awaitBackUp();
		this.client.slow(20_000);
		this.client.awaitEvents(3);
		await().during(Duration.ofMillis(300)).until(() -> this.client.eventCount() < 100);
		this.client.resume();
		this.client.awaitEvents(2000);
		writing.join();
	}

	@Test
	void slowsDownTheServer() {
		this.client.slow(10_000);
		CompletableFuture<Void> writing = write(4000);
		this.client.awaitEvents(2);
		await().during(Duration.ofMillis(500)).until(() -> this.written.get() < 1000);
		this.client.cut();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(writing::join);
	}

	@Test
	void refusesAPaceOfNothing() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.client.slow(0)).withMessageContaining("use stall()");
	}

	@Test
	void doesNotSeeAnEndWhileStalled() throws IOException {
		this.client.stall();
		this.connection.write("data: 1\n\n");
		this.connection.close();
		this.client.expectNothing(Duration.ofMillis(100));
		assertThat(this.client.isOpen()).isTrue();
		this.client.resume();
		this.client.expectEnd();
		this.client.expect("message", "1");
	}

	@Test
	void cuts() {
		this.client.cut();
		assertThatExceptionOfType(SocketException.class).isThrownBy(this.connection::read)
			.withMessageContaining("reset");
		assertThat(this.client.isOpen()).isFalse();
	}

	@Test
	void cutsWhileStalled() {
		this.client.stall();
		CompletableFuture<Void> writing = write(4000);
		awaitBackUp();
		this.client.cut();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(writing::join)
			.withCauseInstanceOf(SocketException.class);
	}

	@Test
	void closesInOrder() throws IOException {
		this.client.close();
		assertThat(this.connection.read()).isEqualTo(-1);
	}

	@Test
	void closesInOrderWithBytesUnread() throws IOException {
		this.client.stall();
		this.connection.write(BLOCK);
		this.client.close();
		assertThat(this.connection.read()).isEqualTo(-1);
	}

	@Test
	void keepsWhatCameBeforeItLeft() throws IOException {
		this.connection.write("data: 1\n\ndata: 2\n\n");
		this.client.awaitEvents(2);
		this.client.cut();
		this.client.expect("message", "1");
		this.client.expect("message", "2");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(this.client::next)
			.withMessageContainingAll("No event.\n", "cut by this client", "data: 2");
	}

	@Test
	void endsWaitsWhenItLeaves() throws Exception {
		CompletableFuture<SseTestEvent> waiting = CompletableFuture.supplyAsync(this.client::next);
		this.client.close();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(waiting::join)
			.withCauseInstanceOf(AssertionError.class)
			.withMessageContaining("closed by this client");
	}

	@Test
	void leavesOnlyOnce() {
		try (SseTestClient other = this.client.reconnect()) {
			leaveAndGoOn();
			assertThat(other.isOpen()).isTrue();
		}
		leaveAndGoOn();
	}

	private void leaveAndGoOn() {
		this.client.cut();
		this.client.cut();
		this.client.close();
		this.client.stall();
		this.client.slow(1);
		this.client.resume();
		assertThat(this.client.toString()).contains("cut by this client");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(this.client::expectEnd);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(this.client::expectBreak);
	}

	private CompletableFuture<Void> write(int blocks) {
		return CompletableFuture.runAsync(() -> {
			try {
				for (int i = 0; i < blocks; i++) {
					this.connection.write(BLOCK);
					this.written.incrementAndGet();
				}
			}
			catch (IOException ex) {
				throw new CompletionException(ex);
			}
		}, (task) -> new Thread(task).start()).orTimeout(20, TimeUnit.SECONDS);
	}

	private void awaitBackUp() {
		AtomicInteger last = new AtomicInteger(-1);
		await().pollInterval(Duration.ofMillis(200))
			.until(() -> last.getAndSet(this.written.get()) == this.written.get() && last.get() > 0);
	}

}
