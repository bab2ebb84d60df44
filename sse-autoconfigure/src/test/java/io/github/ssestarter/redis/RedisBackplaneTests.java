package io.github.ssestarter.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SsePublishException;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.LocalRegistry;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.backplane.MessageCodec;
import io.github.ssestarter.redis.ScriptedRedis.Fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RedisBackplane}, on a Redis that fails as it is told to.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisBackplaneTests {

	private final ScriptedRedis redis = new ScriptedRedis();

	private final AtomicLong skipped = new AtomicLong();

	private final List<RedisBackplane> backplanes = new ArrayList<>();

	private int refusedBegins;

	@AfterEach
	void stop() {
		this.redis.down(false);
		this.backplanes.forEach(RedisBackplane::stop);
	}

	@Test
	void allNodesHearTheSameInOneOrder() throws Exception {
		Node left = start();
		Node right = start();
		List<CompletableFuture<EventId>> places = new ArrayList<>();
		for (int i = 0; i < 1_000; i++) {
			places.add(((i % 2 == 0) ? left : right).publish("e" + i));
		}
		for (CompletableFuture<EventId> place : places) {
			place.get(30, TimeUnit.SECONDS);
		}
		waiting().untilAsserted(() -> assertThat(left.bodies).hasSize(1_000));
		waiting().untilAsserted(() -> assertThat(right.ids).isEqualTo(left.ids));
		assertThat(right.bodies).isEqualTo(left.bodies);
		assertThat(left.ids).isSorted().doesNotHaveDuplicates();
		assertThat(left.begins).hasSize(1);
	}

	@Test
	void whatWasCarriedOutWithoutAnAnswerIsHeardOnceAndHasItsPlace() throws Exception {
		Node node = start();
		node.publish("before").get(30, TimeUnit.SECONDS);
		this.redis.fault("append", Fault.EXECUTED_AND_LOST);
		EventId place = node.publish("event").get(30, TimeUnit.SECONDS);
		EventId next = node.publish("after").get(30, TimeUnit.SECONDS);
		node.awaitBodies("before", "event", "after");
		assertThat(node.ids).contains(place, next);
		assertThat(node.ids.get(1)).isEqualTo(place);
	}

	@Test
	void whatNeverReachedRedisIsSentAgain() throws Exception {
		Node node = start();
		this.redis.fault("append", Fault.LOST, Fault.ERROR, Fault.LOST);
		node.publish("event").get(30, TimeUnit.SECONDS);
		node.awaitBodies("event");
	}

	@Test
	void whatIsCarriedOutLateIsHeardOnce() throws Exception {
		Node node = start();
		this.redis.fault("append", Fault.EXECUTED_LATE);
		node.publish("event").get(30, TimeUnit.SECONDS);
		this.redis.wakeUp();
		node.publish("after").get(30, TimeUnit.SECONDS);
		node.awaitBodies("event", "after");
	}

	@Test
	void whileRedisRefusesEventsTheyWaitAndTheReasonIsTold() throws Exception {
		Node node = start();
		this.redis.fault("append", IntStream.range(0, 20).mapToObj((i) -> Fault.ERROR).toArray(Fault[]::new));
		CompletableFuture<EventId> place = node.publish("event");
		waiting().untilAsserted(() -> assertThat(node.backplane.failure()).hasMessageContaining("OOM"));
		place.get(30, TimeUnit.SECONDS);
		waiting().untilAsserted(() -> assertThat(node.backplane.failure()).isNull());
		node.awaitBodies("event");
	}

	@Test
	void whatIsGivenUpAndWasNotCarriedOutIsHeardByNobodyEver() throws Exception {
		Node node = start();
		this.redis.fault("append", Fault.EXECUTED_LATE);
		this.redis.fault("append", IntStream.range(0, 1_000).mapToObj((i) -> Fault.LOST).toArray(Fault[]::new));
		CompletableFuture<EventId> place = node.publish("given up");
		waiting().until(() -> this.redis.count("append") > 2);
		this.skipped.addAndGet(Duration.ofMinutes(2).toNanos());
		assertThat(place).failsWithin(30, TimeUnit.SECONDS)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(SsePublishException.class)
			.withMessageContaining("60s");
		this.redis.wakeUp();
		assertThat(this.redis.entries()).noneMatch((entry) -> entry.body() != null);
	}

	@Test
	void whatIsGivenUpAndWasCarriedOutIsAccepted() throws Exception {
		Node node = start();
		this.redis.fault("append", Fault.EXECUTED_AND_LOST);
		this.redis.fault("append", IntStream.range(0, 1_000).mapToObj((i) -> Fault.LOST).toArray(Fault[]::new));
		CompletableFuture<EventId> place = node.publish("event");
		waiting().until(() -> this.redis.count("append") > 2);
		this.skipped.addAndGet(Duration.ofMinutes(2).toNanos());
		EventId id = place.get(30, TimeUnit.SECONDS);
		node.awaitBodies("event");
		assertThat(node.ids).containsExactly(id);
	}

	@Test
	void whatIsGivenUpAndWasCarriedOutIsAcceptedThoughItIsNotFoundAtOnce() throws Exception {
		Node node = start();
		this.redis.fault("append", Fault.EXECUTED_AND_LOST);
		this.redis.fault("append", IntStream.range(0, 1_000).mapToObj((i) -> Fault.LOST).toArray(Fault[]::new));
		CompletableFuture<EventId> place = node.publish("event");
		waiting().until(() -> this.redis.count("append") > 2);
		this.redis.fault("range", Fault.LOST, Fault.LOST);
		this.skipped.addAndGet(Duration.ofMinutes(2).toNanos());
		EventId id = place.get(30, TimeUnit.SECONDS);
		node.awaitBodies("event");
		assertThat(node.ids).containsExactly(id);
	}

	@Test
	void whatAScriptHasWrittenBeforeItFailedIsAccepted() throws Exception {
		Node node = start();
		this.redis.fault("append", Fault.EXECUTED_AND_ERROR);
		this.redis.fault("append", IntStream.range(0, 1_000).mapToObj((i) -> Fault.ERROR).toArray(Fault[]::new));
		CompletableFuture<EventId> place = node.publish("event");
		waiting().until(() -> this.redis.count("append") > 2);
		this.skipped.addAndGet(Duration.ofMinutes(2).toNanos());
		EventId id = place.get(30, TimeUnit.SECONDS);
		node.awaitBodies("event");
		assertThat(node.ids).containsExactly(id);
	}

	@Test
	void onceNothingWaitsAnyMoreThereIsNoFailureToTell() {
		Node node = start();
		this.redis.fault("append", IntStream.range(0, 100_000).mapToObj((i) -> Fault.ERROR).toArray(Fault[]::new));
		CompletableFuture<EventId> place = node.publish("event");
		waiting().until(() -> node.backplane.failure() != null);
		this.skipped.addAndGet(Duration.ofMinutes(2).toNanos());
		assertThat(place).failsWithin(30, TimeUnit.SECONDS)
			.withThrowableOfType(ExecutionException.class)
			.withMessageContaining("OOM");
		waiting().untilAsserted(() -> assertThat(node.backplane.failure()).isNull());
	}

	@Test
	void anErrorEndsNeitherThreadAndIsTold() throws Exception {
		Node node = start();
		this.redis.fault("append", Fault.BROKEN);
		this.redis.fault("read", Fault.BROKEN);
		node.publish("event").get(30, TimeUnit.SECONDS);
		node.awaitBodies("event");
	}

	@Test
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void anErrorAtTheStartIsTold() {
		this.redis.fault("state", IntStream.range(0, 100).mapToObj((i) -> Fault.BROKEN).toArray(Fault[]::new));
		Node node = start();
		assertThat(node.begins).hasSize(1);
		waiting().until(() -> node.backplane.ready().toCompletableFuture().isDone());
		assertThat(node.backplane.failure()).isNull();
	}

	@Test
	void whileRedisIsSilentNothingThatWasSentFails() {
		Node node = start();
		this.redis.fault("append", Fault.LOST);
		this.redis.fault("append", IntStream.range(0, 1_000).mapToObj((i) -> Fault.LOST).toArray(Fault[]::new));
		CompletableFuture<EventId> place = node.publish("event");
		waiting().until(() -> this.redis.count("append") > 0);
		this.redis.down(true);
		this.skipped.addAndGet(Duration.ofMinutes(2).toNanos());
		waiting().until(() -> this.redis.count("connect") > 20);
		assertThat(place).isNotDone();
	}

	@Test
	void aFullBacklogRefusesAtOnceAndSaysWhy() {
		Node node = start();
		this.redis.down(true);
		List<CompletableFuture<EventId>> places = IntStream.range(0, 2_001)
			.mapToObj((i) -> node.publish("e" + i))
			.toList();
		waiting().until(() -> node.backplane.failure() != null);
		assertThat(places.get(2_000)).isCompletedExceptionally();
		assertThat(places.subList(0, 2_000)).noneMatch(CompletableFuture::isDone);
		assertThat(node.publish("one more")).failsWithin(1, TimeUnit.SECONDS)
			.withThrowableOfType(ExecutionException.class)
			.withMessageContaining("no network");
		assertThat(node.backplane.awaitRoom(Duration.ofMillis(10))).isFalse();
		this.redis.down(false);
		assertThat(node.backplane.awaitRoom(Duration.ofSeconds(30))).isTrue();
		waiting().untilAsserted(() -> assertThat(node.bodies).hasSize(2_000));
	}

	@Test
	void aLogThatIsDeletedIsAGapAndWhatComesIsHeard() throws Exception {
		Node node = start();
		node.publish("before").get(30, TimeUnit.SECONDS);
		node.awaitBodies("before");
		this.redis.delete();
		EventId after = node.publish("after").get(30, TimeUnit.SECONDS);
		node.awaitBodies("before", "after");
		assertThat(node.begins).hasSize(2);
		assertThat(node.ids.get(1)).isEqualTo(after);
		assertThat(after.generation()).isNotEqualTo(node.ids.get(0).generation());
	}

	@Test
	void aTailThatIsLostIsAGapThoughItsIdsAreGivenAgain() throws Exception {
		Node node = start();
		for (String body : List.of("a", "b", "c")) {
			node.publish(body).get(30, TimeUnit.SECONDS);
		}
		node.awaitBodies("a", "b", "c");
		EventId lost = node.ids.get(2);
		this.redis.down(true);
		this.redis.loseTail(2);
		this.redis.down(false);
		node.publish("d").get(30, TimeUnit.SECONDS);
		node.publish("e").get(30, TimeUnit.SECONDS);
		node.awaitBodies("a", "b", "c", "d", "e");
		assertThat(node.begins).hasSize(2);
		assertThat(node.ids.get(4).generation()).isNotEqualTo(lost.generation());
	}

	@Test
	void whatOthersPublishedBeforeTheLossWasNoticedIsHeard() throws Exception {
		Node node = start();
		node.publish("a").get(30, TimeUnit.SECONDS);
		node.publish("b").get(30, TimeUnit.SECONDS);
		node.awaitBodies("a", "b");
		this.redis.down(true);
		this.redis.loseTail(1);
		// Has the id of "b"
		this.redis.add(new LogEntry.Origin("another", 0), body("of another node"));
		this.redis.down(false);
		node.awaitBodies("a", "b", "of another node");
		assertThat(node.begins).hasSize(2);
	}

	@Test
	void aNodeThatHasMissedWhatWasTrimmedIsToldOfAGap() throws Exception {
		Node node = start();
		node.publish("a").get(30, TimeUnit.SECONDS);
		node.awaitBodies("a");
		this.redis.down(true);
		for (int i = 0; i < 5; i++) {
			this.redis.add(new LogEntry.Origin("another", i), body("b" + i));
		}
		this.redis.loseHead(2);
		this.redis.down(false);
		node.awaitBodies("a", "b3", "b4");
		assertThat(node.begins).hasSize(2);
		assertThat(node.begins.get(1).generation()).isEqualTo(node.begins.get(0).generation());
		assertThat(node.begins.get(1)).isBetween(node.ids.get(0), node.ids.get(1));
	}

	@Test
	void aTailThatIsLostBetweenTwoReadsIsAGapAndWhatHasItsIdsIsHeard() throws Exception {
		Node node = start();
		node.publish("a").get(30, TimeUnit.SECONDS);
		node.publish("b").get(30, TimeUnit.SECONDS);
		node.awaitBodies("a", "b");
		this.redis.after("read", () -> {
			this.redis.loseTail(1);
			// Has the id of "b"
			this.redis.add(new LogEntry.Origin("another", 0), body("c"));
			this.redis.add(new LogEntry.Origin("another", 1), body("d"));
		});
		node.awaitBodies("a", "b", "c", "d");
		assertThat(node.begins).hasSize(2);
	}

	@Test
	void whatIsTrimmedAfterAGapWasFoundIsPartOfTheGap() throws Exception {
		Node node = start();
		node.publish("a").get(30, TimeUnit.SECONDS);
		node.awaitBodies("a");
		this.redis.down(true);
		for (int i = 0; i < 5; i++) {
			this.redis.add(new LogEntry.Origin("another", i), body("b" + i));
		}
		this.redis.loseHead(3);
		LogId trimmed = this.redis.entries().get(1).id();
		this.redis.after("state", () -> this.redis.loseHead(1));
		this.redis.down(false);
		node.awaitBodies("a", "b4");
		assertThat(node.begins.get(node.begins.size() - 1)).isGreaterThan(trimmed.in("aaaaaa"))
			.isLessThan(node.ids.get(1));
	}

	@Test
	void whatIsLookedUpIsNotLookedForBeforeItWasSent() throws Exception {
		Node node = start();
		node.publish("first").get(30, TimeUnit.SECONDS);
		this.redis.addManyAndTrim(5_000, 6_000, (i) -> body("b" + i));
		waiting().until(() -> node.bodies.contains("b4999"));
		this.redis.fault("append", Fault.EXECUTED_AND_LOST);
		int before = this.redis.count("range");
		EventId place = node.publish("event").get(30, TimeUnit.SECONDS);
		assertThat(this.redis.count("range") - before).isOne();
		waiting().until(() -> node.bodies.contains("event"));
		assertThat(node.ids.get(node.ids.size() - 1)).isEqualTo(place);
	}

	@Test
	void whatIsLookedUpLateIsFoundThoughTheNodeHasReadFarPastIt() throws Exception {
		Node node = start();
		node.publish("first").get(30, TimeUnit.SECONDS);
		this.redis.fault("append", Fault.EXECUTED_AND_LOST);
		this.redis.fault("append", IntStream.range(0, 200).mapToObj((i) -> Fault.LOST).toArray(Fault[]::new));
		CompletableFuture<EventId> place = node.publish("event");
		node.awaitBodies("first", "event");
		this.redis.add(new LogEntry.Origin("another", 0), body("other"));
		node.awaitBodies("first", "event", "other");
		assertThat(place.get(30, TimeUnit.SECONDS)).isEqualTo(node.ids.get(1));
	}

	@Test
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void aReceiverThatCannotBeginIsAskedAgain() throws Exception {
		this.redis.add(new LogEntry.Origin("another", 0), body("a"));
		this.refusedBegins = 3;
		Node node = start();
		node.backplane.ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
		node.publish("b").get(30, TimeUnit.SECONDS);
		waiting().until(() -> node.bodies.contains("b"));
		assertThat(node.backplane.failure()).isNull();
	}

	@Test
	void anInterruptDoesNotEndTheReader() throws Exception {
		Node node = start();
		this.redis.down(true);
		waiting().until(() -> node.backplane.failure() != null);
		for (int i = 0; i < 3; i++) {
			int tries = this.redis.count("connect");
			Thread.getAllStackTraces()
				.keySet()
				.stream()
				.filter((thread) -> thread.getName().startsWith("sse-redis-"))
				.forEach(Thread::interrupt);
			waiting().until(() -> this.redis.count("connect") > tries);
		}
		this.redis.down(false);
		node.publish("a").get(30, TimeUnit.SECONDS);
		node.awaitBodies("a");
	}

	@Test
	void whatIsTrimmedWhileTheLogIsCheckedIsNotTakenForLost() throws Exception {
		Node node = start();
		node.publish("a").get(30, TimeUnit.SECONDS);
		node.awaitBodies("a");
		this.redis.down(true);
		for (int i = 0; i < 5; i++) {
			this.redis.add(new LogEntry.Origin("another", i), body("b" + i));
		}
		this.redis.after("state", () -> this.redis.loseHead(2));
		this.redis.after("get", () -> this.redis.loseHead(2));
		this.redis.down(false);
		waiting().untilAsserted(() -> assertThat(node.bodies).contains("b4"));
		assertThat(node.begins).extracting(EventId::generation).containsOnly(node.begins.get(0).generation());
	}

	@Test
	void whatIsTrimmedWhileANodeStartsIsNotKnown() {
		Node first = start();
		this.redis.addManyAndTrim(20, 20, (i) -> body("b" + i));
		waiting().until(() -> first.bodies.contains("b19"));
		first.backplane.stop();
		this.redis.after("state", () -> this.redis.loseHead(5));
		Node node = start();
		node.awaitBodies("b15", "b16", "b17", "b18", "b19");
		assertThat(node.begins.get(node.begins.size() - 1)).isLessThan(node.ids.get(0))
			.isGreaterThan(first.ids.get(14));
	}

	@Test
	void aNodeThatMayNotTrimReadsOnAndOneAtAReplicaConnectsAnew() {
		Node node = start();
		int connections = this.redis.count("connect");
		this.redis.fault("trim", Fault.FORBIDDEN);
		this.skipped.addAndGet(Duration.ofSeconds(10).toNanos());
		waiting().until(() -> this.redis.count("trim") == 1);
		assertThat(this.redis.count("connect")).isEqualTo(connections);
		this.redis.fault("trim", Fault.ERROR);
		this.skipped.addAndGet(Duration.ofSeconds(10).toNanos());
		waiting().until(() -> this.redis.count("trim") == 2 && this.redis.count("connect") > connections);
		waiting().until(() -> node.backplane.failure() == null);
	}

	@Test
	void whatIsTrimmedWhileANodeReadsManyIsAGap() {
		Node node = start();
		this.redis.add(new LogEntry.Origin("another", 0), body("first"));
		node.awaitBodies("first");
		this.redis.addManyAndTrim(3_000, 1_000, (i) -> body("b" + i));
		waiting().untilAsserted(() -> assertThat(node.bodies).hasSize(1_001).endsWith("b2999"));
		assertThat(node.begins).hasSize(2);
	}

	@Test
	void anOutageWithoutALossIsNoGap() throws Exception {
		Node node = start();
		node.publish("a").get(30, TimeUnit.SECONDS);
		this.redis.down(true);
		waiting().until(() -> node.backplane.failure() != null);
		this.redis.add(new LogEntry.Origin("another", 0), body("b"));
		this.redis.down(false);
		node.awaitBodies("a", "b");
		assertThat(node.begins).hasSize(1);
		waiting().untilAsserted(() -> assertThat(node.backplane.failure()).isNull());
	}

	@Test
	void aMessageThatIsInTheLogTwiceIsHeardOnce() {
		Node node = start();
		this.redis.add(new LogEntry.Origin("another", 0), body("a"));
		this.redis.add(new LogEntry.Origin("another", 1), body("b"));
		this.redis.add(new LogEntry.Origin("another", 0), body("a"));
		this.redis.add(new LogEntry.Origin("another", 1), body("b"));
		this.redis.add(new LogEntry.Origin("another", 2), body("c"));
		node.awaitBodies("a", "b", "c");
	}

	@Test
	void whatCannotBeReadIsLeftOutAndToldOfOnce(CapturedOutput output) {
		Node node = start();
		this.redis.add(new LogEntry.Origin("another", 0), "no message".getBytes(StandardCharsets.UTF_8));
		this.redis.add(null, null);
		this.redis.add(new LogEntry.Origin("another", 1), new byte[0]);
		this.redis.add(new LogEntry.Origin("another", 2), body("a"));
		node.awaitBodies("a");
		assertThat(output).containsOnlyOnce("is left out, as all such are");
	}

	@Test
	void whatTheReceiverFailsAtIsToldEachTime(CapturedOutput output) throws Exception {
		Node node = start();
		node.refused.addAll(List.of("a", "c"));
		EventId first = node.publish("a").get(30, TimeUnit.SECONDS);
		node.publish("b").get(30, TimeUnit.SECONDS);
		EventId third = node.publish("c").get(30, TimeUnit.SECONDS);
		node.publish("d").get(30, TimeUnit.SECONDS);
		node.awaitBodies("b", "d");
		assertThat(output).contains("The event " + first + " has come", "The event " + third + " has come");
		assertThat(output).doesNotContain("is left out");
	}

	@Test
	void aStartingNodeHasWhatTheLogHoldsButNoOrders() throws Exception {
		Node first = start();
		for (int i = 0; i < 1_200; i++) {
			first.publish("e" + i);
		}
		first.backplane.publish(new Message.Close(SseAudience.everyone(), new byte[0])).get(30, TimeUnit.SECONDS);
		first.awaitOrders(1);
		Node second = start();
		assertThat(second.bodies).hasSize(1_200).isEqualTo(first.bodies);
		assertThat(second.backplane.ready().toCompletableFuture()).isCompleted();
		first.backplane.publish(new Message.Close(SseAudience.everyone(), new byte[0])).get(30, TimeUnit.SECONDS);
		second.awaitOrders(1);
		assertThat(second.begins).hasSize(1);
	}

	@Test
	void withoutRedisItStartsAndIsNotReadyUntilItHasReadTheLog() throws Exception {
		Node first = start();
		first.publish("a").get(30, TimeUnit.SECONDS);
		this.redis.down(true);
		Node second = start();
		assertThat(second.begins).hasSize(1);
		assertThat(second.backplane.failure()).hasMessageContaining("no network");
		assertThat(second.backplane.ready().toCompletableFuture()).isNotDone();
		this.redis.down(false);
		second.backplane.ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
		second.awaitBodies("a");
		assertThat(second.begins).hasSize(2);
	}

	@Test
	void withoutRedisItDoesNotStartIfItIsNotTo() {
		this.redis.down(true);
		assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(() -> start(OnStart.FAIL))
			.withMessageContaining("no network");
	}

	@Test
	void itPublishesWhatWaitsBeforeItStops() {
		Node node = start();
		Node other = start();
		List<CompletableFuture<EventId>> places = IntStream.range(0, 1_500)
			.mapToObj((i) -> node.publish("e" + i))
			.toList();
		node.backplane.stop();
		assertThat(places).allMatch((place) -> place.isDone() && !place.isCompletedExceptionally());
		waiting().untilAsserted(() -> assertThat(other.bodies).hasSize(1_500));
		assertThat(node.publish("too late")).isCompletedExceptionally();
	}

	@Test
	void withoutRedisItStopsAndFailsWhatWaits() {
		Node node = start();
		this.redis.down(true);
		CompletableFuture<EventId> place = node.publish("event");
		node.backplane.stop();
		assertThat(place).isCompletedExceptionally();
		assertThat(place).failsWithin(1, TimeUnit.SECONDS)
			.withThrowableOfType(ExecutionException.class)
			.withMessageContaining("the application is stopping")
			.withMessageNotContaining("60s");
	}

	@Test
	void itTellsForHowLongItIsBehindAndHowOftenItConnectedAnew() throws Exception {
		Node node = start();
		node.publish("event").get(30, TimeUnit.SECONDS);
		node.awaitBodies("event");
		waiting().untilAsserted(() -> assertThat(node.backplane.status().lag()).isZero());
		assertThat(node.backplane.status().reconnects()).isZero();
		assertThat(node.backplane.status().sinceCheck()).isBetween(Duration.ZERO, Duration.ofSeconds(30));
		this.redis.down(true);
		waiting().until(() -> node.backplane.failure() != null);
		this.skipped.addAndGet(Duration.ofMinutes(1).toNanos());
		assertThat(node.backplane.status().lag()).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
		assertThat(node.backplane.status().sinceCheck()).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
		this.redis.down(false);
		waiting().untilAsserted(() -> assertThat(node.backplane.status().lag()).isZero());
		assertThat(node.backplane.status().reconnects()).isBetween(1L, 2L);
		this.redis.delete();
		waiting().until(() -> node.reasons.contains("the log was deleted"));
	}

	@Test
	void itRestsBetweenTriesAndReads() {
		Node node = start();
		int reads = this.redis.count("read");
		this.redis.down(true);
		waiting().until(() -> node.backplane.failure() != null);
		int tries = this.redis.count("connect");
		long since = System.nanoTime();
		waiting().until(() -> this.redis.count("connect") > tries + 10);
		assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofMillis(20));
		assertThat(reads).isLessThan(1_000);
	}

	private Node start() {
		return start(OnStart.WAIT);
	}

	private Node start(OnStart onStart) {
		RedisSettings settings = new RedisSettings(onStart, Duration.ofMinutes(10), Duration.ZERO,
				new RedisSettings.Backlog(2_000, 1_000_000), Duration.ofMinutes(1), Duration.ofMillis(200),
				Duration.ofMillis(2), Duration.ofMillis(5));
		RedisBackplane backplane = new RedisBackplane((RedisLog.Connector) this.redis, new LocalRegistry(), settings,
				new Random(), () -> System.nanoTime() + this.skipped.get());
		this.backplanes.add(backplane);
		Node node = new Node(backplane, this.refusedBegins);
		backplane.start(node);
		return node;
	}

	private static byte[] body(String body) {
		return MessageCodec.encode(event(body));
	}

	private static Message event(String body) {
		return new Message.Event(SseAudience.everyone(), body.getBytes(StandardCharsets.UTF_8), null);
	}

	private static ConditionFactory waiting() {
		return Awaitility.await().atMost(30, TimeUnit.SECONDS).pollInterval(5, TimeUnit.MILLISECONDS);
	}

	/**
	 * A node, with what it has heard.
	 */
	private static final class Node implements Backplane.Receiver {

		private final RedisBackplane backplane;

		private final List<EventId> begins = new CopyOnWriteArrayList<>();

		private final List<String> reasons = new CopyOnWriteArrayList<>();

		private final List<EventId> ids = new CopyOnWriteArrayList<>();

		private final List<String> bodies = new CopyOnWriteArrayList<>();

		private final List<EventId> orders = new CopyOnWriteArrayList<>();

		private final List<String> refused = new CopyOnWriteArrayList<>();

		private int refusedBegins;

		Node(RedisBackplane backplane, int refusedBegins) {
			this.backplane = backplane;
			this.refusedBegins = refusedBegins;
		}

		CompletableFuture<EventId> publish(String body) {
			return this.backplane.publish(event(body));
		}

		void awaitBodies(String... bodies) {
			waiting().untilAsserted(() -> assertThat(this.bodies).containsExactly(bodies));
		}

		void awaitOrders(int count) {
			waiting().untilAsserted(() -> assertThat(this.orders).hasSize(count));
		}

		@Override
		public void begin(EventId start) {
			if (this.refusedBegins > 0) {
				this.refusedBegins--;
				throw new IllegalStateException("refused");
			}
			this.begins.add(start);
		}

		@Override
		public void begin(EventId start, String reason) {
			this.reasons.add(reason);
			begin(start);
		}

		@Override
		public void receive(EventId id, Message message) {
			if (message instanceof Message.Event event) {
				String body = new String(event.body(), StandardCharsets.UTF_8);
				if (this.refused.contains(body)) {
					throw new IllegalStateException("refused");
				}
				this.bodies.add(body);
				this.ids.add(id);
			}
			else {
				this.orders.add(id);
			}
		}

	}

}
