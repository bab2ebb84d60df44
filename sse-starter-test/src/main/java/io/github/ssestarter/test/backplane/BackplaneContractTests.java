package io.github.ssestarter.test.backplane;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SsePublishException;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link Backplane} has to keep to: extend it for your own. What a backplane
 * does not claim to be able to do is skipped.
 *
 * @since 0.1.0
 */
public abstract class BackplaneContractTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final List<BackplaneNode> nodes = new ArrayList<>();

	/**
	 * What the backplane can do.
	 * @return the capabilities
	 */
	protected abstract Capabilities capabilities();

	/**
	 * Makes the backplane of another node; those of one test have the same log.
	 * @return a backplane that is not started
	 */
	protected abstract Backplane create();

	/**
	 * Stops and starts again what keeps the messages, in order. Called only if that is
	 * claimed to be survived.
	 */
	protected void restart() {
		throw new UnsupportedOperationException("Restart what keeps the messages");
	}

	/**
	 * Lets another server take over what keeps the messages, which has them all. Called
	 * only if that is claimed to be survived.
	 */
	protected void failOver() {
		throw new UnsupportedOperationException("Fail over what keeps the messages");
	}

	/**
	 * Starts a node.
	 * @return the node, stopped after the test
	 */
	protected final BackplaneNode start() {
		BackplaneNode node = new BackplaneNode(create());
		this.nodes.add(node);
		return node;
	}

	@AfterEach
	void stopNodes() {
		this.nodes.forEach((node) -> node.backplane().stop());
	}

	@Test
	void theLogBeginsBeforeItIsStarted() throws Exception {
		BackplaneNode node = start();
		assertThat(node.begins()).hasSize(1);
		EventId first = place(node.publish("a"));
		assertThat(first).isGreaterThan(node.begins().get(0));
		assertThat(first.generation()).isEqualTo(node.begins().get(0).generation());
		assertThat(EventId.parse(first.toString())).isEqualTo(first);
	}

	@Test
	void everyMessageComesOnceWithTheIdThatItsPublisherIsTold() throws Exception {
		BackplaneNode node = start();
		List<EventId> places = publish(node, "e", 1_000);
		awaitTexts(node, 1_000);
		assertThat(node.texts()).isEqualTo(IntStream.range(0, 1_000).mapToObj((i) -> "e" + i).toList());
		assertThat(node.received()).extracting(BackplaneNode.Received::id).isEqualTo(places);
		assertThat(places).isSorted().doesNotHaveDuplicates();
	}

	@Test
	void aMessageComesAsItWasPublished() throws Exception {
		BackplaneNode node = start();
		SseAudience audience = SseAudience.topic("a", "b").and(SseAudience.user("Zoë")).except(SseAudience.client("c"));
		byte[] body = { 0, 1, (byte) 0xff, '\n' };
		place(node.backplane().publish(new Message.Event(audience, body, "own")));
		place(node.backplane().publish(new Message.Close(audience, body)));
		await().until(() -> node.received().size() == 2);
		Message.Event event = (Message.Event) node.received().get(0).message();
		assertThat(event.audience()).isEqualTo(audience);
		assertThat(event.body()).isEqualTo(body);
		assertThat(event.ownId()).isEqualTo("own");
		Message.Close close = (Message.Close) node.received().get(1).message();
		assertThat(close.audience()).isEqualTo(audience);
		assertThat(close.farewell()).isEqualTo(body);
	}

	@Test
	void manyThreadsPublishInOneOrderAndTheReceiverIsCalledByOneAtATime() throws Exception {
		BackplaneNode node = start();
		List<CompletableFuture<Void>> threads = new ArrayList<>();
		for (int thread = 0; thread < 4; thread++) {
			String name = thread + ":";
			threads.add(CompletableFuture.runAsync(() -> publish(node, name, 500)));
		}
		for (CompletableFuture<Void> thread : threads) {
			thread.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		awaitTexts(node, 2_000);
		for (int thread = 0; thread < 4; thread++) {
			String name = thread + ":";
			assertThat(node.texts().stream().filter((text) -> text.startsWith(name)))
				.isEqualTo(IntStream.range(0, 500).mapToObj((i) -> name + i).toList());
		}
		assertThat(node.overlaps()).isZero();
	}

	@Test
	void nothingIsAcceptedBeforeTheStartAndAfterTheStop() throws Exception {
		Backplane early = create();
		assertRefused(early);
		BackplaneNode node = start();
		place(node.publish("a"));
		node.backplane().stop();
		int received = node.received().size();
		assertRefused(node.backplane());
		assertThat(node.received()).hasSize(received);
	}

	@Test
	void whatIsAcceptedWithoutTroubleIsNoFailure() throws Exception {
		BackplaneNode node = start();
		place(node.publish("a"));
		assertThat(node.backplane().failure()).isNull();
		assertThat(node.backplane().awaitRoom(Duration.ZERO)).isTrue();
	}

	@Test
	void allNodesHearTheSameInOneOrder() throws Exception {
		Assumptions.assumeTrue(capabilities().isShared(), "It is the backplane of a single node");
		BackplaneNode left = start();
		BackplaneNode right = start();
		CompletableFuture<?> other = CompletableFuture.runAsync(() -> publish(right, "r", 1_000));
		publish(left, "l", 1_000);
		other.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		awaitTexts(left, 2_000);
		awaitTexts(right, 2_000);
		assertThat(left.texts()).isEqualTo(right.texts());
		assertThat(left.received()).extracting(BackplaneNode.Received::id)
			.isEqualTo(right.received().stream().map(BackplaneNode.Received::id).toList());
	}

	@Test
	void whatIsPublishedAfterAnotherIsAcceptedComesAfterIt() throws Exception {
		Assumptions.assumeTrue(capabilities().isShared(), "It is the backplane of a single node");
		BackplaneNode left = start();
		BackplaneNode right = start();
		for (int i = 0; i < 100; i++) {
			place(((i % 2 == 0) ? left : right).publish("e" + i));
		}
		awaitTexts(left, 100);
		assertThat(left.texts()).isEqualTo(IntStream.range(0, 100).mapToObj((i) -> "e" + i).toList());
	}

	@Test
	void aNodeThatStartsHasWhatIsKeptBeforeItIsStartedButNoOrders() throws Exception {
		Assumptions.assumeTrue(capabilities().keepsMessages(), "It keeps nothing");
		BackplaneNode first = start();
		publish(first, "e", 1_500);
		place(first.backplane().publish(new Message.Close(SseAudience.everyone(), new byte[0])));
		BackplaneNode second = start();
		assertThat(second.texts()).hasSize(1_500);
		awaitTexts(first, 1_500);
		assertThat(second.texts()).isEqualTo(first.texts());
		assertThat(second.received()).hasSize(1_500);
	}

	@Test
	void aNodeThatStartsHearsThatATopicIsCompleteButNotWhatNodesToldEachOther() throws Exception {
		Assumptions.assumeTrue(capabilities().keepsMessages(), "It keeps nothing");
		BackplaneNode first = start();
		Message.Completion completion = new Message.Completion("t", true);
		place(first.backplane().publish(new Message.Replace("n", "c", 1)));
		place(first.backplane().publish(completion));
		place(first.publish("after"));
		BackplaneNode second = start();
		awaitTexts(second, 1);
		assertThat(second.received()).extracting(BackplaneNode.Received::message)
			.hasSize(2)
			.first()
			.isEqualTo(completion);
	}

	@Test
	void aRestartOfWhatKeepsMessagesLosesNothing() throws Exception {
		Assumptions.assumeTrue(capabilities().survivesRestart(), "It does not survive a restart");
		assertNothingIsLost(this::restart);
	}

	@Test
	void aFailoverLosesNothing() throws Exception {
		Assumptions.assumeTrue(capabilities().survivesFailover(), "It does not survive a failover");
		assertNothingIsLost(this::failOver);
	}

	private void assertNothingIsLost(Runnable fault) throws Exception {
		BackplaneNode left = start();
		BackplaneNode right = start();
		publish(left, "before", 200);
		CompletableFuture<?> meanwhile = CompletableFuture.runAsync(() -> publish(left, "meanwhile", 200));
		fault.run();
		meanwhile.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
		publish(right, "after", 200);
		awaitTexts(left, 600);
		awaitTexts(right, 600);
		assertThat(left.texts()).doesNotHaveDuplicates().isEqualTo(right.texts());
		assertThat(left.begins()).hasSize(1);
		assertThat(right.begins()).hasSize(1);
	}

	private static List<EventId> publish(BackplaneNode node, String name, int count) {
		List<CompletableFuture<EventId>> places = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			node.backplane().awaitRoom(PATIENCE);
			places.add(node.publish(name + i));
		}
		return places.stream()
			.map((place) -> place.orTimeout(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS).join())
			.toList();
	}

	private static EventId place(CompletableFuture<EventId> place) throws Exception {
		return place.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	private static void awaitTexts(BackplaneNode node, int count) {
		await().until(() -> node.count() >= count);
		assertThat(node.texts()).hasSize(count);
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10));
	}

	private static void assertRefused(Backplane backplane) {
		assertThat(backplane
			.publish(new Message.Event(SseAudience.everyone(), "x".getBytes(StandardCharsets.UTF_8), null)))
			.failsWithin(PATIENCE)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(SsePublishException.class);
	}

	/**
	 * What a backplane can do.
	 *
	 * @param isShared whether it brings messages to other nodes
	 * @param keepsMessages whether a node that starts hears what was published before
	 * @param survivesRestart whether nothing is lost when what keeps the messages is
	 * restarted in order
	 * @param survivesFailover whether nothing is lost when another server takes over that
	 * has all messages
	 */
	public record Capabilities(boolean isShared, boolean keepsMessages, boolean survivesRestart,
			boolean survivesFailover) {

		/** A single node, in memory. */
		public static final Capabilities LOCAL = new Capabilities(false, false, false, false);

	}

}
