package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.CuttingProxy;
import io.github.ssestarter.starter.testsupport.EventClients;
import io.github.ssestarter.starter.testsupport.PublishedLog;
import io.github.ssestarter.starter.testsupport.ResumingClient;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients whose connections a proxy cuts at random, inside an event as well as between
 * two, and that come back: nothing is lost, nothing comes twice or out of order, and a
 * gap is told exactly to whom has lost something.
 */
@ByBothTransports
@Tag("stress")
class ResumeStressTests {

	private static final int CLIENTS = Stress.count(500, 50);

	private static final int EVENTS = Stress.count(50_000, 5_000);

	/** How many events the server holds. */
	private static final int WINDOW = EVENTS / 10;

	private static final int TOPICS = 10;

	private static final int AT_ONCE = 20;

	@ParameterizedTest
	@EnumSource
	void nothingIsLostAndGapsAreExact(Container container) throws Exception {
		long seed = System.nanoTime();
		Stress.report("Resume, %s: seed %d", container, seed);
		Random random = new Random(seed);
		try (TestApplication application = start(container);
				CuttingProxy proxy = CuttingProxy.cuttingAtRandom(application.port(), new Random(random.nextLong()));
				EventClients clients = new EventClients()) {
			Run run = new Run(application, proxy, clients, random);
			run.publishAndCut();
			run.bringAllToTheEnd();
			Map<String, Integer> numbers = run.log.numbers();
			for (ResumingClient client : run.all) {
				assertThat(client.failure()).as(client.toString()).isNull();
				assertThat(client.received().faults(run.log.heardBy(client.topics()), numbers)).as(client.toString())
					.isEmpty();
			}
			int cuts = run.all.stream().mapToInt(ResumingClient::cuts).sum();
			int gaps = run.all.stream().mapToInt((client) -> client.received().gaps()).sum();
			long quiet = run.all.stream()
				.filter((client) -> client.longCuts() > 0 && client.received().gaps() == 0)
				.count();
			Stress.report(
					"Resume, %s: %d cuts, %d of them by a RST, %d longer than the window, %d gaps, %d clients were"
							+ " away longer and lost nothing",
					container, cuts, proxy.resets(), run.all.stream().mapToInt(ResumingClient::longCuts).sum(), gaps,
					quiet);
			// Nothing but the proxy has cut
			assertThat(cuts).isEqualTo(proxy.cuts());
			assertThat(proxy.failure()).isNull();
			assertThat(gaps).isPositive();
			assertThat(quiet).isPositive();
		}
	}

	private static TestApplication start(Container container) {
		return TestApplication.start(container, List.of(), "sse.endpoints[0].path=/sse",
				"sse.endpoints[0].topics="
						+ Stream.concat(names("busy"), names("quiet")).collect(Collectors.joining(",")),
				"sse.history.max-events=" + WINDOW, "sse.heartbeat.interval=300ms");
	}

	private static Stream<String> names(String prefix) {
		return IntStream.range(0, TOPICS).mapToObj((i) -> prefix + '-' + i);
	}

	private static final class Run implements ResumingClient.Plan {

		private final TestApplication application;

		private final CuttingProxy proxy;

		private final EventClients clients;

		private final PublishedLog log;

		private final List<ResumingClient> all = new ArrayList<>();

		private final Random random;

		private volatile boolean isOver;

		Run(TestApplication application, CuttingProxy proxy, EventClients clients, Random random) {
			this.application = application;
			this.proxy = proxy;
			this.clients = clients;
			this.random = random;
			this.log = new PublishedLog(application.broadcaster(), EVENTS + 10_000);
			for (int i = 0; i < CLIENTS; i++) {
				this.all.add(new ResumingClient(clients, this, topics(i), i % 2 == 0, new Random(random.nextLong())));
			}
		}

		private static List<String> topics(int client) {
			String busy = "busy-" + client / 6 % TOPICS;
			String quiet = "quiet-" + client / 6 % TOPICS;
			return switch (client / 2 % 3) {
				case 0 -> List.of(busy);
				case 1 -> List.of(quiet);
				default -> List.of(busy, quiet);
			};
		}

		/**
		 * The later a quiet topic, the quieter: from one event in 200 to one in 100,000.
		 */
		private String anyTopic() {
			for (int i = 0; i < TOPICS; i++) {
				if (this.random.nextInt(200 << i) == 0) {
					return "quiet-" + i;
				}
			}
			return "busy-" + this.random.nextInt(TOPICS);
		}

		void publishAndCut() throws Exception {
			this.clients.execute(() -> this.all.forEach(ResumingClient::connect));
			await().atMost(30, TimeUnit.SECONDS)
				.until(() -> this.application.broadcaster().connectedCount() >= CLIENTS / 2);
			ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
			ScheduledFuture<?> publishing = executor.scheduleAtFixedRate(() -> {
				for (int i = 0; i < AT_ONCE && this.log.count() < EVENTS; i++) {
					this.log.publish(anyTopic());
				}
			}, 0, AT_ONCE, TimeUnit.MILLISECONDS);
			await().atMost(Duration.ofSeconds(60 + EVENTS / 500)).until(() -> {
				check();
				return this.log.count() == EVENTS || publishing.isDone();
			});
			assertThat(this.log.count()).isEqualTo(EVENTS);
			executor.shutdownNow();
		}

		private void check() {
			this.clients.check();
			assertThat(this.all).filteredOn((client) -> client.failure() != null).isEmpty();
		}

		void bringAllToTheEnd() {
			this.isOver = true;
			this.proxy.calm();
			// Again and again, since one that never had a cursor begins anew
			await().atMost(60, TimeUnit.SECONDS).until(() -> {
				check();
				this.log.publish("");
				return this.all.stream().allMatch((client) -> client.last() >= EVENTS);
			});
			await().atMost(30, TimeUnit.SECONDS)
				.until(() -> this.all.stream().allMatch((client) -> client.last() == this.log.count() - 1));
		}

		@Override
		public int port() {
			return this.proxy.port();
		}

		@Override
		public PublishedLog log() {
			return this.log;
		}

		@Override
		public int window() {
			return WINDOW;
		}

		@Override
		public boolean isOver() {
			return this.isOver;
		}

	}

}
