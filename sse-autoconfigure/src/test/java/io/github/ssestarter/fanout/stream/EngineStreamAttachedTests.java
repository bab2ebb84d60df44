package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.SseStreamClosedEvent;
import io.github.ssestarter.SseStreamOpenedEvent;
import io.github.ssestarter.fanout.shard.StreamOptions;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for an {@link EngineStream} while its controller method runs.
 */
class EngineStreamAttachedTests {

	private final TestEngine engine = new TestEngine().start();

	private final TestClient client = this.engine.attach("c1", "alice", null);

	private final EngineStream stream = this.client.stream();

	@Test
	void itTellsWhoseItIs() {
		TestClient resuming = this.engine.attach("c2", null, "7");
		assertThat(this.stream.clientId()).isEqualTo("c1");
		assertThat(this.stream.lastEventId()).isNull();
		assertThat(this.stream.principal()).extracting("name").isEqualTo("alice");
		assertThat(resuming.stream().lastEventId()).isEqualTo("7");
		assertThat(resuming.stream().principal()).isNull();
	}

	@Test
	void callsAreChained() {
		SseStream end = this.stream.onClose((reason) -> {
		}).join("a").joinMatching("b/*").leave("a").fromStart().keepOpen().open().send("1").send(SseEvent.of("2"));
		assertThat(end).isSameAs(this.stream);
		assertThat(this.client.takeData()).containsExactly("1", "2");
		this.client.returned();
		end = this.stream.join("a").joinMatching("c/*").leave("b/*").keepOpen().open().send("3").send(SseEvent.of("4"));
		assertThat(end).isSameAs(this.stream);
		this.engine.turn();
		assertThat(this.client.takeData()).containsExactly("3", "4");
	}

	@Test
	void aMethodThatIsInterruptedBeforeItSentAnythingEndsTheStreamAsItIsOrderedTo() {
		assertThat(this.stream.endAsOrdered()).isFalse();
		assertThat(this.stream.isOpen()).isTrue();
		this.stream.life().close(SseCloseReason.CLOSED);
		assertThat(this.client.response().isEnded()).isFalse();
		assertThat(this.stream.endAsOrdered()).isTrue();
		assertThat(this.client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
		assertThat(this.stream.endAsOrdered()).isFalse();
	}

	@Test
	void onceItsMethodHasReturnedItsBeginningAndItsOptionsAreSettled() {
		this.stream.keepOpen();
		this.client.returned();
		assertThatIllegalStateException().isThrownBy(this.stream::fromStart)
			.withMessageContaining("its beginning is settled");
		assertThatIllegalStateException()
			.isThrownBy(() -> this.stream.setOptions(new StreamOptions(Duration.ZERO, Duration.ofSeconds(2))))
			.withMessageContaining("settled once its method has returned");
	}

	@Test
	void untouchedItLeavesTheResponseAlone() {
		assertThat(this.stream.handlerReturned(true)).isFalse();
		assertThat(this.client.response().isPrepared()).isFalse();
		assertThat(this.client.text()).isEmpty();
		assertThat(this.stream.isOpen()).isFalse();
	}

	@Test
	void openCommits() {
		assertThat(this.stream.open()).isSameAs(this.stream);
		this.stream.open();
		assertThat(this.client.response().isPrepared()).isTrue();
		assertThat(this.client.text()).isEqualTo("retry: 2000\n");
	}

	@Test
	void sendWritesAtOnce() {
		this.stream.send(SseEvent.of("tick", 1).id(7));
		assertThat(this.client.take()).isEqualTo("retry: 2000\nevent: tick\ndata: 1\nid: 7\n\n");
		this.stream.send("text").send("name", "data").comment("why");
		assertThat(this.client.take()).isEqualTo("data: text\n\nevent: name\ndata: data\n\n: why\n");
		assertThat(this.stream.handlerReturned(true)).isTrue();
		assertThat(this.client.closeReasons()).containsExactly(SseCloseReason.COMPLETED);
	}

	@Test
	void sendLooksAtWhatItIsGiven() {
		this.stream.open();
		this.client.take();
		this.stream.send((Object) SseEvent.named("done"));
		this.stream.send(ServerSentEvent.builder("x").event("e").id("1").comment("c").build());
		assertThat(this.client.take()).isEqualTo("event: done\ndata: \n\n: c\nevent: e\ndata: x\nid: 1\n\n");
		assertThatIllegalArgumentException().isThrownBy(() -> this.stream.send(SseEmitter.event().data("x")))
			.withMessageContaining("SseEmitter$SseEventBuilderImpl");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.stream.send(new ResponseEntity<>("x", HttpStatus.OK)))
			.withMessageContaining("ResponseEntity");
		assertThat(this.client.take()).isEmpty();
	}

	@Test
	void aServerSentEventMayHaveAnyPartOfOne() {
		this.stream.open();
		this.client.take();
		this.stream.send(ServerSentEvent.builder().comment("c").build());
		assertThat(this.client.take()).isEqualTo(": c\n");
		this.stream.send(ServerSentEvent.builder().id("1").build());
		assertThat(this.client.take()).isEqualTo("id: 1\n\n");
		this.stream.send(ServerSentEvent.builder().retry(Duration.ofSeconds(3)).build());
		assertThat(this.client.take()).isEqualTo("retry: 3000\n");
		this.stream.send(ServerSentEvent.builder().event("e").build());
		assertThat(this.client.take()).isEqualTo("event: e\ndata: \n\n");
		this.stream.send(ServerSentEvent.builder("x").retry(Duration.ofSeconds(3)).build());
		assertThat(this.client.take()).contains("data: x\n").contains("retry: 3000\n");
		this.stream.send(ServerSentEvent.builder("x").comment("c").build());
		assertThat(this.client.take()).contains("data: x\n").contains(": c\n");
		assertThatIllegalArgumentException().isThrownBy(() -> this.stream.send(ServerSentEvent.builder().build()))
			.withMessageContaining("empty ServerSentEvent");
	}

	@Test
	void anIdOfTheLogsFormIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.stream.send(SseEvent.of("x").id("1-2.abcdef")))
			.withMessageContaining("1-2.abcdef");
		assertThat(this.client.response().isPrepared()).isFalse();
	}

	@Test
	void anIdIsSentWithThePlaceInTheLogOnAStreamThatHasJoined() {
		this.stream.join("a").send(SseEvent.of("x").id("7")).send(SseEvent.of("y").id(""));
		assertThat(this.client.take()).isEqualTo("connected\nid: #0\n\ndata: x\nid: #0~7\n\ndata: y\nid: #0\n\n");
	}

	@Test
	void theEventsOfAStreamThatIsNotKeptEndWithTheMethod() {
		this.stream.send("x");
		this.client.returned();
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> this.stream.send("y"))
			.withMessageContaining("keepOpen()")
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.COMPLETED));
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> this.stream.join("a"));
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(this.stream::keepOpen);
	}

	@Test
	void joinAndKeepOpenOnlyRecord() {
		this.stream.join("a").keepOpen();
		assertThat(this.client.response().isPrepared()).isFalse();
		assertThat(this.client.text()).isEmpty();
		assertThat(this.engine.streams().attached()).containsExactly(this.stream.life());
		assertThat(this.stream.handlerReturned(true)).isTrue();
		assertThat(this.client.response().isPrepared()).isTrue();
		assertThat(this.stream.isOpen()).isTrue();
		assertThat(this.engine.streams().attached()).isEmpty();
	}

	@Test
	void noContentIsForAResponseThatIsNotCommitted() {
		this.stream.noContent();
		assertThat(this.client.response().hasNoContent()).isTrue();
		assertThat(this.stream.handlerReturned(true)).isTrue();
		assertThat(this.client.text()).isEmpty();
		TestClient committed = this.engine.attach("c2");
		committed.stream().open();
		assertThatIllegalStateException().isThrownBy(committed.stream()::noContent).withMessageContaining("committed");
		TestClient joined = this.engine.attach("c3");
		joined.stream().join();
		assertThatIllegalStateException().isThrownBy(joined.stream()::noContent).withMessageContaining("joined");
		assertThatIllegalStateException().isThrownBy(this.stream::noContent).withMessageContaining("ended");
	}

	@Test
	void afterNoContentThereIsNoStream() {
		this.stream.noContent();
		assertThatIllegalStateException().isThrownBy(() -> this.stream.send("x")).withMessageContaining("noContent()");
		assertThatIllegalStateException().isThrownBy(() -> this.stream.join("a")).withMessageContaining("noContent()");
		assertThatIllegalStateException().isThrownBy(this.stream::keepOpen).withMessageContaining("noContent()");
		this.client.returned();
		assertThat(this.client.response().isPrepared()).isFalse();
		assertThat(this.stream.isOpen()).isFalse();
	}

	@Test
	void aResponseThatIsAnsweredOtherwiseIsRefused() {
		this.client.response().commitElsewhere();
		assertThatIllegalStateException().isThrownBy(this.stream::open);
		assertThatIllegalStateException().isThrownBy(this.stream::noContent);
	}

	@Test
	void aGoneClientIsNoticedAtTheNextWrite() {
		this.stream.open();
		this.client.response().cut();
		assertThat(this.stream.isOpen()).isTrue();
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> this.stream.send("x"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.CLIENT_GONE));
		assertThat(this.stream.isOpen()).isFalse();
		assertThat(this.client.closeReasons()).containsExactly(SseCloseReason.CLIENT_GONE);
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(this.stream::open);
	}

	@Test
	void completeEndsIt() {
		this.stream.send("x");
		this.stream.complete();
		this.stream.complete();
		assertThat(this.stream.isOpen()).isFalse();
		assertThat(this.client.closeReasons()).containsExactly(SseCloseReason.COMPLETED);
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> this.stream.send("y"));
		assertThat(this.stream.handlerReturned(true)).isTrue();
	}

	@Test
	void aClientThatGoesWhileItsStreamIsClosedByOrderIsClosedByTheOrder() {
		this.stream.open();
		this.engine.engine().broadcaster().close(SseAudience.client("c1"), SseEvent.of("bye", "see you"));
		this.client.response().cut();
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> this.stream.send("x"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.CLOSED));
		assertThat(this.client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
	}

	@Test
	void completeToAGoneClientIsNoFailure() {
		TestEngine engine = new TestEngine();
		engine.closeName = "bye";
		TestClient client = engine.start().attach("c1");
		client.stream().open();
		client.response().cut();
		client.stream().complete();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.COMPLETED);
	}

	@Test
	void theCloseEventIsTheLast() {
		TestEngine engine = new TestEngine();
		engine.closeName = "bye";
		TestClient client = engine.start().attach("c1");
		client.stream().send("x");
		client.returned();
		assertThat(client.text())
			.isEqualTo("retry: 2000\ndata: x\n\nretry: 2000\nevent: bye\ndata: {\"reason\":\"COMPLETED\"}\n\n");
	}

	@Test
	void aFailedMethodEndsItWithoutAJoin() {
		this.stream.join("a");
		this.stream.handlerReturned(false);
		assertThat(this.client.closeReasons()).containsExactly(SseCloseReason.FAILED);
		assertThat(this.client.response().transport()).isNull();
		assertThat(this.client.text()).isEmpty();
	}

	@Test
	void whatIsBroadcastMeanwhileWaits() {
		this.stream.join("a").send("first");
		this.engine.broadcast("second");
		assertThat(this.client.take()).isEqualTo("connected\nid: #0\n\ndata: first\n\n");
		this.stream.send("third");
		assertThat(this.client.take()).isEqualTo("data: third\n\n");
		this.client.returned();
		this.engine.turn();
		assertThat(this.client.take()).isEqualTo("data: second\nid: #1\n\n");
	}

	@Test
	void twoThreadsSendWholeEvents() throws Exception {
		String data = "x".repeat(500);
		ExecutorService threads = Executors.newFixedThreadPool(2);
		for (String name : Set.of("a", "b")) {
			threads.submit(() -> {
				for (int i = 0; i < 2_000; i++) {
					this.stream.send(name, data + i);
				}
			});
		}
		threads.shutdown();
		assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
		assertThat(this.client.takeData()).hasSize(4_000).allMatch((received) -> received.startsWith(data));
	}

	@Test
	void anOrderToCloseIsSeenAtTheNextWrite() {
		this.stream.join("a").send("x");
		this.engine.engine().broadcaster().close(SseAudience.topic("a"), SseEvent.named("bye"));
		assertThat(this.stream.isOpen()).isFalse();
		assertThat(this.client.take()).isEqualTo("connected\nid: #0\n\ndata: x\n\n");
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> this.stream.send("y"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.CLOSED));
		assertThat(this.client.take()).isEqualTo("event: bye\ndata: \n\n");
		assertThat(this.client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
	}

	@Test
	void anOrderToCloseThatNoWriteSawEndsItAfterTheMethod() {
		this.stream.join("a").send("x");
		this.client.take();
		this.engine.engine().broadcaster().close(SseAudience.user("alice"));
		this.client.returned();
		assertThat(this.client.closeReasons()).containsExactly(SseCloseReason.CLOSED);
		assertThat(this.client.response().transport()).isNull();
	}

	@Test
	void theApplicationIsToldOfTheOpeningAndTheEnd() {
		this.stream.join("b", "a");
		assertThat(this.engine.events).isEmpty();
		this.stream.open();
		assertThat(this.engine.events).containsExactly(new SseStreamOpenedEvent("c1", "alice", Set.of("a", "b")));
		this.engine.nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(3));
		this.stream.complete();
		assertThat(this.engine.events).hasSize(2)
			.last()
			.isEqualTo(new SseStreamClosedEvent("c1", "alice", Set.of("a", "b"), SseCloseReason.COMPLETED,
					Duration.ofSeconds(3)));
	}

	@Test
	void aHeartbeatDoesNotWaitForASendThatIsUnderWay() throws Exception {
		this.stream.open();
		this.client.take();
		CountDownLatch held = this.client.response().hold();
		ExecutorService thread = Executors.newSingleThreadExecutor();
		Future<?> send = thread.submit(() -> this.stream.send("slow"));
		await().until(() -> this.client.response().isHeld());
		heartbeat();
		held.countDown();
		send.get(10, TimeUnit.SECONDS);
		thread.shutdown();
		assertThat(this.client.take()).isEqualTo("data: slow\n\n");
		heartbeat();
		assertThat(this.client.take()).isEqualTo(": \n");
	}

	@Test
	void aHeartbeatDoesNotCommit() {
		heartbeat();
		assertThat(this.client.response().isPrepared()).isFalse();
	}

	@Test
	void aHeartbeatIsDueAfterTheIntervalWithoutAWrite() {
		this.engine.nanoTime.addAndGet(1000);
		this.stream.setOptions(new StreamOptions(Duration.ofSeconds(4), Duration.ofSeconds(2)));
		this.stream.open().send("x");
		AttachedPhase phase = (AttachedPhase) this.stream.life().phase();
		long due = this.engine.nanoTime.get() + Duration.ofSeconds(4).toNanos();
		assertThat(phase.isHeartbeatDue(due - 1)).isFalse();
		assertThat(phase.isHeartbeatDue(due)).isTrue();
		this.stream.setOptions(new StreamOptions(Duration.ZERO, Duration.ofSeconds(2)));
		assertThat(phase.isHeartbeatDue(due)).isFalse();
	}

	@Test
	void aHeartbeatIsNotDueAgainBeforeTheInterval() {
		this.stream.setOptions(new StreamOptions(Duration.ofSeconds(4), Duration.ofSeconds(2)));
		this.stream.open();
		AttachedPhase phase = (AttachedPhase) this.stream.life().phase();
		long due = this.engine.nanoTime.addAndGet(Duration.ofSeconds(4).toNanos());
		phase.heartbeat(due);
		assertThat(phase.isHeartbeatDue(due + Duration.ofSeconds(4).toNanos() - 1)).isFalse();
		assertThat(phase.isHeartbeatDue(due + Duration.ofSeconds(4).toNanos())).isTrue();
	}

	@Test
	void aClientThatWasSentNothingYetGetsTheFarewell() {
		this.engine.engine().broadcaster().close(SseAudience.client("c1"), SseEvent.of("bye", "see you"));
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> this.stream.send("x"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.CLOSED));
		assertThat(this.client.response().isPrepared()).isTrue();
		assertThat(this.client.text()).isEqualTo("event: bye\ndata: see you\n\n");
	}

	@Test
	void noFarewellIsWrittenToAResponseThatIsAnsweredOtherwise() {
		TestClient other = this.engine.attach("c2");
		this.stream.noContent();
		other.response().commitElsewhere();
		this.engine.engine().broadcaster().close(SseAudience.client("c1", "c2"), SseEvent.of("bye", "see you"));
		for (TestClient one : List.of(this.client, other)) {
			one.stream().complete();
			assertThat(one.closeReasons()).containsExactly(SseCloseReason.CLOSED);
			assertThat(one.response().isPrepared()).isFalse();
			assertThat(one.text()).isEmpty();
		}
	}

	@Test
	void aHeartbeatThatComesAfterTheMethodHasReturnedIsNotSent() {
		AttachedPhase phase = (AttachedPhase) this.stream.life().phase();
		this.stream.join("a").open();
		this.client.returned();
		this.engine.turn();
		this.client.take();
		phase.heartbeat(0);
		assertThat(this.client.take()).isEmpty();
		assertThat(this.client.response().text()).doesNotContain("heartbeat");
	}

	@Test
	void aHeartbeatThatComesAfterTheStreamCouldNotBeDetachedIsNotSent() {
		AttachedPhase phase = (AttachedPhase) this.stream.life().phase();
		this.client.response().failToDetach(new IllegalStateException("async is not supported"));
		this.stream.join("a").open();
		assertThatIllegalStateException().isThrownBy(this.client::returned);
		phase.heartbeat(0);
		assertThat(this.client.text()).doesNotContain("heartbeat");
	}

	@Test
	void aStreamThatIsCompletedBeforeAnythingIsSentHasItsEndAlone() {
		TestEngine engine = new TestEngine();
		engine.closeName = "bye";
		TestClient client = engine.start().attach("c1");
		client.stream().complete();
		client.returned();
		assertThat(client.response().isPrepared()).isTrue();
		assertThat(client.text()).isEqualTo("retry: 2000\nevent: bye\ndata: {\"reason\":\"COMPLETED\"}\n\n");
	}

	private void heartbeat() {
		((AttachedPhase) this.stream.life().phase()).heartbeat(0);
	}

	@Test
	void aFilterThatFailsAtTheLastWriteLeavesNoStream() {
		TestEngine engine = new TestEngine();
		engine.closeName = "bye";
		TestClient client = engine.start().attach("c1");
		client.stream().open();
		client.response().crash();
		assertThatIllegalStateException().isThrownBy(client::returned);
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.COMPLETED);
		assertThat(engine.streams().all()).isEmpty();
	}

}
