package io.github.ssestarter.sample.testsupport;

import java.util.List;
import java.util.concurrent.TimeUnit;

import com.jayway.jsonpath.JsonPath;

import io.github.ssestarter.test.SseTestClient;
import io.github.ssestarter.test.SseTestEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A stream such as {@code nodes.html} has, which knows the node that it comes from.
 */
public final class NodeStream implements AutoCloseable {

	private final SseTestClient client;

	private final String node;

	private NodeStream(SseTestClient client) {
		this.client = client;
		await().atMost(30, TimeUnit.SECONDS).until(() -> !named("node").isEmpty());
		this.node = named("node").get(0).data();
	}

	/**
	 * Opens one, which has joined once this returns.
	 */
	public static NodeStream open(int port) {
		return new NodeStream(PatientClient.to(port, "/nodes/stream").connect());
	}

	public static NodeStream open(int port, String lastEventId) {
		return new NodeStream(PatientClient.to(port, "/nodes/stream").header("Last-Event-ID", lastEventId).connect());
	}

	/**
	 * Comes back from where this one was.
	 */
	public NodeStream comeBack() {
		return new NodeStream(this.client.reconnect());
	}

	/**
	 * Publishes an event, and waits until it is in the log.
	 * @return its id
	 */
	public static String publish(int port) {
		try (SseTestClient answer = PatientClient.to(port, "/nodes").method("POST").header("Accept", "*/*").connect()) {
			assertThat(answer.status()).isEqualTo(200);
			return JsonPath.read(answer.body(), "$.id");
		}
	}

	public int port() {
		return JsonPath.read(this.node, "$.port");
	}

	public long process() {
		return JsonPath.<Number>read(this.node, "$.process").longValue();
	}

	public boolean isOneOfMany() {
		return JsonPath.read(this.node, "$.isOneOfMany");
	}

	/**
	 * Waits until it has heard so many, and no gap.
	 * @return the ids
	 */
	public List<String> awaitIds(int count) {
		await().atMost(30, TimeUnit.SECONDS).until(() -> named("published").size() >= count);
		assertThat(named("sse-gap")).isEmpty();
		return named("published").stream().map(SseTestEvent::lastEventId).toList();
	}

	/**
	 * The port of the node that has published one.
	 */
	public int publisher(int index) {
		return JsonPath.read(named("published").get(index).data(), "$.by");
	}

	public void expectBreak() {
		this.client.expectBreak();
	}

	private List<SseTestEvent> named(String name) {
		return this.client.events().stream().filter((event) -> event.name().equals(name)).toList();
	}

	@Override
	public void close() {
		this.client.close();
	}

}
