package io.github.ssestarter.fanout.stream;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.SseStreamClosedEvent;
import io.github.ssestarter.fanout.EngineConnections;
import io.github.ssestarter.fanout.notice.EngineListener;
import io.github.ssestarter.fanout.shard.ShardsInside;
import io.github.ssestarter.fanout.testsupport.FakeResponse;
import io.github.ssestarter.fanout.testsupport.FakeTransport;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;
import io.github.ssestarter.fanout.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for a stream that two want to end: whoever decided first gives the reason, all
 * are told that one, once, and nothing of the stream is kept.
 */
class StreamEndTests {

	private static final Duration LOGIN = Duration.ofSeconds(2);

	private static final String LARGE = "x".repeat(400);

	private final TestEngine engine = new TestEngine();

	private final List<SseCloseReason> counted = new CopyOnWriteArrayList<>();

	StreamEndTests() {
		this.engine.logins = new SseLogins() {

			@Override
			public Instant expiresAt(Principal principal) {
				return Instant.ofEpochMilli(StreamEndTests.this.engine.millis.get()).plus(LOGIN);
			}

		};
		this.engine.start();
		this.engine.engine().addListener(new EngineListener() {

			@Override
			public void closed(SseCloseReason reason, Duration duration) {
				StreamEndTests.this.counted.add(reason);
			}

		});
	}

	// Detached

	/**
	 * A client that takes nothing, so that no end comes to its end before the other.
	 */
	private TestClient blocked() {
		TestClient client = this.engine.attach("c1", "alice", null).joined("a");
		client.transport().block();
		this.engine.broadcast("never taken");
		this.engine.turn();
		return client;
	}

	static Stream<Arguments> detachedPairs() {
		List<Arguments> pairs = new ArrayList<>();
		for (DetachedEnd first : DetachedEnd.values()) {
			for (DetachedEnd second : DetachedEnd.values()) {
				// The container cannot fail for a client that it knows to be gone
				if (first != second && !(first == DetachedEnd.GONE && second == DetachedEnd.CONTAINER_FAULT)) {
					pairs.add(Arguments.of(first, second));
				}
			}
		}
		return pairs.stream();
	}

	@ParameterizedTest(name = "{0}, then {1}")
	@MethodSource("detachedPairs")
	void ofTwoInOneTurnTheFirstDecides(DetachedEnd first, DetachedEnd second) {
		TestClient client = blocked();
		first.action.accept(new Ending(this.engine, client));
		second.action.accept(new Ending(this.engine, client));
		this.engine.turn();
		endsWith(client, first.reason);
	}

	@ParameterizedTest(name = "{0}, a turn, then {1}")
	@MethodSource("detachedPairs")
	void ofTwoWithATurnBetweenThemTheFirstDecides(DetachedEnd first, DetachedEnd second) {
		TestClient client = blocked();
		first.action.accept(new Ending(this.engine, client));
		this.engine.turn();
		isTold(client, first.reason);
		second.action.accept(new Ending(this.engine, client));
		isTold(client, first.reason);
		this.engine.turn();
		endsWith(client, first.reason);
	}

	@ParameterizedTest(name = "{0}, then {1}")
	@MethodSource("detachedPairs")
	void aClientThatIsReadyAfterAllGetsOneEnd(DetachedEnd first, DetachedEnd second) {
		TestClient client = blocked();
		first.action.accept(new Ending(this.engine, client));
		second.action.accept(new Ending(this.engine, client));
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		endsWith(client, first.reason);
	}

	@ParameterizedTest
	@EnumSource
	void aClientThatNeverTakesItsLastBytesIsToldTheSame(DetachedEnd end) {
		TestClient client = blocked();
		end.action.accept(new Ending(this.engine, client));
		this.engine.turn();
		isTold(client, end.reason);
		this.engine.pass(Duration.ofSeconds(6));
		endsWith(client, end.reason);
	}

	/**
	 * What the application is told as soon as the end is decided.
	 */
	private void isTold(TestClient client, SseCloseReason reason) {
		assertThat(client.stream().isOpen()).as("isOpen()").isFalse();
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> client.stream().send("later"))
			.satisfies((ex) -> assertThat(ex.getReason()).as("send(…)").isEqualTo(reason));
		assertThat(client.closeReasons()).as("onClose(…)").allMatch((told) -> told == reason);
	}

	/**
	 * All that the client has not taken yet, it takes or never will.
	 */
	private void endsWith(TestClient client, SseCloseReason reason) {
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		this.engine.nanoTime.addAndGet(Duration.ofSeconds(6).toNanos());
		this.engine.turn();
		hasEnded(client, reason);
		assertThat(ShardsInside.connections(this.engine.shards())).isZero();
		FakeTransport transport = client.transport();
		assertThat(transport.violations()).isEmpty();
		assertThat(transport.isCompleted() || transport.isAborted() || isCut(transport)).as("The response is given up")
			.isTrue();
	}

	private static boolean isCut(FakeTransport transport) {
		try {
			transport.isReady();
			return false;
		}
		catch (IOException ex) {
			return true;
		}
	}

	private void hasEnded(TestClient client, SseCloseReason reason) {
		assertThat(client.closeReasons()).as("onClose(…)").containsExactly(reason);
		isTold(client, reason);
		List<SseCloseReason> late = new ArrayList<>();
		client.stream().onClose(late::add);
		assertThat(late).as("onClose(…) afterwards").containsExactly(reason);
		assertThat(this.counted).as("EngineListener").containsExactly(reason);
		assertThat(this.engine.events.stream().filter(SseStreamClosedEvent.class::isInstance))
			.extracting((event) -> ((SseStreamClosedEvent) event).reason())
			.as("SseStreamClosedEvent")
			.containsExactly(reason);
		assertThat(this.engine.streams().all()).isEmpty();
		assertThat(this.engine.engine().findClient("c1")).isNull();
		assertThat(new EngineConnections(this.engine.engine(), InstantSource.system()).find(SseAudience.everyone()))
			.isEmpty();
	}

	@Test
	void aBlockedClientThatIsClosedByOrderIsClosedAtOnce() {
		TestClient client = blocked();
		this.engine.engine().broadcaster().close(SseAudience.client("c1"));
		isTold(client, SseCloseReason.CLOSED);
		this.engine.turn();
		isTold(client, SseCloseReason.CLOSED);
	}

	@Test
	void whoGoesOnSendingToAClientThatIsClosedByOrderIsNotToldThatItIsSlow() {
		TestClient client = blocked();
		this.engine.engine().broadcaster().close(SseAudience.client("c1"));
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> {
			for (int i = 0; i < 10; i++) {
				client.stream().send(LARGE);
			}
		}).satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.CLOSED));
		this.engine.turn();
		endsWith(client, SseCloseReason.CLOSED);
	}

	@Test
	void aStreamThatIsClosedWhileItCompletesDoesNotWaitForWhatItMissed() {
		TestClient client = blocked();
		client.stream().complete();
		this.engine.turn();
		client.stream().life().close(SseCloseReason.REPLACED);
		this.engine.turn();
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).isEmpty();
		assertThat(client.transport().isCompleted()).isTrue();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.COMPLETED);
	}

	@Test
	void aClientThatResetsWhileItsStreamCompletesChangesNothing() {
		TestClient client = blocked();
		client.stream().send("last").complete();
		this.engine.turn();
		client.transport().cut();
		this.engine.turn();
		endsWith(client, SseCloseReason.COMPLETED);
	}

	@Test
	void aWriteThatFailsWhileTheStreamCompletesChangesNothing() {
		TestClient client = this.engine.attach("c1", "alice", null).joined("a");
		client.transport().fail();
		client.stream().send("last").complete();
		this.engine.turn();
		endsWith(client, SseCloseReason.COMPLETED);
	}

	/**
	 * The application's thread has found the stream open, and is held up before it goes
	 * on.
	 */
	@Test
	void aStreamThatEndsWhileTheApplicationCompletesItIsNotEndedAgain() {
		TestClient client = blocked();
		Phase found = client.stream().life().phase();
		client.transport().cut();
		this.engine.turn();
		found.complete();
		this.engine.turn();
		assertThat(client.stream().life().phase().connection()).as("Kept").isNull();
		endsWith(client, SseCloseReason.CLIENT_GONE);
	}

	@Test
	void aStreamThatEndsWhileTheApplicationOverflowsItIsNotEndedAgain() {
		TestClient client = blocked();
		Phase found = client.stream().life().phase();
		client.stream().send(LARGE).send(LARGE);
		client.transport().cut();
		this.engine.turn();
		for (int i = 0; i < 4; i++) {
			assertThatExceptionOfType(SseClosedException.class)
				.isThrownBy(() -> found.send(LARGE.getBytes(StandardCharsets.UTF_8), null))
				.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.CLIENT_GONE));
		}
		this.engine.turn();
		assertThat(client.stream().life().phase().connection()).as("Kept").isNull();
		endsWith(client, SseCloseReason.CLIENT_GONE);
	}

	/**
	 * Each stream is completed on this thread while its shard is at work on it.
	 */
	@Test
	void nothingOfAResponseIsKeptByWhoKeepsItsStream() {
		TestEngine engine = new TestEngine().startThreads();
		List<EngineStream> streams = new ArrayList<>();
		List<WeakReference<Transport>> transports = new ArrayList<>();
		for (int i = 0; i < 5_000; i++) {
			open(engine, i, streams, transports);
		}
		streams.forEach(EngineStream::complete);
		await().atMost(Duration.ofSeconds(20)).until(() -> engine.streams().all().isEmpty());
		engine.engine().stop();
		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			System.gc();
			assertThat(transports.stream().filter((transport) -> transport.get() != null).count()).as("Kept").isZero();
		});
		assertThat(streams).noneMatch(EngineStream::isOpen);
	}

	private static void open(TestEngine engine, int number, List<EngineStream> streams,
			List<WeakReference<Transport>> transports) {
		FakeResponse response = new FakeResponse(number);
		EngineStream stream = engine.engine().attach(response, new StreamRequest("c" + number, null, null, null, null));
		stream.keepOpen();
		stream.handlerReturned(true);
		streams.add(stream);
		transports.add(new WeakReference<>(response.transport()));
	}

	// Attached

	static Stream<Arguments> attachedPairs() {
		List<Arguments> pairs = new ArrayList<>();
		for (AttachedEnd first : AttachedEnd.values()) {
			for (AttachedEnd second : AttachedEnd.values()) {
				if (first != second) {
					pairs.add(Arguments.of(first, second));
				}
			}
		}
		return pairs.stream();
	}

	@ParameterizedTest(name = "{0}, then {1}")
	@MethodSource("attachedPairs")
	void ofTwoThatEndAnAttachedStreamTheFirstDecides(AttachedEnd first, AttachedEnd second) {
		TestClient client = this.engine.attach("c1", "alice", null);
		client.stream().send("taken");
		first.action.accept(new Ending(this.engine, client));
		second.action.accept(new Ending(this.engine, client));
		if (first != AttachedEnd.METHOD_FAILED && second != AttachedEnd.METHOD_FAILED) {
			client.returned();
		}
		hasEnded(client, first.reason);
	}

	@ParameterizedTest
	@EnumSource
	void aStreamThatIsOrderedToEndBeforeItIsDetachedIsToldTheOrder(DetachedEnd second) {
		TestClient client = this.engine.attach("c1", "alice", null);
		client.stream().join("a");
		client.response().whileDetaching(() -> this.engine.engine().broadcaster().close(SseAudience.client("c1")));
		client.returned();
		client.transport().block();
		second.action.accept(new Ending(this.engine, client));
		this.engine.turn();
		endsWith(client, SseCloseReason.CLOSED);
	}

	private static void overflow(EngineStream stream) {
		try {
			for (int i = 0; i < 10; i++) {
				stream.send(LARGE);
			}
		}
		catch (SseClosedException ex) {
			// As it is to be
		}
	}

	private static void sendTo(EngineStream stream) {
		try {
			stream.send("x");
		}
		catch (SseClosedException ex) {
			// As it is to be
		}
	}

	/**
	 * Who ends a detached stream.
	 */
	enum DetachedEnd {

		COMPLETE(SseCloseReason.COMPLETED, (ending) -> ending.stream().complete()),

		ORDER(SseCloseReason.CLOSED, Ending::order),

		LOGOUT(SseCloseReason.LOGGED_OUT, Ending::logOut),

		OVERFLOW(SseCloseReason.SLOW, (ending) -> overflow(ending.stream())),

		GONE(SseCloseReason.CLIENT_GONE, (ending) -> ending.client.transport().cut()),

		LOGIN_END(SseCloseReason.EXPIRED, (ending) -> ending.pass(LOGIN)),

		CONTAINER_FAULT(SseCloseReason.FAILED, Ending::crash),

		SHARD_STOP(SseCloseReason.SHUTDOWN, Ending::stopShard);

		private final SseCloseReason reason;

		private final Consumer<Ending> action;

		DetachedEnd(SseCloseReason reason, Consumer<Ending> action) {
			this.reason = reason;
			this.action = action;
		}

	}

	/**
	 * Who ends an attached stream.
	 */
	enum AttachedEnd {

		COMPLETE(SseCloseReason.COMPLETED, (ending) -> ending.stream().complete()),

		ORDER(SseCloseReason.CLOSED, Ending::order),

		LOGOUT(SseCloseReason.LOGGED_OUT, Ending::logOut),

		GONE(SseCloseReason.CLIENT_GONE, (ending) -> {
			ending.client.response().cut();
			sendTo(ending.stream());
		}),

		METHOD_FAILED(SseCloseReason.FAILED, (ending) -> ending.stream().handlerReturned(false));

		private final SseCloseReason reason;

		private final Consumer<Ending> action;

		AttachedEnd(SseCloseReason reason, Consumer<Ending> action) {
			this.reason = reason;
			this.action = action;
		}

	}

	private record Ending(TestEngine engine, TestClient client) {

		private EngineStream stream() {
			return this.client.stream();
		}

		private void order() {
			this.engine.engine().broadcaster().close(SseAudience.client("c1"), SseEvent.of("bye"));
		}

		private void logOut() {
			this.engine.engine()
				.closer()
				.closeIf((request) -> request.clientId().equals("c1"), SseCloseReason.LOGGED_OUT);
		}

		private void pass(Duration time) {
			this.engine.nanoTime.addAndGet(time.plusMillis(5).toNanos());
			this.engine.turn();
		}

		private void crash() {
			this.client.transport().crash();
			this.client.transport().allow(Long.MAX_VALUE);
			this.engine.turn();
		}

		private void stopShard() {
			ShardsInside.end(this.engine.shards());
		}

	}

}
