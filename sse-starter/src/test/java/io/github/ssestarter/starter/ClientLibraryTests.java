package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.ClientLibraries;
import io.github.ssestarter.starter.testsupport.ClientLibrary;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.CuttingProxy;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that others wrote, as a page or a program has them: what those that come back
 * get of a joined stream that is cut off or ended.
 */
@Tag("clients")
class ClientLibraryTests {

	/** Longer than any of them waits before it comes back. */
	private static final Duration PATIENCE = Duration.ofSeconds(12);

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			Live.class, "sse.retry=300ms", "sse.shutdown.min-retry=300ms", "sse.shutdown.max-retry=400ms"));

	private static final Set<ClientLibrary> CLIENTS = ClientLibraries.available()
		.stream()
		.filter(ClientLibrary::comesBackAfterACut)
		.collect(Collectors.toCollection(TreeSet::new));

	@ParameterizedTest
	@EnumSource
	void cutWhileEventsFlowEachGetsEveryEventOnce(Container container) throws Exception {
		TestApplication application = applications.on(container);
		long seed = System.nanoTime();
		Random random = new Random(seed);
		System.out.println("Cuts, seed " + seed);
		try (Session session = new Session(application, "flow");
				Publisher publisher = new Publisher(application.broadcaster(), "flow")) {
			for (int i = 1; i <= 4; i++) {
				int begun = i * session.size();
				int count = i * 25;
				await().atMost(PATIENCE).until(() -> session.proxy.begun() >= begun && publisher.count() >= count);
				session.proxy.cutAll(random.nextInt(600), random.nextBoolean());
				await().atMost(PATIENCE).until(() -> session.proxy.cuts() >= begun);
			}
			session.awaitNumbers(publisher.stop());
			session.assertNoneSees("sse-gap");
		}
	}

	@ParameterizedTest
	@EnumSource
	void cutBeforeItsFirstEventEachGetsWhatWasPublishedMeanwhile(Container container) throws Exception {
		TestApplication application = applications.on(container);
		try (Session session = new Session(application, "first")) {
			session.proxy.hold();
			session.proxy.cutAll(0, false);
			await().atMost(PATIENCE).until(() -> session.proxy.cuts() == session.size());
			publish(application, "first", 1, 5);
			session.proxy.release();
			session.awaitNumbers(5);
			session.assertNoneSees("sse-gap");
		}
	}

	@ParameterizedTest
	@EnumSource
	void endedInOrderEachComesBackToWhatItMissedButForThoseWhoTakeItForTheEnd(Container container) throws Exception {
		TestApplication application = applications.on(container);
		try (Session session = new Session(application, "end")) {
			publish(application, "end", 1, 1);
			session.awaitNumbers(1);
			session.proxy.hold();
			application.broadcaster().close(SseAudience.topic("end"));
			await().atMost(PATIENCE).until(() -> application.broadcaster().connectedCount() == 0);
			publish(application, "end", 2, 3);
			session.proxy.release();
			session.awaitNumbers((client) -> (client.comesBackAfterAnEnd()) ? 3 : 1);
			for (ClientLibrary client : CLIENTS) {
				assertThat(application.bean(Live.class).count("end", client)).as(client.label())
					.isEqualTo((client.comesBackAfterAnEnd()) ? 2 : 1);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void eachIsToldOfTheBeginningAndTheEndInEventsThatHaveData(Container container) throws Exception {
		TestApplication application = applications.on(container);
		try (Session session = new Session(application, "told")) {
			session.proxy.hold();
			application.broadcaster().close(SseAudience.topic("told"));
			await().atMost(PATIENCE).untilAsserted(() -> {
				for (ClientLibrary client : CLIENTS.stream().filter(ClientLibrary::hearsEachName).toList()) {
					assertThat(session.clients.seen(client, session.url(client))).as(client.label())
						.filteredOn((seen) -> seen.type().equals("event"))
						.satisfiesExactly((first) -> {
							assertThat(first.name()).isEqualTo("connected");
							assertThat(first.data()).startsWith("{").contains("\"clientId\":");
						}, (last) -> {
							assertThat(last.name()).isEqualTo("sse-end");
							assertThat(last.data()).startsWith("{").contains("\"reason\":");
						});
				}
			});
		}
	}

	private static void publish(TestApplication application, String topic, int from, int to) {
		for (int i = from; i <= to; i++) {
			send(application.broadcaster(), topic, i);
		}
	}

	private static void send(SseBroadcaster broadcaster, String topic, int number) {
		broadcaster.send(SseAudience.topic(topic), "n", number);
		broadcaster.send(SseAudience.topic(topic), "datastar-n", number);
	}

	/**
	 * One stream of each client, through a proxy.
	 */
	private static final class Session implements AutoCloseable {

		private final String topic;

		private final CuttingProxy proxy;

		private final ClientLibraries clients;

		Session(TestApplication application, String topic) {
			this.topic = topic;
			this.proxy = CuttingProxy.whenTold(application.port());
			Map<ClientLibrary, List<String>> urls = new EnumMap<>(ClientLibrary.class);
			CLIENTS.forEach((client) -> urls.put(client, List.of(url(client))));
			this.clients = ClientLibraries.start(urls);
			await().atMost(Duration.ofSeconds(30)).until(() -> this.proxy.begun() >= size());
			// Some do not come back if they are cut off before they have read anything
			await().atMost(PATIENCE)
				.until(() -> CLIENTS.stream()
					.filter(ClientLibrary::hearsEachName)
					.noneMatch((client) -> this.clients.data(client, url(client), "connected").isEmpty()));
		}

		int size() {
			return CLIENTS.size();
		}

		String url(ClientLibrary client) {
			return "http://" + client.host("live") + ":" + this.proxy.port() + "/live?topic=" + this.topic + "&client="
					+ client.label();
		}

		void awaitNumbers(int last) {
			awaitNumbers((client) -> last);
		}

		/**
		 * Waits until each client has the events from 1 on, each once and in order.
		 */
		void awaitNumbers(ToIntFunction<ClientLibrary> last) {
			await().atMost(PATIENCE).untilAsserted(() -> {
				for (ClientLibrary client : CLIENTS) {
					assertThat(this.clients.data(client, url(client), "n")).as(client.label())
						.isEqualTo(
								IntStream.rangeClosed(1, last.applyAsInt(client)).mapToObj(Integer::toString).toList());
				}
			});
		}

		void assertNoneSees(String name) {
			for (ClientLibrary client : CLIENTS) {
				assertThat(this.clients.data(client, url(client), name)).as(client.label()).isEmpty();
			}
		}

		@Override
		public void close() throws Exception {
			this.clients.close();
			this.proxy.close();
		}

	}

	/**
	 * Publishes an event every 20 milliseconds, until it is stopped.
	 */
	private static final class Publisher implements AutoCloseable {

		private final AtomicInteger count = new AtomicInteger();

		private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();

		Publisher(SseBroadcaster broadcaster, String topic) {
			this.executor.scheduleAtFixedRate(() -> send(broadcaster, topic, this.count.incrementAndGet()), 0, 20,
					TimeUnit.MILLISECONDS);
		}

		int count() {
			return this.count.get();
		}

		/**
		 * Publishes no more.
		 * @return how many it has published
		 */
		int stop() throws InterruptedException {
			this.executor.shutdown();
			assertThat(this.executor.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
			return count();
		}

		@Override
		public void close() {
			this.executor.shutdownNow();
		}

	}

	@RestController
	static class Live {

		private final Map<String, Integer> counts = new ConcurrentHashMap<>();

		@GetMapping("/live")
		void live(SseStream stream, @RequestParam String topic, @RequestParam String client) {
			this.counts.merge(topic + client, 1, Integer::sum);
			stream.join(topic);
		}

		int count(String topic, ClientLibrary client) {
			return this.counts.getOrDefault(topic + client.label(), 0);
		}

	}

}
