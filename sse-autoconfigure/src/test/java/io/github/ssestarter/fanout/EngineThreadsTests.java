package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.fanout.testsupport.ModelListener;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;
import io.github.ssestarter.format.testsupport.EventStreamParser;
import io.github.ssestarter.format.testsupport.EventStreamParser.Block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The model test's rule with real threads: several publishers, shards and clients that
 * read slowly, break off and come back.
 */
class EngineThreadsTests {

	private static final int TOPICS = 3;

	private final long seed = Long.getLong("sse.test.seed", System.nanoTime());

	private final TestEngine engine = new TestEngine();

	private final ConcurrentLinkedQueue<Published> log = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean isPublished = new AtomicBoolean();

	EngineThreadsTests() {
		this.engine.threads = 2;
		this.engine.maxEvents = 300;
		this.engine.maxBytes = 10_000_000;
		this.engine.publishTimeout = Duration.ofMinutes(1);
		this.engine.heartbeat = Duration.ofMillis(500);
		this.engine.writeTimeout = Duration.ofHours(10);
		this.engine.startThreads();
	}

	@AfterEach
	void stop() {
		this.engine.engine().stop();
	}

	@Test
	void eachEventComesOnceAndInOrderOrIsToldAsAGap() throws Exception {
		List<Client> clients = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			clients.add(new Client("c" + i, "t" + i % TOPICS, new Random(this.seed + i)));
		}
		clients.forEach(Client::connect);
		ExecutorService threads = Executors.newCachedThreadPool();
		List<Future<?>> readers = new ArrayList<>();
		clients.forEach((client) -> readers.add(threads.submit(client::live)));
		List<Future<?>> publishers = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			Random random = new Random(this.seed - i);
			String name = "p" + i + "/";
			publishers.add(threads.submit(() -> publish(name, random)));
		}
		for (Future<?> publisher : publishers) {
			publisher.get(60, TimeUnit.SECONDS);
		}
		this.isPublished.set(true);
		for (Future<?> reader : readers) {
			reader.get(60, TimeUnit.SECONDS);
		}
		threads.shutdown();
		publish(SseAudience.everyone(), "last");
		List<Published> order = this.log.stream().sorted(Comparator.comparing(Published::id)).toList();
		for (Client client : clients) {
			client.settle();
			client.check(order);
		}
	}

	private void publish(String name, Random random) {
		for (int i = 0; i < 4_000; i++) {
			this.engine.nanoTime.addAndGet(random.nextInt(2_000_000));
			SseAudience audience = switch (random.nextInt(6)) {
				case 0 -> SseAudience.everyone();
				case 1 -> SseAudience.client("c" + random.nextInt(8));
				case 2 -> SseAudience.topic("unheard");
				default -> SseAudience.topic("t" + random.nextInt(TOPICS));
			};
			publish(audience, name + i);
		}
	}

	private void publish(SseAudience audience, String data) {
		this.engine.shards().awaitRoom(Duration.ofMinutes(1));
		this.engine.engine()
			.broadcaster()
			.publish(audience, SseEvent.of(data))
			.thenAccept((id) -> this.log.add(new Published(Objects.requireNonNull(EventId.parse(id)), audience, data)));
	}

	/**
	 * An event that was accepted.
	 *
	 * @param id its place in the order
	 * @param audience who hears it
	 * @param data its data
	 */
	private record Published(EventId id, SseAudience audience, String data) {
	}

	/**
	 * A client, which notes what it receives over all its connections.
	 */
	private final class Client {

		private final String id;

		private final ModelListener listener;

		private final String topic;

		private final Random random;

		private final List<Block> received = new ArrayList<>();

		private EventStreamParser parser = new EventStreamParser("", false, this.received::add);

		private TestClient connection;

		private int taken;

		/**
		 * What was gone when it came for the last time as one who had received nothing.
		 */
		private int goneBefore;

		Client(String id, String topic, Random random) {
			this.id = id;
			this.topic = topic;
			this.random = random;
			this.listener = new ModelListener(id, null);
			this.listener.join(List.of(topic), 0, true);
			this.connection = EngineThreadsTests.this.engine.attach(id);
		}

		void connect() {
			this.connection.stream().join(this.topic);
			this.connection.returned();
			this.taken = 0;
		}

		void live() {
			while (!EngineThreadsTests.this.isPublished.get()) {
				switch (this.random.nextInt(20)) {
					case 0 -> comeBack();
					case 1 -> this.connection.transport().block();
					case 2 -> this.connection.transport().allow(1 + this.random.nextInt(10_000));
					case 3 -> this.connection.transport().allow(Long.MAX_VALUE);
					default -> Thread.yield();
				}
				take(this.connection.transport().received());
			}
		}

		private void comeBack() {
			byte[] bytes = this.connection.transport().written();
			this.connection.transport().cut();
			int fresh = bytes.length - this.taken;
			this.parser.take(bytes, this.taken, this.random.nextInt(fresh + 1));
			String cursor = this.parser.lastEventId();
			this.parser = new EventStreamParser(cursor, false, this.received::add);
			this.connection = EngineThreadsTests.this.engine.attach(this.id, null, (cursor.isEmpty()) ? null : cursor);
			if (cursor.isEmpty()) {
				this.connection.stream().fromStart();
			}
			connect();
			if (cursor.isEmpty()) {
				this.goneBefore = (int) EngineThreadsTests.this.engine.history().beforeOldest().position();
			}
		}

		private void take(byte[] bytes) {
			this.parser.take(bytes, this.taken, bytes.length - this.taken);
			this.taken = bytes.length;
		}

		void settle() {
			comeBack();
			await().atMost(Duration.ofSeconds(30)).until(() -> {
				take(this.connection.transport().received());
				return this.received.stream().anyMatch((block) -> "last".equals(block.data()));
			});
			assertThat(this.connection.transport().violations()).isEmpty();
		}

		void check(List<Published> order) {
			Map<String, Integer> positions = new HashMap<>();
			for (Published event : order) {
				positions.put(event.id().toString(), positions.size());
			}
			int next = 0;
			for (Block block : this.received) {
				if (block.data() == null || block.type().equals("connected")) {
					continue;
				}
				int position = Objects.requireNonNull(positions.get(block.lastEventId()), block::toString);
				// A newcomer has not lost what was gone before it came
				int from = (next > 0) ? next : Math.min(this.goneBefore, position);
				List<Published> passed = order.subList(from, Math.max(from, position));
				if (block.type().equals("sse-gap")) {
					assertThat(order.subList(next, position + 1))
						.as("%s: a gap without a loss, seed %s", this.id, EngineThreadsTests.this.seed)
						.anyMatch(this::hears);
				}
				else {
					assertThat(position).as("%s: %s again, seed %s", this.id, block, EngineThreadsTests.this.seed)
						.isGreaterThanOrEqualTo(next);
					assertThat(passed)
						.as("%s: missing before %s, seed %s", this.id, block, EngineThreadsTests.this.seed)
						.noneMatch(this::hears);
					assertThat(block.data()).isEqualTo(order.get(position).data());
				}
				next = position + 1;
			}
			assertThat(next).isEqualTo(order.size());
		}

		private boolean hears(Published event) {
			return this.listener.hears(event.audience(), 1);
		}

	}

}
