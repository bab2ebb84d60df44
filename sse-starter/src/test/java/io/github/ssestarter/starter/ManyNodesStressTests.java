package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.starter.testsupport.Block;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.EventClient;
import io.github.ssestarter.starter.testsupport.EventClients;
import io.github.ssestarter.starter.testsupport.FaultProxy;
import io.github.ssestarter.starter.testsupport.RedisServer;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hundreds of clients of two nodes, whose connections to Redis are cut again and again.
 */
@Tag("stress")
class ManyNodesStressTests {

	private static final int CLIENTS = Stress.count(500, 50);

	private static final int EVENTS = Stress.count(20_000, 2_000);

	/** How long publishing takes, and the connections are cut. */
	private static final Duration TIME = Duration.ofSeconds(Stress.count(40, 8));

	private static final Duration STEP = Duration.ofMillis(20);

	/** Each client hears two of them. */
	private static final int TOPICS = 4;

	@TempDir
	private Path folder;

	@ParameterizedTest
	@EnumSource
	void cutAgainAndAgainEachClientHearsItsAudienceOnceAndInOneOrder(RedisServer.Version version) throws Exception {
		long seed = System.nanoTime();
		try (RedisServer redis = RedisServer.start(version, this.folder);
				FaultProxy network = FaultProxy.to(redis.port());
				TestApplication left = start(Container.TOMCAT, network.port());
				TestApplication right = start(Container.JETTY, network.port());
				EventClients clients = new EventClients()) {
			List<Hearer> hearers = IntStream.range(0, CLIENTS).mapToObj(Hearer::new).toList();
			hearers.forEach((hearer) -> hearer.connect(clients, (hearer.number % 2 == 0) ? left : right));
			await().until(() -> left.broadcaster().connectedCount() + right.broadcaster().connectedCount() == CLIENTS);
			Publisher ours = new Publisher(left, 0);
			Publisher others = new Publisher(right, 1);
			int cuts = cut(network, new Random(seed), () -> ours.isDone() && others.isDone());
			Map<EventId, Integer> log = new TreeMap<>(ours.log());
			log.putAll(others.log());
			assertThat(log).hasSize(EVENTS);
			assertThat(log.keySet()).extracting(EventId::generation).containsOnly(generation(log));
			List<Integer> numbers = List.copyOf(log.values());
			for (Hearer hearer : hearers) {
				List<Integer> expected = numbers.stream().filter(hearer::isIn).toList();
				await().until(() -> {
					clients.check();
					return hearer.fault != null || hearer.heard.size() >= expected.size();
				});
				assertThat(hearer.fault).isNull();
				assertThat(hearer.heard).as("What client %d has heard", hearer.number).isEqualTo(expected);
			}
			Stress.report("Many nodes, Redis %s: %d clients, %d events, %d cuts, %d connections, seed %d", version,
					CLIENTS, EVENTS, cuts, network.connections(), seed);
			assertThat(network.connections()).isGreaterThan(4 + cuts);
		}
	}

	private static TestApplication start(Container container, int redis) {
		return TestApplication.startNode(container, Topics.class, redis, "sse.history.max-events=" + 2 * EVENTS);
	}

	/**
	 * Every two seconds, as it happens, by turns with a FIN and a RST.
	 */
	private static int cut(FaultProxy network, Random random, BooleanSupplier isOver) {
		int cuts = 0;
		while (!isOver.getAsBoolean()) {
			Duration pause = Duration.ofMillis(random.nextInt(4_000));
			long since = System.nanoTime();
			Awaitility.await()
				.atMost(30, TimeUnit.SECONDS)
				.pollInterval(10, TimeUnit.MILLISECONDS)
				.until(() -> isOver.getAsBoolean() || System.nanoTime() - since > pause.toNanos());
			network.cut(cuts % 2 == 0);
			cuts++;
		}
		return cuts;
	}

	private static String generation(Map<EventId, Integer> log) {
		return log.keySet().iterator().next().generation();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(120, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS);
	}

	/**
	 * Publishes every second number by one of the nodes, at a steady pace.
	 */
	private static final class Publisher {

		private final TestApplication node;

		private final List<CompletableFuture<String>> places = Collections.synchronizedList(new ArrayList<>());

		private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();

		private final int first;

		private final int perStep;

		Publisher(TestApplication node, int first) {
			this.node = node;
			this.first = first;
			this.perStep = Math.max(1, (int) (EVENTS / 2 * STEP.toMillis() / TIME.toMillis()));
			this.executor.scheduleAtFixedRate(this::step, 0, STEP.toMillis(), TimeUnit.MILLISECONDS);
		}

		private void step() {
			for (int i = 0; i < this.perStep && this.places.size() < EVENTS / 2; i++) {
				int number = this.first + 2 * this.places.size();
				this.places.add(this.node.broadcaster()
					.publish(SseAudience.topic("t" + number % TOPICS), SseEvent.of("n", number)));
			}
			if (this.places.size() == EVENTS / 2) {
				this.executor.shutdown();
			}
		}

		boolean isDone() {
			return this.executor.isShutdown();
		}

		Map<EventId, Integer> log() {
			Map<EventId, Integer> log = new TreeMap<>();
			for (int i = 0; i < this.places.size(); i++) {
				String id = this.places.get(i).orTimeout(60, TimeUnit.SECONDS).join();
				log.put(Objects.requireNonNull(EventId.parse(id)), this.first + 2 * i);
			}
			return log;
		}

	}

	/**
	 * A client that keeps the numbers that it has heard. They are written by the thread
	 * of the clients.
	 */
	private static final class Hearer implements EventClient.Listener {

		private final int number;

		private final List<Integer> heard = Collections.synchronizedList(new ArrayList<>());

		private volatile @Nullable String fault;

		Hearer(int number) {
			this.number = number;
		}

		void connect(EventClients clients, TestApplication node) {
			int topic = this.number / 2 % TOPICS;
			clients.connect(new EventClient.Request(node.port(),
					"/topics?topic=t" + topic + "&topic=t" + (topic + 1) % TOPICS, "", 0), this);
		}

		boolean isIn(int event) {
			int topic = this.number / 2 % TOPICS;
			return event % TOPICS == topic || event % TOPICS == (topic + 1) % TOPICS;
		}

		@Override
		public void block(EventClient client, Block block) {
			if ("n".equals(block.name())) {
				this.heard.add(Integer.parseInt(block.requireData()));
			}
			else if (block.isEvent()) {
				this.fault = "Client " + this.number + " got " + block;
			}
		}

		@Override
		public void ended(EventClient client, @Nullable IOException failure) {
			this.fault = "The stream of client " + this.number + " has ended: " + failure;
		}

	}

	@RestController
	static class Topics {

		@GetMapping("/topics")
		void topics(SseStream stream, @RequestParam("topic") List<String> topics) {
			topics.forEach(stream::join);
		}

	}

}
