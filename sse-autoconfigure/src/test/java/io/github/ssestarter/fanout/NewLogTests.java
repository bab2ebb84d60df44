package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.notice.EngineListener;
import io.github.ssestarter.fanout.notice.EngineListener.Resumption;
import io.github.ssestarter.fanout.shard.ShardSettings.OnLag;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A log begins while streams are open, see {@link Backplane.Receiver#begin}.
 */
@Timeout(60)
class NewLogTests {

	private static final String NEW = "newlog";

	private final TestEngine engine = new TestEngine();

	private final List<Resumption> resumptions = new ArrayList<>();

	private EventId last = new EventId(5, 0, NEW);

	private boolean hasThreads;

	@AfterEach
	void stop() {
		if (this.hasThreads) {
			this.engine.engine().stop();
		}
	}

	@Test
	void itsPositionIsBeyondAllThatWas() {
		this.engine.start();
		this.engine.broadcast("1", "2");
		begin();
		assertThat(this.engine.history().tail().position()).isEqualTo(3);
		assertThat(this.engine.history().beforeOldest()).isEqualTo(this.engine.history().tail());
		assertThat(this.engine.history().get(1)).isNull();
	}

	@Test
	void whoIsLiveIsToldOfAGapAndGoesOnWithTheNewLog() {
		TestClient client = this.engine.start().attach("c1").joined("a");
		this.engine.broadcast("1");
		this.engine.turn();
		client.take();
		begin();
		this.engine.turn();
		assertThat(client.take()).isEqualTo(gap("#1"));
		receive(SseAudience.topic("a"), "2");
		receive(SseAudience.topic("b"), "3");
		receive(SseAudience.everyone(), "4");
		this.engine.turn();
		assertThat(client.take()).isEqualTo("data: 2\nid: 5-1." + NEW + "\n\ndata: 4\nid: 5-3." + NEW + "\n\n");
		assertThat(client.closeReasons()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(OnLag.class)
	void whatTheNewLogHasBroughtBeforeTheTurnComesAfterTheGap(OnLag onLag) {
		this.engine.onLag = onLag;
		TestClient client = this.engine.start().attach("c1").joined("a");
		begin();
		receive(SseAudience.topic("a"), "1");
		this.engine.turn();
		receive(SseAudience.topic("a"), "2");
		this.engine.turn();
		switch (onLag) {
			case LAG -> assertThat(client.takeData()).containsExactly(gapData("#0"), "1", "2");
			case SKIP -> assertThat(client.takeData()).last().isEqualTo("2");
			case DISCONNECT -> assertThat(client.closeReasons()).containsExactly(SseCloseReason.SLOW);
		}
	}

	@Test
	void whatWasDueOfTheOldLogAndCannotBeFoundAnyMoreIsAGap() {
		TestClient client = this.engine.start().attach("c1").joined("a");
		this.engine.broadcast("1", "2");
		begin();
		receive(SseAudience.everyone(), "3");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly(gapData("#0"), "3");
	}

	@Test
	void whoLagsIsToldOfAGapOnceItsClientReads() {
		TestClient client = this.engine.start().attach("c1").joined("a");
		client.transport().block();
		this.engine.broadcast("1");
		this.engine.turn();
		begin();
		receive(SseAudience.everyone(), "2");
		this.engine.turn();
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).containsExactly(gapData("#0"), "2");
	}

	@Test
	void whoIsAttachedIsToldOfAGapWhenItsMethodReturns() {
		TestClient client = this.engine.start().attach("c1");
		client.stream().join("a").open();
		client.take();
		begin();
		receive(SseAudience.everyone(), "1");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly(gapData("#0"), "1");
	}

	@Test
	void whoIsKeptOpenIsToldOfAGapSinceItMayHaveMissedWhatWasForItsClient() {
		TestClient client = this.engine.start().attach("c1");
		client.stream().keepOpen();
		client.returned();
		this.engine.turn();
		client.take();
		begin();
		receive(SseAudience.client("c1"), "1");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly(gapData("#0"), "1");
	}

	@Test
	void whoJoinsAfterItHasMissedNothing() {
		this.engine.start();
		this.engine.broadcast("1");
		begin();
		TestClient client = this.engine.attach("c1").joined("a");
		receive(SseAudience.topic("a"), "2");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("2");
	}

	@Test
	void whatWasSentToOneStreamAloneIsNotLost() {
		TestClient client = this.engine.start().attach("c1").joined("a");
		client.transport().block();
		client.stream().send("before");
		begin();
		client.stream().send("after");
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).containsExactlyInAnyOrder("before", gapData("#0"), "after")
			.containsSubsequence(gapData("#0"), "after");
	}

	@Test
	void whoComesBackWithAnIdOfTheOldLogGetsAGap() {
		this.engine.start();
		this.engine.engine().addListener(new EngineListener() {
			@Override
			public void resumed(Resumption resumption) {
				NewLogTests.this.resumptions.add(resumption);
			}
		});
		this.engine.broadcast("1", "2");
		String id = this.engine.history().tail().id().toString();
		begin();
		receive(SseAudience.everyone(), "3");
		TestClient client = this.engine.attach("c1", null, id);
		client.stream().join("a");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly(gapData("#2"), "3");
		assertThat(this.resumptions).containsExactly(Resumption.UNKNOWN);
	}

	@Test
	void whoComesBackWithAnIdOfTheNewLogGetsWhatItMissed() {
		this.engine.start();
		this.engine.broadcast("1", "2");
		begin();
		receive(SseAudience.everyone(), "3");
		receive(SseAudience.everyone(), "4");
		TestClient client = this.engine.attach("c1", null, "5-1." + NEW);
		client.stream().join("a");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("4");
	}

	@Test
	void whoComesWithThePlaceOfWhatThisNodeLeftOutHasMissedNothing() {
		this.engine.start();
		begin();
		receive(SseAudience.everyone(), "1");
		this.last = this.last.next(this.last.millis());
		this.engine.engine().passed(this.last);
		TestClient client = this.engine.attach("c1", null, this.last.toString());
		client.stream().join("a");
		client.returned();
		receive(SseAudience.topic("a"), "2");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("2");
	}

	@Test
	void theIdOfTheLastMessageKeepsAll() {
		TestClient client = this.engine.start().attach("c1").joined("a");
		TestClient slow = this.engine.attach("c2").joined("a");
		slow.transport().block();
		this.engine.broadcast("1", "2");
		this.engine.turn();
		this.engine.engine().broadcaster().close(SseAudience.client("nobody"));
		this.engine.engine().begin(this.engine.history().tail().id());
		this.engine.broadcast("3");
		this.engine.turn();
		slow.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "2", "3");
		assertThat(slow.takeData()).containsExactly("1", "2", "3");
		TestClient back = this.engine.attach("c3", null, "#1");
		back.stream().join("a");
		back.returned();
		this.engine.turn();
		assertThat(back.takeData()).containsExactly("2", "3");
	}

	@Test
	void ordersToCloseGoOnInTheNewLog() {
		TestClient before = this.engine.start().attach("c1").joined("a");
		begin();
		close(SseAudience.topic("a"));
		TestClient after = this.engine.attach("c2").joined("a");
		this.engine.turn();
		assertThat(before.closeReasons()).containsExactly(SseCloseReason.CLOSED);
		assertThat(after.closeReasons()).isEmpty();
		close(SseAudience.topic("a"));
		this.engine.turn();
		assertThat(after.closeReasons()).containsExactly(SseCloseReason.CLOSED);
	}

	@Test
	void parkedShardsWakeByIt() {
		this.engine.threads = 2;
		List<TestClient> clients = startThreads();
		long start = System.nanoTime();
		for (int log = 0; log < 50; log++) {
			this.last = new EventId(log, 0, "log" + (100 + log));
			String generation = this.last.generation();
			begin();
			for (TestClient client : clients) {
				await().atMost(Duration.ofSeconds(20))
					.pollInterval(Duration.ofMillis(1))
					.until(() -> client.text().contains(generation));
			}
			receive(SseAudience.topic("a"), "log " + log);
			for (TestClient client : clients) {
				String data = "data: log " + log + "\n";
				await().atMost(Duration.ofSeconds(20))
					.pollInterval(Duration.ofMillis(1))
					.until(() -> client.text().contains(data));
				assertThat(client.takeData()).hasSize(2);
			}
		}
		// One that is not woken sleeps for a second
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
		assertThat(clients).allSatisfy((client) -> assertThat(client.transport().violations()).isEmpty());
	}

	@Test
	void whoeverIsInTheMiddleOfManyEventsIsToldOfAGapAndMissesNoneAfterIt() throws Exception {
		this.engine.threads = 2;
		this.engine.maxEvents = 100_000;
		List<TestClient> clients = startThreads();
		Random random = new Random(3);
		AtomicLong number = new AtomicLong();
		Thread log = new Thread(() -> {
			for (int i = 0; i < 30; i++) {
				this.last = new EventId(i, 0, "log" + (100 + i));
				begin();
				for (int event = random.nextInt(200); event > 0; event--) {
					receive(SseAudience.topic("a"), Long.toString(number.incrementAndGet()));
				}
			}
			receive(SseAudience.topic("a"), "last");
		});
		log.start();
		log.join(30_000);
		for (TestClient client : clients) {
			await().atMost(Duration.ofSeconds(20))
				.until(() -> client.text().endsWith("data: last\nid: " + this.last + "\n\n"));
			assertThat(client.closeReasons()).isEmpty();
			assertThat(client.transport().violations()).isEmpty();
			assertThatNothingIsMissingWithoutAGap(client.takeData());
		}
	}

	private static void assertThatNothingIsMissingWithoutAGap(List<String> data) {
		long before = 0;
		boolean mayHaveLost = false;
		for (String one : data) {
			if (one.startsWith("{")) {
				mayHaveLost = true;
			}
			else if (!one.equals("last")) {
				long number = Long.parseLong(one);
				assertThat(number).isGreaterThan(before);
				assertThat(mayHaveLost || number == before + 1).as("%s after %s", number, before).isTrue();
				before = number;
				mayHaveLost = false;
			}
		}
	}

	@Test
	void whatABackplaneBringsBeforeItsStartReturnsIsKept() {
		Bringing backplane = new Bringing();
		SseEngine engine = this.engine.createOn(backplane);
		EngineInside.prepare(engine);
		backplane.bring("later");
		TestClient newcomer = this.engine.attach("c1");
		newcomer.stream().join("a").fromStart();
		newcomer.returned();
		TestClient back = this.engine.attach("c2", null, "9-0." + NEW);
		back.stream().join("a");
		back.returned();
		this.engine.turn();
		assertThat(newcomer.takeData()).containsExactly("at once", "later");
		assertThat(back.takeData()).containsExactly("at once", "later");
	}

	@Test
	void whatABackplaneBringsWhileTheEngineStartsIsKept() throws Exception {
		for (int round = 0; round < 100; round++) {
			Bringing backplane = new Bringing();
			SseEngine engine = this.engine.createOn(backplane);
			Thread other = new Thread(() -> {
				for (int i = 0; i < 20; i++) {
					backplane.bring("x");
				}
			});
			backplane.meanwhile = other::start;
			engine.start();
			other.join(20_000);
			TestClient client = this.engine.attach("c1");
			client.stream().join("a").fromStart();
			client.returned();
			await().atMost(Duration.ofSeconds(20))
				.pollInterval(Duration.ofMillis(1))
				.until(() -> client.text().contains("id: 9-21." + NEW));
			assertThat(client.takeData()).hasSize(21);
			engine.stop();
		}
	}

	/**
	 * Starts with the engine's own threads, and some clients.
	 */
	private List<TestClient> startThreads() {
		this.engine.startThreads();
		this.hasThreads = true;
		List<TestClient> clients = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			TestClient client = this.engine.attach("c" + i);
			client.stream().join("a");
			client.returned();
			clients.add(client);
			await().until(() -> client.text().contains("connected"));
			client.take();
		}
		return clients;
	}

	private void begin() {
		this.engine.engine().begin(this.last);
	}

	private void receive(SseAudience audience, String data) {
		this.last = this.last.next(this.last.millis());
		byte[] body = this.engine.formatter().formatBody(SseEvent.of(data));
		this.engine.engine().receive(this.last, new Message.Event(audience, body, null));
	}

	private void close(SseAudience audience) {
		this.last = this.last.next(this.last.millis());
		this.engine.engine().receive(this.last, new Message.Close(audience, new byte[0]));
	}

	/**
	 * Of the start of the new log.
	 */
	private String gap(String lastEventId) {
		return "event: sse-gap\ndata: " + gapData(lastEventId) + "\nid: 5-0." + NEW + "\n\n";
	}

	private String gapData(String lastEventId) {
		return "{\"lastEventId\":\"" + lastEventId + "\",\"oldest\":\"5-0." + NEW + "\"}";
	}

	/**
	 * Brings an event before its start has returned.
	 */
	private final class Bringing implements Backplane {

		private Runnable meanwhile = () -> {
		};

		private EventId last = new EventId(9, 0, NEW);

		private Receiver receiver;

		@Override
		public synchronized void start(Receiver receiver) {
			this.receiver = receiver;
			receiver.begin(this.last);
			bring("at once");
			this.meanwhile.run();
		}

		synchronized void bring(String data) {
			this.last = this.last.next(9);
			byte[] body = NewLogTests.this.engine.formatter().formatBody(SseEvent.of(data));
			this.receiver.receive(this.last, new Message.Event(SseAudience.topic("a"), body, null));
		}

		@Override
		public void stop() {
		}

		@Override
		public CompletableFuture<EventId> publish(Message message) {
			throw new UnsupportedOperationException();
		}

	}

}
