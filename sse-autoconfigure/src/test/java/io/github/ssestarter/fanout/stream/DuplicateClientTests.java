package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.backplane.ClusterRegistry;
import io.github.ssestarter.fanout.EngineInside;
import io.github.ssestarter.fanout.notice.Limit;
import io.github.ssestarter.fanout.stream.StreamSettings.OnDuplicate;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Two streams with one client id.
 */
class DuplicateClientTests {

	private static final int ROUNDS = 10_000;

	private static final List<String> USERS = List.of("ada", "bob");

	/** After so many the other is taken to have no processor. */
	private static final int SPINS = 1_000;

	@Test
	void theNewerReplacesTheOlderOnceItOpens() {
		TestEngine engine = new TestEngine().start();
		TestClient older = engine.attach("c1");
		older.stream().join("topic");
		older.returned();
		TestClient newer = engine.attach("c1");
		engine.turn();
		assertThat(older.closeReasons()).isEmpty();
		newer.stream().join("topic");
		newer.returned();
		engine.turn();
		assertThat(older.closeReasons()).containsExactly(SseCloseReason.REPLACED);
		assertThat(newer.stream().isOpen()).isTrue();
		assertThat(engine.engine().findClient("c1")).isSameAs(newer.stream().life().request());
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void twoThatReplaceEachOtherOverAndOverAreToldToStayAway(CapturedOutput output) {
		TestEngine engine = new TestEngine().start();
		List<String> farewells = new ArrayList<>();
		TestClient older = engine.attach("c1").joined();
		for (int i = 0; i < 6; i++) {
			engine.pass(Duration.ofSeconds(2));
			older = replace(engine, older, farewells);
		}
		assertThat(farewells.subList(0, 3)).noneMatch((farewell) -> farewell.contains("retry: 60000\n"));
		assertThat(farewells.subList(3, 6)).allMatch((farewell) -> farewell.contains("retry: 60000\n"));
		assertThat(output).containsOnlyOnce("WARN").doesNotContain("c1");
		assertThat(older.stream().isOpen()).isTrue();
	}

	@Test
	void theyAreToldSoAsLongAsTheyComeBackAfterIt() {
		TestEngine engine = new TestEngine().start();
		List<String> farewells = new ArrayList<>();
		TestClient older = engine.attach("c1").joined();
		for (int i = 0; i < 4; i++) {
			older = replace(engine, older, farewells);
		}
		for (int i = 0; i < 3; i++) {
			engine.pass(Duration.ofSeconds(61));
			older = replace(engine, older, farewells);
		}
		assertThat(farewells.subList(3, 7)).allMatch((farewell) -> farewell.contains("retry: 60000\n"));
		engine.pass(Duration.ofMinutes(3));
		replace(engine, older, farewells);
		assertThat(farewells.get(7)).doesNotContain("retry: 60000\n");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void aClientThatComesBackNowAndThenReplacesItsOwnStreamAndIsToldNothing(CapturedOutput output) {
		TestEngine engine = new TestEngine().start();
		List<String> farewells = new ArrayList<>();
		TestClient older = engine.attach("c1").joined();
		for (int i = 0; i < 10; i++) {
			engine.pass(Duration.ofSeconds(11));
			older = replace(engine, older, farewells);
		}
		assertThat(farewells).noneMatch((farewell) -> farewell.contains("retry: 60000\n"));
		assertThat(output).doesNotContain("WARN");
	}

	private static TestClient replace(TestEngine engine, TestClient older, List<String> farewells) {
		TestClient newer = engine.attach("c1").joined();
		assertThat(older.closeReasons()).containsExactly(SseCloseReason.REPLACED);
		farewells.add(older.take());
		return newer;
	}

	@Test
	void theOlderOneLivesOnIfTheNewerFailsBeforeItOpens() {
		TestEngine engine = new TestEngine().start();
		TestClient older = engine.attach("c1");
		older.stream().keepOpen();
		older.returned();
		engine.attach("c1").stream().handlerReturned(false);
		engine.turn();
		assertThat(older.stream().isOpen()).isTrue();
		assertThat(engine.engine().findClient("c1")).isSameAs(older.stream().life().request());
	}

	@Test
	void anAttachedOneIsReplacedAtItsNextWrite() {
		TestEngine engine = new TestEngine().start();
		TestClient older = engine.attach("c1");
		older.stream().open();
		TestClient newer = engine.attach("c1");
		newer.stream().open();
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> older.stream().send("late"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.REPLACED));
		newer.stream().send("on time");
	}

	@Test
	void aStreamThatOpensWhileTheOlderDetachesIsNotReplacedByIt() {
		TestEngine engine = new TestEngine().start();
		TestClient older = engine.attach("c1");
		older.stream().join("topic").open();
		TestClient newer = engine.attach("c1");
		newer.stream().join("topic");
		older.response().whileDetaching(newer::returned);
		older.returned();
		engine.turn();
		assertThat(newer.stream().isOpen()).isTrue();
		assertThat(older.closeReasons()).containsExactly(SseCloseReason.REPLACED);
		assertThat(engine.engine().findClient("c1")).isSameAs(newer.stream().life().request());
		engine.send(SseAudience.client("c1"), "for the client");
		engine.turn();
		assertThat(newer.takeData()).containsExactly("for the client");
	}

	@Test
	void whereTheyAreRejectedTheOlderLivesAndItsEndMakesRoom() {
		TestEngine engine = new TestEngine();
		engine.onDuplicate = OnDuplicate.REJECT;
		engine.start();
		TestClient older = engine.attach("c1");
		assertThatExceptionOfType(NoRoomException.class).isThrownBy(() -> engine.attach("c1"))
			.withMessageContaining("sse.client-id.on-duplicate")
			.satisfies((ex) -> assertThat(ex.getLimit()).isEqualTo(Limit.DUPLICATE_CLIENT));
		older.returned();
		assertThat(engine.attach("c1").stream().isOpen()).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void ofTwoAtOnceExactlyOneLives(OnDuplicate onDuplicate) throws Exception {
		TestEngine engine = new TestEngine();
		engine.onDuplicate = onDuplicate;
		engine.start();
		ExecutorService executor = Executors.newFixedThreadPool(2);
		try {
			CyclicBarrier barrier = new CyclicBarrier(2);
			for (int i = 0; i < ROUNDS; i++) {
				String id = "c" + i;
				AtomicInteger both = new AtomicInteger();
				List<Future<@Nullable TestClient>> opening = new ArrayList<>();
				for (String user : USERS) {
					opening.add(executor.submit(() -> open(engine, id, user, barrier, both)));
				}
				List<TestClient> opened = new ArrayList<>();
				for (Future<@Nullable TestClient> one : opening) {
					TestClient client = one.get(10, TimeUnit.SECONDS);
					if (client != null) {
						opened.add(client);
					}
				}
				engine.turn();
				List<TestClient> living = opened.stream().filter((client) -> client.stream().isOpen()).toList();
				assertThat(living).as("Round " + i).hasSize(1);
				assertThat(engine.engine().findClient(id)).isSameAs(living.get(0).stream().life().request());
				assertThat(online(engine)).as("Round " + i)
					.containsExactly(living.get(0).stream().life().request().user());
				engine.send(SseAudience.client(id), "for the client");
				engine.turn();
				assertThat(living.get(0).takeData()).as("Round " + i).containsExactly("for the client");
				living.get(0).stream().complete();
				engine.turn();
				assertThat(engine.engine().findClient(id)).isNull();
				assertThat(online(engine)).isEmpty();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static List<String> online(TestEngine engine) {
		ClusterRegistry registry = EngineInside.registry(engine.engine());
		return USERS.stream().filter((user) -> registry.isOnline(user).join()).toList();
	}

	private static @Nullable TestClient open(TestEngine engine, String id, String user, CyclicBarrier barrier,
			AtomicInteger both) throws Exception {
		barrier.await(10, TimeUnit.SECONDS);
		try {
			TestClient client = engine.attach(id, user, null);
			client.stream().keepOpen();
			if (engine.onDuplicate == OnDuplicate.REPLACE) {
				both.incrementAndGet();
				for (int spins = 1; both.get() < 2; spins++) {
					// The two have to be within nanoseconds of each other
					Thread.onSpinWait();
					if (spins % SPINS == 0) {
						Thread.yield();
					}
				}
			}
			client.returned();
			return client;
		}
		catch (NoRoomException ex) {
			return null;
		}
	}

}
