package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
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
import io.github.ssestarter.starter.testsupport.Haproxy;
import io.github.ssestarter.starter.testsupport.Nginx;
import io.github.ssestarter.starter.testsupport.ProxyServer;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code sse.end.come-back} behind real proxies: who comes back from an end, and who from
 * a cut, and that nobody loses an event by either.
 */
@Tag("clients")
class ComeBackTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	/**
	 * Longer than a stream lives, so that each is ended meanwhile. It must not be ended
	 * often before: Datastar comes back ten times in all.
	 */
	private static final int EVENTS = 75;

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource
	void behindProxiesAnEndAndACutBringBackThoseTheyDoWithout(Container container) throws Exception {
		Set<ClientLibrary> clients = ClientLibraries.available()
			.stream()
			.filter(ClientLibrary::comesBackAfterACut)
			.collect(Collectors.toCollection(TreeSet::new));
		if (Nginx.executable().isEmpty() || Haproxy.executable().isEmpty()) {
			LogFactory.getLog(ComeBackTests.class)
				.warn("SKIPPED: ends were NOT tested behind proxies. Install nginx and HAProxy to test them");
		}
		assumeThat(Nginx.executable()).as("SKIPPED: no nginx").isPresent();
		assumeThat(Haproxy.executable()).as("SKIPPED: no HAProxy").isPresent();
		try (Side end = new Side(container, "end", this.directory.resolve("end"));
				Side cut = new Side(container, "cut", this.directory.resolve("cut"))) {
			List<Side> sides = List.of(end, cut);
			Map<ClientLibrary, List<String>> urls = new EnumMap<>(ClientLibrary.class);
			for (ClientLibrary client : clients) {
				urls.put(client, sides.stream().flatMap((side) -> side.urls(client).stream()).toList());
			}
			try (ClientLibraries running = ClientLibraries.start(urls)) {
				await().atMost(PATIENCE)
					.until(() -> sides.stream()
						.allMatch((side) -> side.asked() == clients.size() * side.proxies.size()));
				publish(sides);
				for (ClientLibrary client : clients) {
					for (String url : cut.urls(client)) {
						awaitAll(running, client, url);
					}
					for (String url : end.urls(client)) {
						if (client.comesBackAfterAnEnd()) {
							awaitAll(running, client, url);
						}
						else {
							assertThat(running.data(client, url, "n")).as(url).hasSizeLessThan(EVENTS);
						}
					}
				}
			}
		}
	}

	private static void awaitAll(ClientLibraries running, ClientLibrary client, String url) {
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(running.data(client, url, "n")).as(client + " " + url)
				.isEqualTo(IntStream.rangeClosed(1, EVENTS).mapToObj(Integer::toString).toList()));
	}

	private static void publish(List<Side> sides) {
		AtomicInteger count = new AtomicInteger();
		ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
		try {
			executor.scheduleAtFixedRate(() -> {
				int number = count.get() + 1;
				if (number <= EVENTS) {
					sides.forEach((side) -> send(side.application.broadcaster(), number));
					count.set(number);
				}
			}, 0, 90, TimeUnit.MILLISECONDS);
			await().atMost(PATIENCE).until(() -> count.get() == EVENTS);
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static void send(SseBroadcaster broadcaster, int number) {
		broadcaster.send(SseAudience.topic("live"), "n", number);
		broadcaster.send(SseAudience.topic("live"), "datastar-n", number);
	}

	/**
	 * An application behind each proxy.
	 */
	private static final class Side implements AutoCloseable {

		private final TestApplication application;

		private final String name;

		private final List<ProxyServer> proxies = new ArrayList<>();

		Side(Container container, String comeBack, Path directory) throws IOException {
			this.name = comeBack;
			this.application = TestApplication.start(container, Live.class, "sse.end.come-back=" + comeBack,
					"sse.stream.max-lifetime=6s", "sse.retry=300ms", "sse.shutdown.min-retry=300ms",
					"sse.shutdown.max-retry=400ms");
			Path nginx = Files.createDirectories(directory.resolve("nginx"));
			Path haproxy = Files.createDirectories(directory.resolve("haproxy"));
			this.proxies.add(Nginx.start(this.application.port(), nginx, "", Nginx.DOCUMENTED + Nginx.STREAMS));
			this.proxies.add(Haproxy.start(this.application.port(), haproxy));
		}

		List<String> urls(ClientLibrary client) {
			return this.proxies.stream()
				.map((proxy) -> "http://" + client.host(this.name + proxy.port()) + ":" + proxy.port() + "/live?client="
						+ client.label() + proxy.port())
				.toList();
		}

		/**
		 * How many clients have come, through either.
		 */
		int asked() {
			return this.application.bean(Live.class).clients.size();
		}

		@Override
		public void close() throws Exception {
			for (ProxyServer proxy : this.proxies) {
				proxy.close();
			}
			this.application.close();
		}

	}

	@RestController
	static class Live {

		private final Set<String> clients = ConcurrentHashMap.newKeySet();

		@GetMapping("/live")
		void live(SseStream stream, @RequestParam String client) {
			this.clients.add(client);
			stream.join("live");
		}

	}

}
