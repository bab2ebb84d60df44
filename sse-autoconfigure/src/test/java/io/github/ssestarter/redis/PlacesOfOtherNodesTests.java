package io.github.ssestarter.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.LocalRegistry;
import io.github.ssestarter.backplane.Message;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client comes from a node that is ahead of this one, or that took what this one leaves
 * out, see {@link Backplane#awaitReceived}.
 */
class PlacesOfOtherNodesTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final ScriptedRedis redis = new ScriptedRedis();

	private final List<RedisBackplane> backplanes = new ArrayList<>();

	@AfterEach
	void stop() {
		this.redis.down(false);
		this.backplanes.forEach(RedisBackplane::stop);
	}

	@Test
	void aPlaceThatThisNodeHasStillToReadIsWaitedFor() throws Exception {
		Node left = start();
		Node right = start();
		for (int i = 0; i < 50; i++) {
			EventId place = publish(left, "e" + i);
			assertThat(right.backplane.awaitReceived(place, PATIENCE)).isTrue();
			assertThat(right.places).contains(place);
		}
	}

	@Test
	void aPlaceThatNobodyHasIsWaitedForUntilTheTimeIsUp() throws Exception {
		Node node = start();
		EventId place = publish(node, "event");
		EventId madeUp = new EventId(place.millis() + 1_000, 0, place.generation());
		assertThat(node.backplane.awaitReceived(madeUp, Duration.ofMillis(20))).isFalse();
	}

	@Test
	void aPlaceOfAnotherLogIsNotWaitedFor() throws Exception {
		Node node = start();
		EventId place = publish(node, "event");
		EventId other = new EventId(place.millis() + 1_000, 0, "others");
		assertThat(node.backplane.awaitReceived(other, Duration.ofDays(1))).isFalse();
	}

	@Test
	void aNodeThatIsStoppedWaitsForNothing() throws Exception {
		Node node = start();
		EventId place = publish(node, "event");
		node.backplane.stop();
		EventId later = new EventId(place.millis() + 1_000, 0, place.generation());
		assertThat(node.backplane.awaitReceived(later, Duration.ofDays(1))).isFalse();
	}

	@Test
	void theThreadThatWaitsMayBeInterrupted() throws Exception {
		Node node = start();
		EventId place = publish(node, "event");
		EventId later = new EventId(place.millis() + 1_000, 0, place.generation());
		Thread.currentThread().interrupt();
		assertThat(node.backplane.awaitReceived(later, Duration.ofDays(1))).isFalse();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void theOrdersOfBeforeItsStartAndWhatItCannotReadHavePlaces() throws Exception {
		Node left = start();
		EventId order = left.backplane.publish(new Message.Close(SseAudience.everyone(), new byte[0]))
			.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		this.redis.add(new LogEntry.Origin("other", 0), "?".getBytes(StandardCharsets.UTF_8));
		EventId unreadable = this.redis.entries().get(this.redis.entries().size() - 1).id().in(order.generation());
		Node right = start();
		assertThat(right.passed).containsExactly(order, unreadable);
		assertThat(right.places).isEmpty();
	}

	private Node start() {
		RedisBackplane backplane = new RedisBackplane((RedisLog.Connector) this.redis, new LocalRegistry(),
				new RedisSettings(OnStart.WAIT, Duration.ofMinutes(10), Duration.ZERO,
						new RedisSettings.Backlog(2_000, 1_000_000), Duration.ofMinutes(1), Duration.ofMillis(200),
						Duration.ofMillis(2), Duration.ofMillis(5)),
				new Random(), System::nanoTime);
		this.backplanes.add(backplane);
		Node node = new Node(backplane);
		backplane.start(node);
		return node;
	}

	private static EventId publish(Node node, String body) throws Exception {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		return node.backplane.publish(new Message.Event(SseAudience.everyone(), bytes, null))
			.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	/**
	 * A node, with the places that it has heard of.
	 */
	private static final class Node implements Backplane.Receiver {

		private final RedisBackplane backplane;

		private final List<EventId> places = new CopyOnWriteArrayList<>();

		private final List<EventId> passed = new CopyOnWriteArrayList<>();

		Node(RedisBackplane backplane) {
			this.backplane = backplane;
		}

		@Override
		public void begin(EventId start) {
		}

		@Override
		public void receive(EventId id, Message message) {
			this.places.add(id);
		}

		@Override
		public void passed(EventId id) {
			this.passed.add(id);
		}

	}

}
