package io.github.ssestarter.fanout.stream;

import java.security.Principal;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.fanout.EngineInside;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A user loses a right while its stream joins: the answer to the join is of the user as
 * it was, and the recheck comes before the stream has joined.
 */
class JoinDuringRecheckTests {

	private static final Principal DEMOTED = () -> "alice, now without rights";

	private final TestEngine engine = new TestEngine();

	private final ExecutorService thread = Executors.newSingleThreadExecutor();

	private final CountDownLatch isAsked = new CountDownLatch(1);

	private final CountDownLatch mayAnswer = new CountDownLatch(1);

	private volatile boolean failsForTheDemoted;

	JoinDuringRecheckTests() {
		this.engine.recheckInterval = Duration.ofMinutes(1);
		this.engine.logins = new SseLogins() {

			@Override
			public Principal current(Principal principal) {
				return DEMOTED;
			}

		};
		this.engine.authorizer = (principal, topic) -> {
			if (!topic.startsWith("secret")) {
				return true;
			}
			if (principal == DEMOTED) {
				if (this.failsForTheDemoted) {
					throw new IllegalStateException("The database is down");
				}
				return false;
			}
			this.isAsked.countDown();
			return await(this.mayAnswer);
		};
		this.engine.start();
	}

	@AfterEach
	void stop() {
		this.mayAnswer.countDown();
		this.thread.shutdownNow();
	}

	private static boolean await(CountDownLatch latch) {
		try {
			return latch.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void recheckDuring(Callable<SseStream> join) throws Exception {
		Future<SseStream> joined = this.thread.submit(join);
		assertThat(await(this.isAsked)).isTrue();
		new AccessRecheck(EngineInside.context(this.engine.engine()), this.engine.streams()).round();
		this.mayAnswer.countDown();
		joined.get(10, TimeUnit.SECONDS);
	}

	@ParameterizedTest
	@ValueSource(strings = { "secret", "secret/*" })
	void aDetachedStreamDoesNotHearWhatItsUserMayNotHearAnyMore(String name) throws Exception {
		TestClient client = this.engine.attach("c1", "alice", null).joined("open");
		recheckDuring(() -> (name.endsWith("*")) ? client.stream().joinMatching(name) : client.stream().join(name));
		this.engine.send(SseAudience.topic("secret", "secret/1"), "secret");
		this.engine.send(SseAudience.topic("open"), "not secret");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("not secret");
		assertThat(this.engine.topics().topics()).containsExactly("open");
	}

	@Test
	void anAttachedStreamThatIsLeftNothingToHearIsClosed() throws Exception {
		TestClient client = this.engine.attach("c1", "alice", null);
		recheckDuring(() -> client.stream().join("secret"));
		this.engine.send(SseAudience.topic("secret"), "secret");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).isEmpty();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FORBIDDEN);
	}

	@Test
	void whatCannotBeAskedAgainIsNotHeardAndTheJoinFails() {
		this.failsForTheDemoted = true;
		TestClient client = this.engine.attach("c1", "alice", null).joined("open");
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> recheckDuring(() -> client.stream().join("secret", "other")))
			.withMessageContaining("The database is down");
		this.engine.send(SseAudience.topic("secret"), "secret");
		this.engine.send(SseAudience.topic("open"), "not secret");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("not secret");
	}

}
