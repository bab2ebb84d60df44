package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseTopicActiveEvent;
import io.github.ssestarter.SseTopicException;
import io.github.ssestarter.SseTopicIdleEvent;
import io.github.ssestarter.fanout.ClusterClients;
import io.github.ssestarter.fanout.EngineConnections;
import io.github.ssestarter.fanout.stream.StreamSettings.OnDuplicate;
import io.github.ssestarter.fanout.testsupport.FakeResponse;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for topics of a stream that another request of its client changes.
 */
class ClientStreamsTests {

	private final TestEngine engine = new TestEngine();

	private ClusterClients clients() {
		return this.engine.engine().clients();
	}

	private void send(String topic, String data) {
		this.engine.send(SseAudience.topic(topic), data);
	}

	@Test
	void whatIsJoinedIsHeardFromThenOnAndUntilItIsLeft() {
		this.engine.start();
		TestClient client = this.engine.attach("c1").joined("first");
		send("chat/1", "before");
		clients().join("c1", List.of("chat/1", "chat/2"));
		send("chat/1", "one");
		send("chat/2", "two");
		send("first", "three");
		clients().leave("c1", Set.of("chat/1", "unknown"));
		send("chat/1", "after");
		send("chat/2", "four");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("one", "two", "three", "four");
	}

	@Test
	void aStreamThatIsOnlyKeptOpenJoins() {
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null);
		client.stream().keepOpen();
		client.returned();
		this.engine.turn();
		this.engine.broadcast("before");
		clients().join("c1", List.of());
		this.engine.broadcast("one");
		this.engine.send(SseAudience.user("alice"), "two");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("one", "two");
	}

	@Test
	void itShowsInWhatIsToldOfTopicsAndStreams() {
		this.engine.start();
		this.engine.attach("c1").joined("first");
		clients().join("c1", List.of("chat/1"));
		EngineConnections connections = new EngineConnections(this.engine.engine(), Instant::now);
		assertThat(connections.topics()).containsExactly("chat/1", "first");
		assertThat(connections.find(SseAudience.topic("chat/1"))).singleElement()
			.satisfies((stream) -> assertThat(stream.topics()).containsExactlyInAnyOrder("first", "chat/1"));
		clients().leave("c1", Set.of("chat/1"));
		assertThat(this.engine.topicEvents).containsExactly(new SseTopicActiveEvent("first"),
				new SseTopicActiveEvent("chat/1"), new SseTopicIdleEvent("chat/1"));
	}

	@Test
	void theUserOfTheStreamIsAskedForAndOneRefusalRefusesAllAndEndsNothing() {
		List<String> asked = new ArrayList<>();
		this.engine.authorizer = (principal, topic) -> {
			asked.add(((principal != null) ? principal.getName() : null) + " " + topic);
			return !topic.equals("secret");
		};
		this.engine.start();
		TestClient client = this.engine.attach("c1", "alice", null).joined("first");
		assertThatExceptionOfType(SseClosedException.class)
			.isThrownBy(() -> clients().join("c1", List.of("chat/1", "secret")))
			.withMessageContaining("'secret'")
			.extracting(SseClosedException::getReason)
			.isEqualTo(SseCloseReason.FORBIDDEN);
		assertThat(asked).containsExactly("alice first", "alice chat/1", "alice secret");
		send("chat/1", "one");
		send("secret", "two");
		send("first", "three");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("three");
		assertThat(client.stream().isOpen()).isTrue();
	}

	@Test
	void whatIsNoTopicOrOneTooManyIsRefused() {
		this.engine.start();
		TestClient client = this.engine.attach("c1").joined("first");
		assertThatExceptionOfType(SseTopicException.class).isThrownBy(() -> clients().join("c1", List.of("a", "b/*")));
		assertThatExceptionOfType(SseTopicException.class)
			.isThrownBy(() -> clients().join("c1", List.of("x".repeat(21))));
		assertThatExceptionOfType(SseTopicException.class)
			.isThrownBy(() -> clients().join("c1", List.of("a", "b", "c")))
			.withMessageContaining("joined none");
		assertThat(client.stream().life().subscription().topics().open()).containsExactly("first");
	}

	@Test
	void aClientWithoutAnOpenStreamIsToldSoAndLeavesNothing() {
		this.engine.onDuplicate = OnDuplicate.REJECT;
		this.engine.start();
		this.engine.attach("not open yet");
		TestClient ending = this.engine.attach("c1").joined("first");
		ending.transport().block();
		ending.stream().send("due");
		ending.stream().complete();
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> clients().join("c1", List.of("a")))
			.extracting(SseClosedException::getReason)
			.isEqualTo(SseCloseReason.COMPLETED);
		for (String none : List.of("unknown", "not open yet")) {
			assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> clients().join(none, List.of("a")))
				.extracting(SseClosedException::getReason)
				.isEqualTo(SseCloseReason.CLIENT_GONE);
			clients().leave(none, Set.of("a"));
		}
		assertThat(this.engine.topics().topics()).containsExactly("first");
	}

	@Test
	void aStreamWhoseMethodWaitsForTheClientIsJoinedWithoutWaitingAndTellsItsPlaceBeforeItsNextEvent()
			throws Exception {
		this.engine.start();
		FakeResponse response = new FakeResponse("key");
		TestClient client = this.engine.attach("c1", null, null, response);
		client.stream().send("zero");
		client.take();
		CountDownLatch slow = response.hold();
		// The common pool may have one thread alone, and on JDK 25 it is what runs this
		CompletableFuture<?> sending = CompletableFuture.runAsync(() -> client.stream().send("one"),
				(task) -> new Thread(task).start());
		await().until(response::isHeld);
		CompletableFuture.runAsync(() -> clients().join("c1", List.of("chat/1"))).get(10, TimeUnit.SECONDS);
		send("chat/1", "three");
		assertThat(sending).isNotDone();
		slow.countDown();
		sending.get(10, TimeUnit.SECONDS);
		client.stream().send("two");
		assertThat(client.take()).matches("(?s)data: one\n\n(retry: \\d+\n)?connected\nid: #0\n\ndata: two\n\n");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("three");
	}

	@Test
	void aHeartbeatTellsThePlaceToo() {
		this.engine.heartbeat = Duration.ofSeconds(1);
		this.engine.start();
		TestClient client = this.engine.attach("c1");
		client.stream().open();
		client.take();
		clients().join("c1", List.of("chat/1"));
		AttachedPhase attached = (AttachedPhase) client.stream().life().phase();
		attached.heartbeat(this.engine.nanoTime.get());
		assertThat(client.take()).startsWith("connected\nid: #0\n\n");
	}

	@Test
	void aStreamThatResumesHearsAllThatItsOwnMethodJoinsWhateverOthersHaveJoinedBefore() {
		this.engine.start();
		this.engine.broadcast("old", "missed");
		send("first", "missed too");
		send("chat/1", "not its own");
		TestClient client = this.engine.attach("c1", null, "#1");
		client.stream().open();
		clients().join("c1", List.of("chat/1"));
		client.stream().join("first");
		client.returned();
		send("chat/1", "one");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("missed", "missed too", "one");
	}

	@Test
	void soItDoesOfATopicThatAnotherRequestHasJoinedBeforeItsMethod() {
		this.engine.start();
		this.engine.broadcast("old", "missed");
		send("first", "missed too");
		send("left", "missed as well");
		TestClient client = this.engine.attach("c1", null, "#1");
		client.stream().open();
		clients().join("c1", List.of("first", "left"));
		send("left", "between");
		clients().leave("c1", Set.of("left"));
		client.stream().join("first", "left");
		client.returned();
		send("first", "one");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("missed", "missed too", "missed as well", "between", "one");
	}

}
