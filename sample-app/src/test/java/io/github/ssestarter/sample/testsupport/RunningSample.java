package io.github.ssestarter.sample.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.catalina.core.StandardContext;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.sample.SampleApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample application, on a port of its own, with HTTP/2.
 */
public final class RunningSample implements AutoCloseable {

	private static final String PACKAGE = "io.github.ssestarter.";

	/**
	 * Tomcat counts a request again whose write fails just as it has ended: seen once in
	 * 200,000.
	 */
	private static final int MISCOUNTED = 3;

	private static final int COLLECTIONS = 4;

	private final ServletWebServerApplicationContext context;

	private RunningSample(ServletWebServerApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts it. Clients that have gone are found soon; the history is small, so that it
	 * is always full.
	 * @param container where it runs
	 * @param more more properties: what it logs is so for all of the JVM, and stays
	 */
	public static RunningSample start(Container container, String... more) {
		List<String> properties = new ArrayList<>(List.of("--server.port=0", "--server.shutdown=immediate",
				"--server.tomcat.processor-cache=0", "--server.http2.enabled=true", "--spring.autoconfigure.exclude=",
				"--spring.main.banner-mode=off", "--sse.heartbeat.interval=1s", "--sse.stream.write-timeout=3s",
				"--sse.history.max-events=500"));
		properties.addAll(List.of(more));
		return new RunningSample(
				(ServletWebServerApplicationContext) new SpringApplicationBuilder(SampleApplication.class,
						container.configuration())
					.web(WebApplicationType.SERVLET)
					.run(properties.toArray(String[]::new)));
	}

	/**
	 * Starts one of many nodes.
	 */
	public static RunningSample startNode(RedisServer redis) {
		return start(Container.TOMCAT, "--spring.profiles.active=redis", "--spring.data.redis.host=127.0.0.1",
				"--spring.data.redis.port=" + redis.port());
	}

	public int port() {
		return this.context.getWebServer().getPort();
	}

	/**
	 * Serves somebody who behaves.
	 */
	public void serve() {
		try (SseTestClient client = SseTestClient.to(port(), "/sse/broadcast").connect()) {
			client.skipTo("connected");
			try (SseTestClient post = SseTestClient.to(port(), "/api/broadcast")
				.method("POST")
				.header("Accept", "*/*")
				.body("application/json", "{\"event\":\"after\",\"data\":\"all\"}")
				.connect()) {
				assertThat(post.status()).isEqualTo(200);
			}
			assertThat(client.skipTo("after").data()).isEqualTo("all");
		}
	}

	/**
	 * Waits until all clients have gone and all threads are idle, and measures what is
	 * left.
	 */
	public Rest rest() {
		long start = System.nanoTime();
		SseConnections connections = this.context.getBean(SseConnections.class);
		SseBroadcaster broadcaster = this.context.getBean(SseBroadcaster.class);
		await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
			assertThat(connections.find(SseAudience.everyone())).isEmpty();
			assertThat(connections.topics()).isEmpty();
			assertThat(broadcaster.connectedCount()).isZero();
			assertThat(busyThreads()).isEmpty();
			assertThat(requestsInProgress()).isLessThanOrEqualTo(MISCOUNTED);
		});
		Duration quietAfter = Duration.ofNanos(System.nanoTime() - start);
		fillHistory(broadcaster);
		long heap = Long.MAX_VALUE;
		AtomicInteger rounds = new AtomicInteger();
		while (rounds.getAndIncrement() < COLLECTIONS) {
			await().pollDelay(Duration.ofMillis(500)).until(() -> true);
			System.gc();
			Runtime runtime = Runtime.getRuntime();
			heap = Math.min(heap, runtime.totalMemory() - runtime.freeMemory());
		}
		return new Rest(heap, threads(), quietAfter);
	}

	/**
	 * So that the history, and what it remembers of what it evicted, which are bounded,
	 * are equally large each time.
	 */
	private static void fillHistory(SseBroadcaster broadcaster) {
		for (int i = 0; i < 20_000; i++) {
			broadcaster.send(SseAudience.client("client-number-" + i), "event", "x".repeat(1000));
		}
	}

	/**
	 * Those that Tomcat has not ended.
	 */
	private long requestsInProgress() {
		return (this.context.getWebServer() instanceof TomcatWebServer server)
				? Stream.of(server.getTomcat().getHost().findChildren())
					.mapToLong((child) -> ((StandardContext) child).getInProgressAsyncCount())
					.sum()
				: 0;
	}

	/**
	 * Threads of pools that are at work in the application.
	 */
	private static List<String> busyThreads() {
		return Thread.getAllStackTraces()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getKey()
				.getName()
				.matches("(http-|qtp|task-|sse-(callback|question|attached-heartbeat)).*")
					&& Stream.of(entry.getValue()).anyMatch((frame) -> frame.getClassName().startsWith(PACKAGE)))
			.map((entry) -> entry.getKey().getName() + " " + List.of(entry.getValue()))
			.toList();
	}

	/**
	 * The threads that the engine and the application have all the time. Pools have as
	 * many as they need.
	 */
	private static Map<String, Long> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map((thread) -> thread.getName().replaceAll("-\\d+$", ""))
			.filter((name) -> name.matches("scheduling|sse-(shard|attached-clock|http2-writable)"))
			.collect(Collectors.groupingBy((name) -> name, Collectors.counting()));
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * What is left once all have gone.
	 *
	 * @param heap in bytes
	 * @param threads by the names
	 * @param quietAfter how long it took them to go
	 */
	public record Rest(long heap, Map<String, Long> threads, Duration quietAfter) {
	}

}
