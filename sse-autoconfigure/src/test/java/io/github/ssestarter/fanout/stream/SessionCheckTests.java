package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.EngineInside;
import io.github.ssestarter.fanout.testsupport.FakeResponse;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SessionCheck}.
 */
class SessionCheckTests {

	private static final Duration IDLE = Duration.ofMinutes(30);

	private final TestEngine engine = new TestEngine();

	/** When the sessions end that there are. */
	private final Map<String, Instant> ends = new HashMap<>();

	private final List<String> looked = new ArrayList<>();

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	private boolean isBroken;

	private int clients;

	SessionCheckTests() {
		this.engine.sessions = (id, isStored) -> {
			this.looked.add(id + ((isStored) ? "" : " of the container"));
			if (this.isBroken) {
				throw new IllegalStateException("The database is down");
			}
			return this.ends.get(id);
		};
		this.engine.executor = this.tasks::add;
		this.engine.start();
	}

	private Instant now() {
		return Instant.ofEpochMilli(this.engine.millis.get());
	}

	private TestClient open(String session, @Nullable String user) {
		FakeResponse response = new FakeResponse(this.clients);
		TestClient client = new TestClient(this.engine,
				this.engine.engine()
					.attach(response, new StreamRequest("c" + this.clients++, (user != null) ? () -> user : null, null,
							"192.0.2.1", session)),
				response);
		client.joined("a");
		return client;
	}

	/**
	 * A stream of a session that its request has found in the store.
	 */
	private TestClient openStored(String session, @Nullable String user) {
		Instant end = this.ends.computeIfAbsent(session, (id) -> now().plus(IDLE));
		TestClient client = open(session, user);
		this.engine.engine().closer().sessionStored(session, end);
		return client;
	}

	private void round() {
		new SessionCheck(EngineInside.context(this.engine.engine()), this.engine.streams()).round();
		runTasks();
	}

	private void runTasks() {
		this.engine.turn();
		Runnable task = this.tasks.poll();
		while (task != null) {
			task.run();
			task = this.tasks.poll();
		}
	}

	@Test
	void aSessionIsLookedAtOnceHoweverManyStreamsItHas() {
		openStored("s1", null);
		openStored("s1", null);
		openStored("s2", null);
		this.ends.put("s3", Instant.MAX);
		open("s3", null);
		this.engine.attach("without");
		round();
		assertThat(this.looked).containsExactlyInAnyOrder("s1", "s2", "s3 of the container");
	}

	@Test
	void aSessionThatIsGoneWasLoggedOutAndOneWhoseTimeHasComeHasExpired() {
		TestClient loggedOut = openStored("s1", null);
		TestClient expired = openStored("s2", null);
		TestClient marked = openStored("s3", null);
		TestClient other = openStored("s4", null);
		round();
		this.engine.millis.addAndGet(IDLE.toMillis() / 2);
		this.ends.put("s2", now());
		this.ends.put("s3", Instant.MIN);
		this.ends.remove("s1");
		round();
		assertThat(loggedOut.closeReasons()).containsExactly(SseCloseReason.LOGGED_OUT);
		assertThat(expired.closeReasons()).containsExactly(SseCloseReason.EXPIRED);
		assertThat(marked.closeReasons()).containsExactly(SseCloseReason.EXPIRED);
		assertThat(other.closeReasons()).isEmpty();
	}

	@Test
	void aSessionThatIsGoneAfterItsTimeHasExpired() {
		TestClient client = openStored("s1", null);
		this.engine.millis.addAndGet(IDLE.toMillis());
		this.ends.clear();
		round();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.EXPIRED);
	}

	@Test
	void aSessionThatWasUsedMeanwhileGoesOn() {
		TestClient client = openStored("s1", null);
		this.engine.millis.addAndGet(IDLE.toMillis());
		this.ends.put("s1", now().plus(IDLE));
		round();
		assertThat(client.closeReasons()).isEmpty();
	}

	/**
	 * Its request may still be under way, and keep it at its end.
	 */
	@Test
	void aSessionThatIsNewIsGoneIfASecondRoundDoesNotFindItEither() {
		TestClient client = open("s1", "ann");
		this.engine.engine().closer().sessionStored("s1", null);
		round();
		this.engine.engine().closer().loggedIn("ann");
		runTasks();
		assertThat(client.closeReasons()).isEmpty();
		round();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.LOGGED_OUT);
	}

	@Test
	void aSessionWithAnotherIdIsNewAndIsStillStored() {
		TestClient client = openStored("s1", null);
		this.ends.clear();
		this.engine.engine().closer().sessionRenamed("s1", "s2");
		round();
		assertThat(this.looked).containsExactly("s2");
		assertThat(client.closeReasons()).isEmpty();
		this.ends.put("s2", now().plus(IDLE));
		round();
		this.ends.clear();
		round();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.LOGGED_OUT);
	}

	@Test
	void aSessionWhoseRequestHasSentNothingIsNotLookedAt() {
		FakeResponse response = new FakeResponse(0);
		this.engine.engine().attach(response, new StreamRequest("c", null, null, "192.0.2.1", "s1"));
		round();
		assertThat(this.looked).isEmpty();
	}

	@Test
	void whoLogsInHasTheSessionsLookedAtThatAreOfTheSameUser() {
		TestClient older = openStored("s1", "ann");
		openStored("s2", "bob");
		openStored("s3", null);
		runTasks();
		this.ends.put("s1", Instant.MIN);
		this.engine.engine().closer().loggedIn("ann");
		this.engine.engine().closer().loggedIn("ann");
		assertThat(this.tasks).hasSize(1);
		assertThat(this.looked).as("not on the thread of the login").isEmpty();
		runTasks();
		runTasks();
		assertThat(this.looked).containsExactly("s1");
		assertThat(older.closeReasons()).containsExactly(SseCloseReason.EXPIRED);
	}

	@Test
	void whatCannotBeLookedAtStaysAsItWasAndKeepsNoOtherFromIt() {
		TestClient client = openStored("s1", null);
		openStored("s2", null);
		this.isBroken = true;
		round();
		round();
		assertThat(this.looked).hasSize(4);
		assertThat(client.closeReasons()).isEmpty();
	}

}
