package io.github.ssestarter.fanout.stream;

import java.security.Principal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.fanout.EngineInside;
import io.github.ssestarter.fanout.shard.Frames.HeartbeatMode;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what the {@link io.github.ssestarter.SseAuthorizer} is asked for during the
 * whole life of an {@link EngineStream}.
 */
@ExtendWith(OutputCaptureExtension.class)
class EngineStreamAccessTests {

	private final TestEngine engine = new TestEngine();

	private final Set<String> forbidden = new HashSet<>();

	/** Topics for which the application fails to decide. */
	private final Set<String> failing = new HashSet<>();

	/** Leaves its pattern as that is asked for, {@code null} for nobody. */
	private @Nullable TestClient leaving;

	private final List<String> asked = new ArrayList<>();

	/** What the application's executor has not run yet. */
	private final Queue<Runnable> tasks = new ArrayDeque<>();

	EngineStreamAccessTests() {
		this.engine.authorizer = (principal, topic) -> {
			this.asked.add(topic);
			if (this.leaving != null && topic.equals("orders/*")) {
				this.leaving.stream().leave(topic);
				return false;
			}
			if (this.failing.contains(topic)) {
				throw new IllegalStateException("The database is down");
			}
			return !this.forbidden.contains(topic);
		};
		this.engine.executor = this.tasks::add;
		this.engine.recheckInterval = Duration.ofMinutes(1);
	}

	private void runTasks() {
		Runnable task = this.tasks.poll();
		while (task != null) {
			task.run();
			task = this.tasks.poll();
		}
	}

	private void decide() {
		runTasks();
		this.engine.turn();
	}

	private TestClient pattern(String pattern) {
		TestClient client = this.engine.attach("c1", "alice", null);
		client.stream().joinMatching(pattern);
		client.returned();
		this.engine.turn();
		client.take();
		return client;
	}

	private void recheck() {
		new AccessRecheck(EngineInside.context(this.engine.engine()), this.engine.streams()).round();
		decide();
	}

	@Test
	void eachTopicOfAPatternIsAskedForAtItsFirstEvent() {
		this.forbidden.add("orders/2");
		this.engine.start();
		TestClient client = pattern("orders/*");
		assertThat(this.asked).containsExactly("orders/*");
		for (int i = 0; i < 2; i++) {
			this.engine.send(SseAudience.topic("orders/1"), "one");
			this.engine.send(SseAudience.topic("orders/2"), "two");
			this.engine.turn();
			decide();
			decide();
		}
		assertThat(client.takeData()).containsExactly("one", "one");
		assertThat(this.asked).containsExactly("orders/*", "orders/1", "orders/2");
	}

	@Test
	void untilItIsDecidedTheStreamWaitsAndNothingOvertakes() {
		this.engine.start();
		TestClient client = pattern("orders/*");
		this.engine.broadcast("before");
		this.engine.send(SseAudience.topic("orders/1"), "one");
		this.engine.broadcast("after");
		client.stream().send("own");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("before");
		decide();
		assertThat(client.takeData()).containsExactly("one", "after", "own");
		this.engine.broadcast("live again");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("live again");
	}

	@Test
	void othersDoNotWaitForTheDecision() {
		this.engine.start();
		pattern("orders/*");
		TestClient other = this.engine.attach("c2").joined("orders/1");
		this.engine.send(SseAudience.topic("orders/1"), "one");
		this.engine.turn();
		assertThat(other.takeData()).containsExactly("one");
	}

	@Test
	void aTopicThatIsReplayedIsAskedForToo() {
		this.forbidden.add("orders/2");
		this.engine.start();
		this.engine.send(SseAudience.topic("orders/1"), "one");
		this.engine.send(SseAudience.topic("orders/2"), "two");
		TestClient client = this.engine.attach("c1", "alice", "#0");
		client.stream().joinMatching("orders/*");
		client.returned();
		this.engine.turn();
		decide();
		decide();
		assertThat(client.takeData()).containsExactly("one");
	}

	@Test
	void anIdOfATopicThatIsForbiddenIsNotKnown() {
		this.forbidden.add("orders/2");
		this.engine.start();
		this.engine.engine().broadcaster().send(SseAudience.topic("orders/2"), SseEvent.of("two").id("secret"));
		TestClient client = this.engine.attach("c1", "alice", "secret");
		client.stream().joinMatching("orders/*");
		client.returned();
		this.engine.turn();
		assertThat(client.text()).contains("event: sse-gap");
	}

	@Test
	void whatCannotBeDecidedIsToldAndEndsTheStreamSoThatItsClientCanComeBack(CapturedOutput output) {
		this.failing.add("orders/1");
		this.engine.start();
		TestClient client = pattern("orders/*");
		this.engine.send(SseAudience.topic("orders/1"), "one");
		this.engine.turn();
		decide();
		decide();
		assertThat(client.takeData()).isEmpty();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FAILED);
		assertThat(output).containsOnlyOnce("could not be decided, and the stream is closed: [orders/1]")
			.contains("The database is down");
	}

	@Test
	void aTopicThatIsForbiddenLaterIsLeftAtOnceWithAllThatWasDueOfIt() {
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null).joined("a", "b");
		client.transport().block();
		this.engine.broadcast("x".repeat(9000));
		this.engine.turn();
		this.engine.send(SseAudience.topic("a"), "secret");
		this.engine.send(SseAudience.topic("b"), "not secret");
		this.forbidden.add("a");
		recheck();
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).hasSize(2).last().isEqualTo("not secret");
		assertThat(client.closeReasons()).isEmpty();
		assertThat(this.engine.topics().topics()).containsExactly("b");
	}

	@Test
	void aStreamThatMayHearNothingMoreIsClosed() {
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null).joined("a");
		this.forbidden.add("a");
		recheck();
		this.engine.send(SseAudience.topic("a"), "secret");
		decide();
		assertThat(client.takeData()).isEmpty();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FORBIDDEN);
	}

	@Test
	void theTopicsOfAPatternAreAskedForAgain() {
		this.engine.start();
		TestClient client = pattern("orders/*");
		this.engine.send(SseAudience.topic("orders/1"), "one");
		this.engine.turn();
		decide();
		this.forbidden.add("orders/1");
		recheck();
		this.engine.send(SseAudience.topic("orders/1"), "secret");
		this.engine.send(SseAudience.topic("orders/2"), "two");
		this.engine.turn();
		decide();
		assertThat(client.takeData()).containsExactly("one", "two");
	}

	@Test
	void aTopicOfAPatternThatIsForbiddenStaysSoIfItCannotBeAskedForAgain() {
		this.forbidden.add("orders/1");
		this.engine.start();
		TestClient client = pattern("orders/*");
		this.engine.send(SseAudience.topic("orders/1"), "secret");
		this.engine.turn();
		decide();
		this.failing.add("orders/1");
		recheck();
		this.engine.send(SseAudience.topic("orders/1"), "secret");
		this.engine.broadcast("for all");
		this.engine.turn();
		decide();
		assertThat(client.takeData()).containsExactly("for all");
	}

	@Test
	void anAnswerThatCameTooLateForARoundIsAskedForAgain() {
		boolean[] isDemoted = new boolean[1];
		this.engine.authorizer = (principal, topic) -> {
			if (!topic.equals("orders/1")) {
				return true;
			}
			if (isDemoted[0]) {
				return false;
			}
			isDemoted[0] = true;
			recheck();
			return true;
		};
		this.engine.start();
		TestClient client = pattern("orders/*");
		this.engine.send(SseAudience.topic("orders/1"), "secret");
		this.engine.broadcast("for all");
		this.engine.turn();
		decide();
		assertThat(client.takeData()).containsExactly("for all");
	}

	@Test
	void theUserIsLookedUpAgain() {
		Principal[] seen = new Principal[1];
		Principal demoted = () -> "alice, now without rights";
		this.engine.logins = new SseLogins() {

			@Override
			public Principal current(Principal principal) {
				return demoted;
			}

		};
		this.engine.authorizer = (principal, topic) -> {
			seen[0] = principal;
			return true;
		};
		this.engine.start();
		this.engine.attach("c1", "alice", null).joined("a");
		recheck();
		assertThat(seen[0]).isSameAs(demoted);
	}

	@Test
	void whoMayNotBeLoggedInAnyMoreIsClosedWhateverItHears() {
		this.engine.logins = new SseLogins() {

			@Override
			public @Nullable Principal current(Principal principal) {
				return null;
			}

		};
		this.engine.authorizer = null;
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null).joined();
		TestClient anonymous = this.engine.attach("c2").joined();
		recheck();
		decide();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FORBIDDEN);
		assertThat(anonymous.closeReasons()).isEmpty();
	}

	@Test
	void aFailureToAskAgainLeavesTheStreamAsItWasAndConcernsNoOther() {
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null).joined("a");
		TestClient other = this.engine.attach("c2", "bob", null).joined("b");
		this.forbidden.add("b");
		this.failing.add("a");
		recheck();
		runTasks();
		this.engine.send(SseAudience.topic("a"), "one");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("one");
		assertThat(other.closeReasons()).containsExactly(SseCloseReason.FORBIDDEN);
	}

	@Test
	void whatCannotBeAskedTwiceInARowIsNotHeardAnyMore() {
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null).joined("a", "b");
		this.failing.add("a");
		recheck();
		this.engine.send(SseAudience.topic("a"), "once");
		this.engine.turn();
		recheck();
		this.engine.send(SseAudience.topic("a"), "twice");
		this.engine.send(SseAudience.topic("b"), "other");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("once", "other");
		assertThat(client.closeReasons()).isEmpty();
	}

	@Test
	void aFailureThatIsOverByTheNextRoundCountsForNothing() {
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null).joined("a");
		for (int i = 0; i < 2; i++) {
			this.failing.add("a");
			recheck();
			this.failing.clear();
			recheck();
		}
		this.engine.send(SseAudience.topic("a"), "one");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("one");
	}

	/**
	 * It has failed, rather than been refused: so its client is told when to come back.
	 */
	@Test
	void aStreamThatIsLeftWithoutATopicByFailuresIsToldWhenToComeBack() {
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null).joined("a");
		client.take();
		this.failing.add("a");
		recheck();
		recheck();
		runTasks();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FAILED);
		assertThat(client.take()).isEqualTo("retry: 1000\n");
	}

	@Test
	void aTopicOfAPatternThatCannotBeAskedTwiceInARowIsHeardAgainOnceItIsAllowed() {
		this.engine.start();
		TestClient client = pattern("orders/*");
		this.engine.send(SseAudience.topic("orders/1"), "one");
		this.engine.turn();
		decide();
		this.failing.add("orders/1");
		recheck();
		recheck();
		this.engine.send(SseAudience.topic("orders/1"), "secret");
		this.engine.turn();
		this.failing.clear();
		recheck();
		this.engine.send(SseAudience.topic("orders/1"), "two");
		this.engine.turn();
		decide();
		assertThat(client.takeData()).containsExactly("one", "two");
	}

	@Test
	void aUserWhoCannotBeLookedUpTwiceInARowIsClosed() {
		this.engine.logins = new SseLogins() {

			@Override
			public Principal current(Principal principal) {
				throw new IllegalStateException("The database is down");
			}

		};
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null).joined("a");
		recheck();
		assertThat(client.closeReasons()).isEmpty();
		recheck();
		runTasks();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FAILED);
	}

	@Test
	void eachQuestionIsAskedInTheContextOfTheRequestAndOfTheUserAsItIsNow() {
		Principal demoted = () -> "alice, now without rights";
		List<String> contexts = new ArrayList<>();
		ThreadLocal<String> context = ThreadLocal.withInitial(() -> "none");
		this.engine.contexts = () -> {
			String captured = context.get();
			return new CallContext() {

				@Override
				public <T extends @Nullable Object> T call(@Nullable Principal user, Supplier<T> call) {
					context.set(captured + " of " + ((user != null) ? user.getName() : "nobody"));
					try {
						return call.get();
					}
					finally {
						context.remove();
					}
				}

			};
		};
		this.engine.logins = new SseLogins() {

			@Override
			public Principal current(Principal principal) {
				contexts.add("user: " + context.get());
				return demoted;
			}

		};
		this.engine.authorizer = (principal, topic) -> contexts.add(topic + ": " + context.get());
		this.engine.start();
		context.set("request");
		TestClient client = this.engine.attach("c1", "alice", null);
		client.stream().onClose((reason) -> contexts.add("end: " + context.get()));
		context.remove();
		client.stream().joinMatching("orders/*");
		client.returned();
		this.engine.send(SseAudience.topic("orders/1"), "one");
		this.engine.turn();
		decide();
		recheck();
		client.stream().complete();
		decide();
		runTasks();
		assertThat(contexts).containsExactly("orders/*: request of alice", "orders/1: request of alice",
				"user: request of alice", "orders/1: request of alice, now without rights",
				"orders/*: request of alice, now without rights", "end: request of nobody");
	}

	@Test
	void afterTheCommitARefusedTopicIsLeftAndTheOthersAreHeard() {
		this.forbidden.add("b");
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null);
		client.stream().open();
		client.stream().join("a", "b");
		client.returned();
		this.engine.turn();
		client.stream().join("b");
		this.engine.send(SseAudience.topic("b"), "secret");
		this.engine.send(SseAudience.topic("a"), "one");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("one");
	}

	@Test
	void afterTheCommitAStreamThatMayJoinNothingIsClosed() {
		this.forbidden.add("a");
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null);
		client.stream().open();
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> client.stream().join("a"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.FORBIDDEN));
		client.stream().handlerReturned(false);
		runTasks();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FORBIDDEN);
	}

	@Test
	void aDetachedStreamThatIsKeptOpenAndMayJoinNothingIsClosed() {
		this.forbidden.add("a");
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null);
		client.stream().keepOpen();
		client.returned();
		this.engine.turn();
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> client.stream().join("a"));
		decide();
		runTasks();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FORBIDDEN);
	}

	@Test
	void whatIsCompletedWhileItWaitsEndsOnceItIsDecided() {
		this.engine.start();
		TestClient client = pattern("orders/*");
		this.engine.send(SseAudience.topic("orders/1"), "one");
		this.engine.turn();
		client.stream().complete();
		this.engine.turn();
		assertThat(client.transport().isCompleted()).isFalse();
		decide();
		runTasks();
		assertThat(client.takeData()).containsExactly("one");
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.COMPLETED);
	}

	@Test
	void whatWaitsGetsHeartbeatsAtThePositionItWasServedUpTo() {
		this.engine.heartbeat = Duration.ofSeconds(4);
		this.engine.heartbeatMode = HeartbeatMode.EVENT;
		this.engine.start();
		TestClient client = pattern("orders/*");
		this.engine.send(SseAudience.topic("orders/1"), "one");
		this.engine.pass(Duration.ofSeconds(5));
		assertThat(client.take()).isEqualTo("event: sse-heartbeat\ndata: {}\nid: #0\n\n");
	}

	@Test
	void whatIsNotAnsweredInTimeEndsTheStreamAndTellsItsClientWhenToComeBack() {
		this.engine.start();
		TestClient client = pattern("orders/*");
		runTasks();
		this.engine.send(SseAudience.topic("orders/1"), "one");
		this.engine.turn();
		this.tasks.clear();
		this.engine.pass(this.engine.writeTimeout.plusSeconds(2));
		runTasks();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FAILED);
		assertThat(client.take()).isEqualTo("retry: 1000\n");
	}

	@Test
	void whatAFullExecutorRefusesIsAskedAllTheSame() {
		this.engine.applicationExecutor = (task) -> {
			throw new RejectedExecutionException("full");
		};
		this.engine.start();
		TestClient client = pattern("orders/*");
		this.engine.send(SseAudience.topic("orders/1"), "one");
		this.engine.turn();
		await().untilAsserted(() -> {
			this.engine.turn();
			assertThat(client.text()).contains("data: one\n");
		});
		assertThat(client.closeReasons()).isEmpty();
	}

	@Test
	void anEventForMoreTopicsThanDecisionsAreKeptIsDecidedAtOnce() {
		List<String> topics = new ArrayList<>();
		for (int i = 0; i < 1500; i++) {
			topics.add("orders/" + i);
		}
		this.forbidden.addAll(topics);
		this.engine.start();
		TestClient client = pattern("orders/*");
		this.engine.send(SseAudience.topic(topics), "for many");
		this.engine.broadcast("for all");
		this.engine.turn();
		decide();
		assertThat(client.takeData()).containsExactly("for all");
		assertThat(this.asked).hasSize(1501);
	}

	@Test
	void whereItIsUndecidedAStreamIsNotClosedWithTheTopicAndGetsNoFarewell() {
		this.engine.start();
		TestClient client = pattern("orders/*");
		this.engine.engine().broadcaster().close(SseAudience.topic("orders/1"), SseEvent.of("secret"));
		assertThat(this.engine.engine().broadcaster().connectedCount(SseAudience.topic("orders/1"))).isZero();
		this.engine.turn();
		decide();
		assertThat(client.take()).isEmpty();
		assertThat(client.closeReasons()).isEmpty();
	}

	@Test
	void aTopicThatCannotBeAskedAgainKeepsNoOtherFromBeingForbidden() {
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null).joined("a", "b", "c");
		this.failing.add("b");
		this.forbidden.add("a");
		this.forbidden.add("c");
		recheck();
		this.engine.send(SseAudience.topic("a", "c"), "secret");
		this.engine.send(SseAudience.topic("b"), "two");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("two");
	}

	@Test
	void aPatternThatIsLeftWhileItIsForbiddenIsForgotten() {
		this.engine.start();
		TestClient client = pattern("orders/*");
		client.stream().join("other");
		this.leaving = client;
		recheck();
		assertThat(this.engine.history().patterns().matching("orders/1")).isEmpty();
	}

	@Test
	void aStreamThatHearsEveryonesGoesOnWithoutItsTopics() {
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null);
		client.stream().join();
		client.joined("a");
		this.forbidden.add("a");
		recheck();
		this.engine.broadcast("for all");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("for all");
	}

	@Test
	void aStreamOfWhichItCannotBeFoundOutWhereItBeginsEndsAndGivesItsPlaceBack() {
		this.engine.room = new StreamSettings.Room(1, 1, 1, 1, 1000);
		this.engine.start();
		this.engine.engine().broadcaster().send(SseAudience.topic("orders/1"), SseEvent.of("x").id("own"));
		TestClient client = this.engine.attach("c1", null, "own");
		client.stream().joinMatching("orders/*");
		this.failing.add("orders/1");
		assertThatIllegalStateException().isThrownBy(client::returned).withMessage("The database is down");
		runTasks();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FAILED);
		assertThat(this.engine.streams().all()).isEmpty();
		assertThat(this.engine.attach("c2").stream().isOpen()).isTrue();
	}

}
