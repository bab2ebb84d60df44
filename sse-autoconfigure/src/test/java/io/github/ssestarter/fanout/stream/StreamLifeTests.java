package io.github.ssestarter.fanout.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.shard.End;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StreamLife}.
 */
@Timeout(60)
class StreamLifeTests {

	private static final List<SseCloseReason> DECIDERS = List.of(SseCloseReason.REPLACED, SseCloseReason.CLOSED);

	private static final int THREADS = SseCloseReason.values().length;

	private final TestEngine engine = new TestEngine().start();

	private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void ofManyThreadsThatDecideHowAStreamEndsOneWinsAndAllAreToldTheSame() throws Exception {
		List<TestClient> clients = new ArrayList<>();
		for (int round = 0; round < 30_000; round++) {
			clients.add(this.engine.attach("c" + round));
		}
		AtomicInteger arrived = new AtomicInteger();
		List<Callable<List<End>>> deciders = new ArrayList<>();
		for (SseCloseReason reason : DECIDERS) {
			deciders.add(() -> {
				List<End> told = new ArrayList<>();
				for (TestClient client : clients) {
					StreamLife life = client.stream().life();
					End end = End.of(reason);
					int all = DECIDERS.size() * (told.size() + 1);
					arrived.incrementAndGet();
					for (int spins = 1; arrived.get() < all; spins++) {
						if (spins % 10_000 == 0) {
							Thread.yield();
						}
					}
					told.add(life.decide(end));
				}
				return told;
			});
		}
		List<Future<List<End>>> told = this.threads.invokeAll(deciders, 40, TimeUnit.SECONDS);
		for (int round = 0; round < clients.size(); round++) {
			TestClient client = clients.get(round);
			End end = client.stream().life().end();
			for (Future<List<End>> one : told) {
				assertThat(one.get().get(round)).as("told in round %s", round).isSameAs(end);
			}
			client.stream().complete();
			assertThat(client.closeReasons()).containsExactly(end.reason());
		}
	}

	@Test
	void aStreamThatManyThreadsCloseEndsOnceForOneReason() throws Exception {
		for (int round = 0; round < 500; round++) {
			boolean isAttached = round % 2 == 0;
			TestClient client = (isAttached) ? this.engine.attach("c" + round) : detached(round);
			if (isAttached) {
				client.stream().keepOpen().open();
			}
			fromAllThreads((reason) -> {
				client.stream().life().close(reason);
				return reason;
			});
			if (isAttached) {
				client.returned();
			}
			this.engine.turn();
			assertThat(client.closeReasons()).hasSize(1);
			assertThat(client.stream().life().end()).extracting(End::reason).isEqualTo(client.closeReasons().get(0));
			assertThat(this.engine.streams().all()).isEmpty();
		}
	}

	@Test
	void aStreamThatIsClosedWhileItsMethodReturnsEndsOnceForTheReasonThatWasToldFirst() throws Exception {
		for (int round = 0; round < 500; round++) {
			TestClient client = this.engine.attach("c" + round);
			client.stream().keepOpen();
			CyclicBarrier start = new CyclicBarrier(2);
			Future<?> close = this.threads.submit(() -> {
				start.await(20, TimeUnit.SECONDS);
				client.stream().life().close(SseCloseReason.REPLACED);
				return null;
			});
			start.await(20, TimeUnit.SECONDS);
			client.returned();
			close.get(20, TimeUnit.SECONDS);
			this.engine.turn();
			assertThat(client.closeReasons()).containsExactly(SseCloseReason.REPLACED);
			assertThat(this.engine.streams().all()).isEmpty();
		}
	}

	private TestClient detached(int round) {
		TestClient client = this.engine.attach("c" + round);
		client.stream().keepOpen();
		client.returned();
		this.engine.turn();
		return client;
	}

	/**
	 * Calls with another reason in each thread, all at once.
	 */
	private <T> List<T> fromAllThreads(Function<SseCloseReason, T> call) throws Exception {
		CyclicBarrier start = new CyclicBarrier(THREADS);
		List<Callable<T>> calls = new ArrayList<>();
		for (SseCloseReason reason : SseCloseReason.values()) {
			calls.add(() -> {
				start.await(20, TimeUnit.SECONDS);
				return call.apply(reason);
			});
		}
		List<T> results = new ArrayList<>();
		for (Future<T> future : this.threads.invokeAll(calls)) {
			results.add(future.get(20, TimeUnit.SECONDS));
		}
		return results;
	}

}
