package io.github.ssestarter.fanout.stream;

import java.io.IOException;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.fanout.EngineInside;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link AccessRecheck}: whatever becomes of a round, others come after it.
 */
@ExtendWith(OutputCaptureExtension.class)
class AccessRecheckTests {

	private final TestEngine engine = new TestEngine();

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final AtomicInteger asked = new AtomicInteger();

	private volatile boolean isForbidden;

	private volatile @Nullable Class<? extends Throwable> failure;

	private volatile Runnable whenAsked = () -> {
	};

	@BeforeEach
	void prepare() {
		this.engine.recheckInterval = Duration.ofMillis(20);
		this.engine.authorizer = (principal, topic) -> {
			this.asked.incrementAndGet();
			this.whenAsked.run();
			Class<? extends Throwable> failure = this.failure;
			if (failure != null && topic.equals("failing")) {
				AccessRecheckTests.<RuntimeException>fail(failure);
			}
			return !this.isForbidden;
		};
	}

	@AfterEach
	void stop() {
		this.engine.engine().stop();
	}

	/**
	 * What an executor does that cannot take a task.
	 */
	enum Loss {

		NO_THREAD {

			@Override
			void task() {
				throw new OutOfMemoryError("unable to create native thread");
			}

		},

		THROWN_AWAY {

			@Override
			void task() {
			}

		};

		abstract void task();

	}

	@ParameterizedTest
	@EnumSource
	void anExecutorThatLosesRoundsIsAskedAgainAtTheNext(Loss loss) {
		AtomicInteger lost = new AtomicInteger();
		this.engine.applicationExecutor = (task) -> {
			if (lost.incrementAndGet() <= 3) {
				loss.task();
			}
			else {
				new Thread(task).start();
			}
		};
		this.engine.startThreads();
		EngineStream stream = this.engine.attach("c1").stream();
		stream.open();
		lost.set(0);
		stream.join("a");
		this.isForbidden = true;
		await().atMost(Duration.ofSeconds(5)).until(() -> !stream.isOpen());
	}

	@ParameterizedTest
	@ValueSource(classes = { IOException.class, NoClassDefFoundError.class, IllegalStateException.class })
	void aFailureOfAnyKindConcernsNoOtherTopicAndNoOtherStreamAndNoOtherRound(Class<? extends Throwable> type) {
		this.engine.start();
		List<TestClient> clients = List.of(this.engine.attach("c1"), this.engine.attach("c2"));
		clients.forEach((client) -> client.joined("b", "failing", "d"));
		Runnable rounds = rounds();
		rounds.run();
		this.engine.turn();
		this.failure = type;
		this.isForbidden = true;
		rounds.run();
		this.engine.send(SseAudience.topic("b", "d"), "secret");
		this.engine.send(SseAudience.topic("failing"), "not secret");
		this.engine.turn();
		assertThat(clients).allSatisfy((client) -> assertThat(client.takeData()).containsExactly("not secret"));
		rounds.run();
		this.engine.turn();
		assertThat(clients).noneMatch((client) -> client.stream().isOpen());
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> void fail(Class<? extends Throwable> type) throws T {
		throw (T) BeanUtils.instantiateClass(type);
	}

	/**
	 * A round of asking again, begun by hand.
	 */
	private Runnable rounds() {
		ScheduledExecutorService clock = mock();
		new AccessRecheck(EngineInside.context(this.engine.engine()), this.engine.streams()).start(clock);
		ArgumentCaptor<Runnable> round = ArgumentCaptor.captor();
		then(clock).should().scheduleAtFixedRate(round.capture(), anyLong(), anyLong(), any());
		return round.getValue();
	}

	@Test
	void aRoundAtWorkIsNotDoubled() throws Exception {
		this.engine.executor = this.tasks::add;
		this.engine.start();
		this.engine.attach("c1").joined("a");
		this.tasks.clear();
		this.asked.set(0);
		CountDownLatch isAtWork = new CountDownLatch(1);
		CountDownLatch mayEnd = new CountDownLatch(1);
		this.whenAsked = () -> {
			isAtWork.countDown();
			awaitLatch(mayEnd);
		};
		Runnable rounds = rounds();
		rounds.run();
		Thread thread = new Thread(this.tasks.remove());
		thread.start();
		awaitLatch(isAtWork);
		rounds.run();
		assertThat(this.tasks).isEmpty();
		mayEnd.countDown();
		thread.join(5_000);
		rounds.run();
		this.tasks.remove().run();
		assertThat(this.asked).hasValue(2);
	}

	@Test
	void aRoundThatTakesLongerThanTheIntervalIsTold(CapturedOutput output) {
		this.engine.executor = this.tasks::add;
		this.engine.start();
		Runnable rounds = rounds();
		rounds.run();
		assertThat(output).doesNotContain("takes longer than");
		rounds.run();
		assertThat(output).containsOnlyOnce(
				"Asking the SseAuthorizer again takes longer than sse.security.recheck-interval (PT0.02S)");
	}

	@Test
	void whatCouldNotBeAskedIsToldOnceForARoundWithTheNumberOfStreams(CapturedOutput output) {
		this.engine.start();
		this.engine.attach("c1").joined("a");
		this.engine.attach("c2").joined("a", "failing");
		this.engine.attach("c3").joined("failing", "b");
		this.engine.attach("c4").joined("b");
		Runnable rounds = rounds();
		rounds.run();
		assertThat(output).doesNotContain("could not be asked again");
		this.failure = IllegalStateException.class;
		rounds.run();
		assertThat(output).containsOnlyOnce("in the next one either is not heard any more; streams: 2")
			.contains("java.lang.IllegalStateException");
	}

	@Test
	void aUserWhoCannotBeLookedUpIsToldAndKeepsNoOtherFromBeingAskedFor(CapturedOutput output) {
		this.engine.logins = new SseLogins() {

			@Override
			public Principal current(Principal principal) {
				if (principal.getName().equals("alice")) {
					throw new IllegalStateException("The directory is down");
				}
				return principal;
			}

		};
		this.engine.start();
		TestClient alice = this.engine.attach("c1", "alice", null).joined("a");
		TestClient bob = this.engine.attach("c2", "bob", null).joined("a");
		this.isForbidden = true;
		rounds().run();
		this.engine.turn();
		assertThat(output).containsOnlyOnce("in the next one either is not heard any more; streams: 1")
			.contains("The directory is down");
		assertThat(alice.stream().isOpen()).isTrue();
		assertThat(bob.stream().isOpen()).isFalse();
	}

	@Test
	void aRoundComesOnceInAnInterval() {
		this.engine.start();
		ScheduledExecutorService clock = mock();
		new AccessRecheck(EngineInside.context(this.engine.engine()), this.engine.streams()).start(clock);
		then(clock).should().scheduleAtFixedRate(any(), eq(20_000_000L), eq(20_000_000L), eq(TimeUnit.NANOSECONDS));
	}

	@Test
	void withoutAnIntervalNothingIsAskedAgain() {
		this.engine.recheckInterval = Duration.ZERO;
		this.engine.start();
		ScheduledExecutorService clock = mock();
		new AccessRecheck(EngineInside.context(this.engine.engine()), this.engine.streams()).start(clock);
		then(clock).shouldHaveNoInteractions();
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
