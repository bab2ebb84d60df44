package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.fanout.shard.Connection;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Connection#whenRoom}.
 */
@Timeout(60)
class WhenRoomTests {

	private static final String LARGE = "x".repeat(300);

	private final TestEngine engine = new TestEngine();

	private final AtomicInteger told = new AtomicInteger();

	private boolean hasThreads;

	@AfterEach
	void stop() {
		if (this.hasThreads) {
			this.engine.engine().stop();
		}
	}

	@Test
	void whoWaitsForRoomIsToldOnceWhenTheClientHasTakenHalf() {
		TestClient client = slowClient();
		send(client, LARGE, LARGE, LARGE);
		connection(client).whenRoom(this.told::incrementAndGet);
		this.engine.turn();
		assertThat(this.told).hasValue(0);
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(this.told).hasValue(1);
		assertThat(client.takeData()).hasSize(3);
		client.stream().complete();
		this.engine.turn();
		assertThat(this.told).hasValue(1);
	}

	@Test
	void whoWaitsForRoomIsToldWhenTheStreamIsClosed() {
		TestClient client = slowClient();
		send(client, LARGE, LARGE);
		List<String> happened = new ArrayList<>();
		connection(client).whenRoom(() -> {
			assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> client.stream().send("more"))
				.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.REPLACED));
			happened.add("told");
		});
		client.stream().life().close(SseCloseReason.REPLACED);
		this.engine.turn();
		assertThat(happened).containsExactly("told");
		connection(client).whenRoom(() -> happened.add("at once"));
		assertThat(happened).containsExactly("told", "at once");
	}

	@Test
	void whoWaitsForRoomIsToldWhenTheClientGoes() {
		TestClient client = slowClient();
		send(client, LARGE, LARGE);
		connection(client).whenRoom(this.told::incrementAndGet);
		client.transport().cut();
		this.engine.turn();
		assertThat(this.told).hasValue(1);
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLIENT_GONE);
	}

	@Test
	void whoIsToldMaySendAgainOnTheShardsThread() {
		TestClient client = slowClient();
		send(client, LARGE, LARGE, LARGE);
		connection(client).whenRoom(() -> {
			send(client, LARGE, "last");
			this.told.incrementAndGet();
		});
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(this.told).hasValue(1);
		assertThat(client.takeData()).containsExactly(LARGE, LARGE, LARGE, LARGE, "last");
		assertThat(client.closeReasons()).isEmpty();
	}

	@Test
	void whoSendsOnlyWhenThereIsRoomLosesNothingHoweverMuchItIs() throws Exception {
		this.engine.startThreads();
		this.hasThreads = true;
		TestClient client = this.engine.attach("c1");
		client.stream().keepOpen();
		client.returned();
		int count = 5_000;
		Semaphore room = new Semaphore(0);
		for (int i = 0; i < count; i++) {
			client.stream().send(i + "x".repeat(400));
			connection(client).whenRoom(room::release);
			assertThat(room.tryAcquire(20, TimeUnit.SECONDS)).as("room after %s", i).isTrue();
		}
		await().atMost(Duration.ofSeconds(40)).until(() -> client.text().contains("data: " + (count - 1) + "x"));
		assertThat(client.takeData()).hasSize(count);
		assertThat(client.closeReasons()).isEmpty();
		assertThat(room.availablePermits()).isZero();
	}

	private TestClient slowClient() {
		this.engine.start();
		TestClient client = this.engine.attach("c1");
		client.stream().keepOpen();
		client.returned();
		this.engine.turn();
		client.take();
		client.transport().block();
		return client;
	}

	private static void send(TestClient client, String... data) {
		for (String one : data) {
			client.stream().send(one);
		}
	}

	private static Connection connection(TestClient client) {
		return Objects.requireNonNull(client.stream().life().phase().connection());
	}

}
