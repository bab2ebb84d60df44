package io.github.ssestarter.fanout.stream;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SsePublishException;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.EngineInside;
import io.github.ssestarter.fanout.testsupport.ReadyResponse;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Whom an order to close finds, and when.
 */
@Timeout(120)
class CloseOrderTests {

	private final TestEngine engine = new TestEngine();

	/**
	 * An audience, and how one becomes a part of it and is not any more.
	 */
	enum Way {

		TOPIC(SseAudience.topic("a/1"), (stream) -> stream.join("a/1"), (stream) -> stream.leave("a/1")),

		PATTERN(SseAudience.topic("a/1"), (stream) -> stream.joinMatching("a/*"), (stream) -> stream.leave("a/*"));

		private final SseAudience audience;

		private final Consumer<SseStream> join;

		private final Consumer<SseStream> leave;

		Way(SseAudience audience, Consumer<SseStream> join, Consumer<SseStream> leave) {
			this.audience = audience;
			this.join = join;
			this.leave = leave;
		}

	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void betweenTwoEventsAnOrderFindsWhoHasJoinedAndNotWhoComesLater(Way way) {
		this.engine.start();
		this.engine.broadcast("1");
		this.engine.turn();
		TestClient early = this.engine.attach("early").joined("b");
		TestClient late = this.engine.attach("late").joined("b");
		TestClient left = this.engine.attach("left").joined("b");
		TestClient attachedEarly = attached("attachedEarly");
		TestClient attachedLate = attached("attachedLate");
		TestClient attachedLeft = attached("attachedLeft");
		long position = this.engine.history().tail().position();
		way.join.accept(left.stream());
		way.join.accept(attachedLeft.stream());
		close(SseAudience.topic("nobody"));
		way.leave.accept(left.stream());
		way.leave.accept(attachedLeft.stream());
		way.join.accept(early.stream());
		way.join.accept(attachedEarly.stream());
		close(way.audience);
		way.leave.accept(early.stream());
		way.leave.accept(attachedEarly.stream());
		way.join.accept(late.stream());
		way.join.accept(attachedLate.stream());
		assertThat(this.engine.history().tail().position()).isEqualTo(position);
		carryOut();
		List.of(attachedEarly, attachedLate, attachedLeft).forEach(TestClient::returned);
		carryOut();
		assertThat(List.of(early, attachedEarly)).allMatch(CloseOrderTests::isClosed);
		assertThat(List.of(late, left, attachedLate, attachedLeft)).allMatch((client) -> client.stream().isOpen());
		close(way.audience);
		carryOut();
		assertThat(List.of(late, attachedLate)).allMatch(CloseOrderTests::isClosed);
		assertThat(List.of(left, attachedLeft)).allMatch((client) -> client.stream().isOpen());
	}

	@Test
	void whoLeavesAndJoinsAgainIsFoundByEachOrderThatComesWhileItHasJoined() {
		for (int when = 0; when < 4; when++) {
			this.engine.start();
			TestClient detached = this.engine.attach("detached").joined("a", "b");
			TestClient attached = attached("attached");
			attached.stream().join("a");
			for (int step = 0; step < 4; step++) {
				if (step == when) {
					close(SseAudience.topic("a"));
				}
				for (TestClient client : List.of(detached, attached)) {
					if (!client.stream().isOpen()) {
						continue;
					}
					if (step % 2 == 0) {
						client.stream().leave("a");
					}
					else {
						client.stream().join("a");
					}
				}
			}
			attached.returned();
			carryOut();
			boolean hasJoined = when % 2 == 0;
			assertThat(List.of(detached, attached)).as("Order before step %s", when)
				.allMatch((client) -> isClosed(client) == hasJoined);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "everyone", "user", "client", "topic" })
	void anOrderFindsWhoeverIsThereAndNotWhoComesInTheSameMoment(String kind) {
		SseAudience audience = switch (kind) {
			case "everyone" -> SseAudience.everyone();
			case "user" -> SseAudience.user("alice");
			case "client" -> SseAudience.client("c1", "c2", "c3", "c4");
			default -> SseAudience.topic("a");
		};
		this.engine.start();
		this.engine.broadcast("1");
		TestClient detached = this.engine.attach("c1", "alice", null).joined("a");
		TestClient attached = this.engine.attach("c2", "alice", null);
		attached.stream().join("a").open();
		close(audience);
		TestClient newcomer = this.engine.attach("c3", "alice", null);
		newcomer.stream().join("a").open();
		TestClient newcomerDetached = this.engine.attach("c4", "alice", null);
		newcomerDetached.stream().join("a");
		newcomerDetached.returned();
		carryOut();
		attached.returned();
		newcomer.returned();
		carryOut();
		assertThat(List.of(detached, attached)).allMatch(CloseOrderTests::isClosed);
		assertThat(List.of(newcomer, newcomerDetached)).allMatch((client) -> client.stream().isOpen());
	}

	@ParameterizedTest
	@ValueSource(strings = { "everyone", "user", "client", "topic" })
	void aMethodThatIsAtWorkIsToldAtOnce(String kind) {
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null);
		client.stream().join("a").open();
		TestClient other = this.engine.attach("c2", "bob", null);
		other.stream().join("b").open();
		order(audience(kind));
		this.engine.streams().carryOutOrders();
		assertThat(client.stream().isOpen()).isFalse();
		assertThat(other.stream().isOpen()).isEqualTo(!kind.equals("everyone"));
	}

	private static SseAudience audience(String kind) {
		return switch (kind) {
			case "everyone" -> SseAudience.everyone();
			case "user" -> SseAudience.user("alice");
			case "client" -> SseAudience.client("nobody", "c1");
			default -> SseAudience.topic("a");
		};
	}

	@Test
	void aClientsStreamIsClosedBeforeItsShardComesToTheOrder() {
		this.engine.start();
		TestClient client = this.engine.attach("c1").joined("a");
		TestClient other = this.engine.attach("c2").joined("a");
		this.engine.turn();
		order(SseAudience.client("nobody", "c1"));
		this.engine.streams().carryOutOrders();
		assertThat(client.stream().isOpen()).isFalse();
		assertThat(other.stream().isOpen()).isTrue();
	}

	@Test
	void aStreamThatIsDetachedWhileAnOrderIsCarriedOutIsClosed() throws Exception {
		this.engine.maxEvents = 100_000;
		this.engine.start();
		int rounds = 3_000;
		CyclicBarrier round = new CyclicBarrier(2);
		List<TestClient> clients = new ArrayList<>();
		for (int i = 0; i < rounds; i++) {
			TestClient client = this.engine.attach("c" + i);
			client.stream().join("t" + i);
			clients.add(client);
		}
		Thread methods = new Thread(() -> {
			for (TestClient client : clients) {
				meet(round);
				client.returned();
			}
		});
		methods.start();
		for (int i = 0; i < rounds; i++) {
			meet(round);
			order(SseAudience.topic("t" + i));
			this.engine.turn();
			this.engine.streams().carryOutOrders();
		}
		methods.join(30_000);
		carryOut();
		assertThat(clients).allMatch(CloseOrderTests::isClosed);
	}

	@Test
	void aStreamThatItsShardGetsToKnowAfterItHasCarriedOutTheOrderIsClosed() {
		this.engine.start();
		TestClient client = attached("c1");
		client.stream().join("a");
		TestClient other = attached("c2");
		client.response().whileDetaching(() -> {
			order(SseAudience.topic("a"));
			order(SseAudience.topic("nobody"));
			this.engine.turn();
		});
		client.returned();
		other.returned();
		carryOut();
		assertThat(isClosed(client)).isTrue();
		assertThat(other.stream().isOpen()).isTrue();
	}

	@Test
	void tenThousandOrdersCostTheirAudience() {
		this.engine.maxEvents = 100_000;
		this.engine.start();
		List<Counting> others = new ArrayList<>();
		for (int i = 0; i < 5_000; i++) {
			Counting response = new Counting();
			EngineStream stream = this.engine.engine()
				.attach(response, new StreamRequest("other" + i, null, null, null, null));
			stream.join("other/" + i);
			stream.handlerReturned(true);
			others.add(response);
		}
		TestClient client = this.engine.attach("c1").joined("a/9999");
		this.engine.turn();
		others.forEach((response) -> response.asked = 0);
		for (int i = 0; i < 10_000; i++) {
			close(SseAudience.topic("a/" + i));
		}
		ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long allocated = thread.getCurrentThreadAllocatedBytes();
		carryOut();
		assertThat(thread.getCurrentThreadAllocatedBytes() - allocated).as("A list of all for each order is more")
			.isLessThan(10_000L * 5_000);
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
		assertThat(others).allMatch((response) -> response.asked == 0);
		close(SseAudience.topic("other/7"));
		carryOut();
		assertThat(others).filteredOn((response) -> response.asked > 0).containsExactly(others.get(7));
		assertThat(others).filteredOn((response) -> response.isCompleted).containsExactly(others.get(7));
	}

	@Test
	void anOrderOnAnEngineThatHasStoppedIsRefusedAsAnEventIsAndHarmsNobody() {
		this.engine.startThreads();
		TestClient client = this.engine.attach("c1");
		client.stream().join("a");
		this.engine.engine().stop();
		SseBroadcaster broadcaster = this.engine.engine().broadcaster();
		assertThatCode(() -> broadcaster.close(SseAudience.everyone())).doesNotThrowAnyException();
		assertThat(broadcaster.publish(SseAudience.everyone(), SseEvent.of("x"))).isCompletedExceptionally()
			.failsWithin(1, TimeUnit.SECONDS)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(SsePublishException.class);
		this.engine.streams().carryOutOrders();
		assertThat(client.closeReasons()).isEmpty();
	}

	@Test
	void anOrderThatABackplaneBringsAfterTheStopEndsWhoIsStillAttached() {
		this.engine.startThreads();
		TestClient client = this.engine.attach("c1");
		client.stream().join("a").open();
		this.engine.engine().stop();
		assertThat(EngineInside.shards(this.engine.engine()).isRunning()).isFalse();
		order(SseAudience.topic("a"));
		this.engine.streams().carryOutOrders();
		assertThat(client.stream().isOpen()).isFalse();
		client.stream().handlerReturned(true);
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
	}

	private TestClient attached(String clientId) {
		TestClient client = this.engine.attach(clientId);
		client.stream().join("b");
		return client;
	}

	private void close(SseAudience audience) {
		this.engine.engine().broadcaster().close(audience);
	}

	/**
	 * Gives an order as a backplane does, which does not carry it out.
	 */
	private void order(SseAudience audience) {
		EventId id = this.engine.history().tail().id().next(1000);
		this.engine.engine().receive(id, new Message.Close(audience, new byte[0]));
	}

	private void carryOut() {
		this.engine.streams().carryOutOrders();
		this.engine.turn();
	}

	private static boolean isClosed(TestClient client) {
		return client.closeReasons().equals(List.of(SseCloseReason.CLOSED));
	}

	private static void meet(CyclicBarrier barrier) {
		try {
			barrier.await(20, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Counts how often it is looked at.
	 */
	private static final class Counting extends ReadyResponse {

		private int asked;

		private boolean isCompleted;

		@Override
		public boolean isReady() {
			this.asked++;
			return true;
		}

		@Override
		public void complete() {
			this.isCompleted = true;
		}

	}

}
