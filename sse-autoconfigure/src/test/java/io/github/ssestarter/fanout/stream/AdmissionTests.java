package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.backplane.LocalRegistry;
import io.github.ssestarter.fanout.notice.Limit;
import io.github.ssestarter.fanout.stream.StreamSettings.OnDuplicate;
import io.github.ssestarter.fanout.stream.StreamSettings.Room;
import io.github.ssestarter.fanout.testsupport.FakeResponse;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;
import io.github.ssestarter.metrics.SseMetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for the {@link Admission} of streams.
 */
class AdmissionTests {

	private static final int MANY = Integer.MAX_VALUE;

	private final TestEngine engine = new TestEngine();

	private TestClient attach(String clientId, @Nullable String user, String address) {
		FakeResponse response = new FakeResponse(new Object());
		EngineStream stream = this.engine.engine()
			.attach(response, new StreamRequest(clientId, (user != null) ? () -> user : null, null, address, null));
		return new TestClient(this.engine, stream, response);
	}

	private TestClient open(String clientId, @Nullable String user, String address) {
		return attach(clientId, user, address).joined();
	}

	private void assertNoRoom(Limit limit, String property, String clientId, @Nullable String user, String address) {
		assertThatExceptionOfType(NoRoomException.class).isThrownBy(() -> attach(clientId, user, address))
			.withMessageContaining(property)
			.satisfies((ex) -> assertThat(ex.getLimit()).isEqualTo(limit));
	}

	@Test
	void aFullNodeTakesNobodyUntilSomebodyHasLeft() {
		this.engine.room = new Room(MANY, 2, MANY, MANY, MANY);
		this.engine.start();
		TestClient first = open("c1", null, "a");
		attach("c2", null, "a");
		assertNoRoom(Limit.STREAMS, "sse.limits.max-streams is 2", "c3", null, "a");
		first.stream().complete();
		this.engine.turn();
		open("c3", null, "a");
		assertNoRoom(Limit.STREAMS, "sse.limits.max-streams is 2", "c4", null, "a");
	}

	@Test
	void aClientTakesThePlaceOfItsOwnGhost() {
		this.engine.room = new Room(MANY, 1, 1, 1, MANY);
		this.engine.start();
		TestClient ghost = open("c1", "alice", "a");
		TestClient back = open("c1", "alice", "a");
		this.engine.turn();
		assertThat(ghost.stream().isOpen()).isFalse();
		assertThat(back.stream().isOpen()).isTrue();
		assertNoRoom(Limit.STREAMS, "max-streams", "c2", "bob", "b");
	}

	@Test
	void aReplacedStreamWhoseMethodIsAtWorkCountsUntilItHasGone() {
		this.engine.room = new Room(MANY, 2, MANY, MANY, MANY);
		this.engine.start();
		TestClient older = attach("c1", null, "a");
		older.stream().open();
		open("c1", null, "a");
		assertNoRoom(Limit.STREAMS, "max-streams", "c2", null, "a");
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> older.stream().send("late"));
		open("c2", null, "a");
	}

	@Test
	void aClientTakesThePlaceOfItsOwnOneAtWorkButNotOfMany() {
		this.engine.room = new Room(MANY, 2, MANY, MANY, MANY);
		this.engine.start();
		for (int i = 0; i < 3; i++) {
			attach("c1", null, "a").stream().open();
		}
		assertNoRoom(Limit.STREAMS, "max-streams", "c1", null, "a");
	}

	@Test
	void aReplacedStreamWhoseClientTakesNothingGoesAtOnce() {
		this.engine.start();
		TestClient older = open("c1", null, "a");
		older.transport().block();
		this.engine.send(SseAudience.everyone(), "what waits");
		this.engine.turn();
		open("c1", null, "a");
		this.engine.turn();
		assertThat(older.closeReasons()).containsExactly(SseCloseReason.REPLACED);
		assertThat(older.transport().isAborted()).isTrue();
	}

	@Test
	void soDoesOneThatEndsForAnotherReason() {
		this.engine.start();
		TestClient older = open("c1", null, "a");
		older.transport().block();
		this.engine.send(SseAudience.everyone(), "what waits");
		this.engine.turn();
		this.engine.engine().broadcaster().close(SseAudience.client("c1"));
		this.engine.turn();
		assertThat(older.transport().isAborted()).isFalse();
		open("c1", null, "a");
		this.engine.pass(Duration.ofMillis(250));
		assertThat(older.closeReasons()).containsExactly(SseCloseReason.CLOSED);
		assertThat(older.transport().isAborted()).isTrue();
	}

	@Test
	void aClientWhoseOlderStreamStaysTakesNoPlaceOfIt() {
		this.engine.onDuplicate = OnDuplicate.REJECT;
		this.engine.room = new Room(MANY, 1, MANY, MANY, MANY);
		this.engine.start();
		open("c1", null, "a");
		assertNoRoom(Limit.STREAMS, "max-streams", "c1", null, "a");
	}

	@Test
	void whoIsRefusedAsADuplicateTakesNoRoom() {
		this.engine.onDuplicate = OnDuplicate.REJECT;
		this.engine.room = new Room(3, 2, MANY, MANY, MANY);
		this.engine.start();
		open("c1", null, "a");
		for (int i = 0; i < 5; i++) {
			assertNoRoom(Limit.DUPLICATE_CLIENT, "sse.client-id.on-duplicate", "c1", null, "a");
		}
		open("c2", null, "a");
	}

	@Test
	void aUserHasNoMoreThanItsShare() {
		this.engine.room = new Room(MANY, MANY, 2, MANY, MANY);
		this.engine.start();
		open("c1", "alice", "a");
		TestClient second = open("c2", "alice", "b");
		assertNoRoom(Limit.STREAMS_PER_USER, "sse.limits.max-streams-per-user is 2", "c3", "alice", "c");
		open("c4", "bob", "a");
		open("c5", null, "a");
		open("c6", null, "a");
		open("c7", null, "a");
		second.stream().complete();
		this.engine.turn();
		open("c3", "alice", "c");
	}

	@Test
	void anAddressHasNoMoreThanItsShare() {
		this.engine.room = new Room(MANY, MANY, MANY, 1, MANY);
		this.engine.start();
		open("c1", null, "192.0.2.1");
		assertNoRoom(Limit.STREAMS_PER_ADDRESS, "sse.limits.max-streams-per-address is 1", "c2", null, "192.0.2.1");
		open("c2", null, "192.0.2.2");
	}

	@Test
	void whereAUserHasNoRoomItsGhostsAreNoticedAMomentLater() {
		this.engine.room = new Room(MANY, MANY, 2, MANY, MANY);
		this.engine.start();
		TestClient ghost = open("c1", "alice", "a");
		TestClient stays = open("c2", "alice", "b");
		TestClient other = open("c3", "bob", "c");
		ghost.transport().fail();
		Duration knownWithin = refusal("c4", "alice", "a").getKnownWithin();
		assertThat(knownWithin).isEqualTo(Duration.ofMillis(750));
		this.engine.pass(knownWithin);
		assertThat(ghost.closeReasons()).containsExactly(SseCloseReason.CLIENT_GONE);
		assertThat(stays.stream().isOpen()).isTrue();
		assertThat(heartbeats(other)).isZero();
		open("c4", "alice", "a");
	}

	@Test
	void aStreamIsProbedForAMomentAndThenNotForSomeTime() {
		this.engine.heartbeat = Duration.ofSeconds(15);
		this.engine.room = new Room(MANY, MANY, MANY, 1, MANY);
		this.engine.start();
		TestClient only = open("c1", null, "a");
		for (int i = 0; i < 3; i++) {
			assertThat(refusal("c2", null, "a").getKnownWithin()).isNotNull();
			this.engine.pass(Duration.ofSeconds(1));
			assertThat(refusal("c2", null, "a").getKnownWithin()).isNotNull();
			this.engine.pass(Duration.ofSeconds(1));
			assertThat(heartbeats(only)).isBetween(4L, 6L);
			assertThat(refusal("c2", null, "a").getKnownWithin()).isNull();
			this.engine.pass(Duration.ofSeconds(4));
			assertThat(heartbeats(only)).isZero();
			this.engine.pass(Duration.ofSeconds(1));
		}
		this.engine.pass(Duration.ofSeconds(15));
		assertThat(heartbeats(only)).isOne();
	}

	@Test
	void aFewAreProbedAtOnceAndTheOthersNext() {
		this.engine.room = new Room(MANY, MANY, MANY, 20, MANY);
		this.engine.start();
		List<TestClient> all = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			all.add(open("c" + i, null, "a"));
		}
		assertThat(refusal("c20", null, "a").getKnownWithin()).isNotNull();
		this.engine.pass(Duration.ofMillis(300));
		assertThat(all).filteredOn((one) -> heartbeats(one) > 0).isEqualTo(all.subList(0, 8));
		all.get(19).transport().fail();
		refusal("c20", null, "a");
		refusal("c20", null, "a");
		this.engine.pass(Duration.ofMillis(300));
		assertThat(all.get(19).stream().isOpen()).isFalse();
		open("c20", null, "a");
	}

	@Test
	void whatCannotBeWrittenToYetIsNotProbed() {
		this.engine.room = new Room(MANY, MANY, MANY, 1, MANY);
		this.engine.start();
		TestClient silent = attach("c1", null, "a");
		assertThat(refusal("c2", null, "a").getKnownWithin()).isNull();
		silent.stream().open();
		assertThat(refusal("c2", null, "a").getKnownWithin()).isNotNull();
	}

	private NoRoomException refusal(String clientId, @Nullable String user, String address) {
		return Assertions.catchThrowableOfType(NoRoomException.class, () -> attach(clientId, user, address));
	}

	private static long heartbeats(TestClient client) {
		return client.take().lines().filter(": "::equals).count();
	}

	@Test
	void aClientThatComesBackFromElsewhereTakesNoPlaceThere() {
		this.engine.room = new Room(MANY, MANY, MANY, 1, MANY);
		this.engine.start();
		open("c1", null, "192.0.2.1");
		open("c2", null, "192.0.2.2");
		assertNoRoom(Limit.STREAMS_PER_ADDRESS, "max-streams-per-address", "c1", null, "192.0.2.2");
	}

	@Test
	void whoIsRefusedTakesNothingOfWhatASecondAllows() {
		this.engine.room = new Room(MANY, MANY, MANY, 1, 3);
		this.engine.start();
		open("c1", null, "a");
		for (int i = 0; i < 50; i++) {
			assertNoRoom(Limit.STREAMS_PER_ADDRESS, "max-streams-per-address", "c2", null, "a");
		}
		open("c3", null, "b");
		open("c4", null, "c");
		assertNoRoom(Limit.CONNECTS_PER_SECOND, "sse.limits.max-connects-per-second is 3", "c5", null, "d");
	}

	@Test
	void aSecondStreamOfAClientThatIsRefusedTakesNothingOfItEither() {
		this.engine.onDuplicate = OnDuplicate.REJECT;
		this.engine.room = new Room(MANY, MANY, MANY, MANY, 2);
		this.engine.start();
		open("c1", null, "a");
		for (int i = 0; i < 50; i++) {
			assertNoRoom(Limit.DUPLICATE_CLIENT, "on-duplicate", "c1", null, "a");
		}
		open("c2", null, "a");
		assertNoRoom(Limit.CONNECTS_PER_SECOND, "sse.limits.max-connects-per-second is 2", "c3", null, "a");
	}

	@Test
	void noMoreBeginThanASecondAllows() {
		this.engine.room = new Room(MANY, MANY, MANY, MANY, 2);
		this.engine.start();
		open("c1", null, "a");
		open("c2", null, "a");
		assertNoRoom(Limit.CONNECTS_PER_SECOND, "sse.limits.max-connects-per-second is 2", "c3", null, "a");
		this.engine.pass(Duration.ofMillis(550));
		open("c3", null, "a");
		assertNoRoom(Limit.CONNECTS_PER_SECOND, "max-connects-per-second", "c4", null, "a");
		this.engine.pass(Duration.ofHours(1));
		open("c4", null, "a");
		open("c5", null, "a");
		assertNoRoom(Limit.CONNECTS_PER_SECOND, "max-connects-per-second", "c6", null, "a");
	}

	@Test
	void whoseThreadWasKeptAfterItsLookAtTheClockIsLetInAsTheOthers() {
		for (Room room : List.of(Room.UNLIMITED, new Room(MANY, MANY, MANY, MANY, 2))) {
			Admission admission = new Admission(room, new LocalRegistry(), 0);
			admission.enter(holder("c1"), null, TimeUnit.SECONDS.toNanos(3));
			admission.enter(holder("c2"), null, TimeUnit.SECONDS.toNanos(1));
			assertThatNoException().isThrownBy(() -> admission.enter(holder("c3"), null, TimeUnit.SECONDS.toNanos(4)));
		}
	}

	@Test
	void whatIsRefusedForOneLimitCountsForNoOther() {
		this.engine.room = new Room(MANY, 2, MANY, 1, MANY);
		this.engine.start();
		open("c1", null, "a");
		for (int i = 0; i < 5; i++) {
			assertNoRoom(Limit.STREAMS_PER_ADDRESS, "max-streams-per-address", "c2", null, "a");
		}
		open("c3", null, "b");
	}

	@Test
	void whoseControllerMethodFailsLeavesAgain() {
		this.engine.room = new Room(1, 1, MANY, MANY, MANY);
		this.engine.start();
		for (int i = 0; i < 5; i++) {
			attach("c" + i, null, "a").stream().handlerReturned(false);
		}
	}

	@Test
	void clientsThatComeBackTogetherEachTakeTheirGhostsPlace() {
		this.engine.room = new Room(MANY, 2, MANY, 2, MANY);
		this.engine.start();
		open("c1", null, "a");
		open("c2", null, "a");
		TestClient first = attach("c1", null, "a");
		TestClient second = attach("c2", null, "a");
		first.joined();
		second.joined();
		this.engine.turn();
		assertNoRoom(Limit.STREAMS, "max-streams", "c3", null, "b");
		first.stream().complete();
		this.engine.turn();
		open("c3", null, "b");
		assertNoRoom(Limit.STREAMS, "max-streams", "c4", null, "b");
	}

	@Test
	void aStreamThatIsNotReplacedAfterAllHasItsPlaceBack() {
		this.engine.room = new Room(MANY, 1, MANY, MANY, MANY);
		this.engine.start();
		TestClient old = open("c1", null, "a");
		attach("c1", null, "a").stream().handlerReturned(false);
		assertThat(old.stream().isOpen()).isTrue();
		assertNoRoom(Limit.STREAMS, "max-streams", "c2", null, "a");
		old.stream().complete();
		this.engine.turn();
		open("c2", null, "a");
	}

	@Test
	void whoIsRefusedLeavesItsGhostItsPlace() {
		this.engine.room = new Room(MANY, MANY, MANY, 1, MANY);
		this.engine.start();
		open("c1", null, "192.0.2.1");
		open("c2", null, "192.0.2.2");
		assertNoRoom(Limit.STREAMS_PER_ADDRESS, "max-streams-per-address", "c1", null, "192.0.2.2");
		assertNoRoom(Limit.STREAMS_PER_ADDRESS, "max-streams-per-address", "c3", null, "192.0.2.1");
	}

	@Test
	void methodsThatOnlyJoinAreNotCountedAtWork() {
		this.engine.room = new Room(1, MANY, MANY, MANY, MANY);
		this.engine.start();
		List<TestClient> joining = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			TestClient client = attach("c" + i, null, "a");
			client.stream().join("topic");
			joining.add(client);
		}
		joining.forEach(TestClient::returned);
		this.engine.turn();
		joining.forEach((client) -> client.stream().send("detached"));
		this.engine.turn();
		assertThat(joining).allMatch((client) -> client.takeData().equals(List.of("detached")));
	}

	@Test
	void aMethodThatSendsCountsFromItsFirstByteToItsReturn() {
		this.engine.room = new Room(1, MANY, MANY, MANY, MANY);
		this.engine.start();
		TestClient first = attach("c1", null, "a");
		TestClient second = attach("c2", null, "a");
		TestClient third = attach("c3", null, "a");
		first.stream().send("1");
		first.stream().send("2");
		assertIsRefused(second);
		first.returned();
		third.stream().join("topic").send("3");
		assertThat(third.takeData()).containsExactly("3");
		assertIsRefused(attach("c4", null, "a"));
	}

	@Test
	void whoIsRefusedHasLeftAndStaysSo() {
		this.engine.room = new Room(0, 1, MANY, MANY, MANY);
		this.engine.start();
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		new SseMetrics(this.engine.engine()).bindTo(registry);
		TestClient refused = attach("c1", null, "a");
		assertIsRefused(refused);
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> refused.stream().send("2"));
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> refused.stream().keepOpen());
		assertThat(registry.get("sse.refused").tag("limit", "attached").counter().count()).isEqualTo(1);
		assertThat(registry.get("sse.streams.opened").counter().count()).isZero();
		open("c2", null, "a");
		refused.returned();
		assertThat(refused.text()).isEmpty();
		assertThat(refused.closeReasons()).containsExactly(SseCloseReason.FAILED);
		assertNoRoom(Limit.STREAMS, "max-streams", "c3", null, "a");
	}

	@Test
	void whoIsRefusedDoesNotReplaceItsOlderStream() {
		this.engine.room = new Room(0, 1, MANY, MANY, MANY);
		this.engine.start();
		TestClient old = open("c1", null, "a");
		assertIsRefused(attach("c1", null, "a"));
		assertThat(old.stream().isOpen()).isTrue();
		assertNoRoom(Limit.STREAMS, "max-streams", "c2", null, "a");
	}

	/**
	 * Anybody may send to a stream while its method returns: nobody would take it from
	 * the count again.
	 */
	@Test
	void whoseMethodHasReturnedIsNotCountedAnyMore() {
		Admission admission = new Admission(new Room(1, MANY, MANY, MANY, MANY), new LocalRegistry(), 0);
		Place late = admission.enter(holder("c1"), null, 0);
		Place other = admission.enter(holder("c2"), null, 0);
		Place refused = admission.enter(holder("c3"), null, 0);
		admission.handlerReturned(late);
		admission.writes(late);
		admission.writes(other);
		assertThatExceptionOfType(NoRoomException.class).isThrownBy(() -> admission.writes(refused));
	}

	/**
	 * A container has the thread of a method that has returned for as long as the client
	 * lets it: by then nobody else writes its last bytes.
	 */
	@Test
	void aReplacedStreamWhoseMethodHasReturnedCountsUntilItHasGone() {
		Admission admission = new Admission(new Room(MANY, 2, MANY, MANY, MANY), new LocalRegistry(), 0);
		Place older = admission.enter(holder("c1"), null, 0);
		admission.writes(older);
		admission.handlerReturned(older);
		admission.opened(admission.enter(holder("c1"), older, 0));
		assertThatExceptionOfType(NoRoomException.class).isThrownBy(() -> admission.enter(holder("c2"), null, 0));
		admission.left(older);
		admission.enter(holder("c2"), null, 0);
	}

	private static Place.Holder holder(String clientId) {
		return new Place.Holder() {

			@Override
			public StreamRequest request() {
				return new StreamRequest(clientId, null, null, null, null);
			}

			@Override
			public boolean probe(long now) {
				return false;
			}

		};
	}

	private static void assertIsRefused(TestClient client) {
		assertThatExceptionOfType(NoRoomException.class).isThrownBy(() -> client.stream().send("refused"))
			.withMessageContaining("sse.limits.max-attached is ")
			.satisfies((ex) -> assertThat(ex.getLimit()).isEqualTo(Limit.ATTACHED));
		assertThat(client.stream().refusedBy()).isEqualTo(Limit.ATTACHED);
		assertThat(client.stream().isOpen()).isFalse();
		assertThat(client.response().isPrepared()).isFalse();
		assertThat(client.text()).isEmpty();
	}

}
