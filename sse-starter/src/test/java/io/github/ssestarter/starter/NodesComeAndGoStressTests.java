package io.github.ssestarter.starter;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.starter.testsupport.ApplicationProcess;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.DrainedApplications;
import io.github.ssestarter.starter.testsupport.EventClients;
import io.github.ssestarter.starter.testsupport.RedisNodes;
import io.github.ssestarter.starter.testsupport.RedisServer;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.starter.testsupport.WanderingClient;
import io.github.ssestarter.test.backplane.BackplaneNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nodes as processes of their own, all of which publish. They are killed, stopped and
 * started while their clients listen, who come back to any node that is up: each hears
 * all of its topic, once and in the order of the log, and is told of no gap.
 */
@Tag("stress")
class NodesComeAndGoStressTests {

	private static final int CLIENTS = Stress.count(400, 60);

	private static final Pattern DATA = Pattern.compile("(\\d+):(\\d+)");

	private static final Pattern ACCEPTED = Pattern.compile(DrainedApplications.ACCEPTED + "(\\d+):(\\d+)\n");

	@TempDir
	private Path folder;

	private RedisServer redis;

	private final RedisNodes observers = new RedisNodes();

	private final EventClients clients = new EventClients();

	private final Map<Integer, ApplicationProcess> nodes = new HashMap<>();

	/** What those have written that are gone. */
	private final List<String> outputs = new ArrayList<>();

	/** Reads the log, as a node does. */
	private BackplaneNode log;

	@BeforeEach
	void startRedis() {
		this.redis = RedisServer.start(RedisServer.Version.newest(), this.folder);
		this.log = this.observers.start(this.redis.port());
	}

	@AfterEach
	void stop() {
		this.clients.close();
		this.nodes.values().forEach(ApplicationProcess::close);
		this.observers.close();
		if (this.redis != null) {
			this.redis.close();
		}
	}

	@ParameterizedTest
	@EnumSource
	void clientsOfANodeThatIsKilledGoOnWithAnother(Container container) {
		Container other = Container.values()[(container.ordinal() + 1) % Container.values().length];
		List<Integer> ports = List.of(start(container), start(other));
		List<WanderingClient> all = connect(ports);
		awaitAll(all);
		List<WanderingClient> bereft = all.stream().filter((client) -> client.port() == ports.get(0)).toList();
		assertThat(bereft).isNotEmpty();
		ApplicationProcess killed = this.nodes.remove(ports.get(0));
		killed.kill();
		this.outputs.add(killed.output());
		killed.close();
		await().until(() -> bereft.stream().allMatch((client) -> client.streams() > 1));
		awaitAll(all);
		assertExact(all);
	}

	@Test
	void aRollingUpdateIsNotNoticed() {
		List<Integer> ports = List.of(start(Container.TOMCAT), start(Container.JETTY), start(Container.TOMCAT));
		List<WanderingClient> all = connect(ports);
		awaitAll(all);
		for (int i = 0; i < ports.size(); i++) {
			int port = ports.get(i);
			ApplicationProcess old = this.nodes.remove(port);
			Duration gone = old.terminate();
			Stress.report("Rolling update: node %d of 3 gone %d ms after SIGTERM", i + 1, gone.toMillis());
			this.outputs.add(old.output());
			old.close();
			awaitAll(all);
			start(Container.values()[i % 2], port);
			awaitAll(all);
		}
		assertThat(all).allSatisfy((client) -> assertThat(client.streams()).isGreaterThan(1));
		assertThat(this.outputs)
			.allSatisfy((output) -> assertThat(output).doesNotContain(" ERROR ", DrainedApplications.NOT_SENT));
		assertExact(all);
	}

	private int start(Container container) {
		int port = ApplicationProcess.freePort();
		start(container, port);
		return port;
	}

	private void start(Container container, int port) {
		this.nodes.put(port, ApplicationProcess.start(container, DrainedApplications.Node.class, port,
				TestApplication.nodeProperties(this.redis.port()).toArray(String[]::new)));
	}

	private List<WanderingClient> connect(List<Integer> ports) {
		Random random = new Random(1);
		List<WanderingClient> all = IntStream.range(0, CLIENTS)
			.mapToObj((i) -> new WanderingClient(this.clients, ports, "topic" + i % DrainedApplications.TOPICS, random))
			.toList();
		all.forEach(WanderingClient::connect);
		return all;
	}

	/**
	 * Waits until each has heard what was published after this was called.
	 */
	private void awaitAll(List<WanderingClient> all) {
		EventId now = newest(all);
		await().until(() -> {
			this.clients.check();
			return all.stream().allMatch((client) -> isAfter(client.last(), now));
		});
	}

	/**
	 * The last place that anybody has heard of.
	 */
	private EventId newest(List<WanderingClient> all) {
		return all.stream()
			.map(WanderingClient::last)
			.filter(Objects::nonNull)
			.map(EventId::parse)
			.reduce(last(), (one, other) -> (one.compareTo(other) > 0) ? one : other);
	}

	private EventId last() {
		await().until(() -> this.log.count() > 0);
		List<BackplaneNode.Received> received = this.log.received();
		return received.get(received.size() - 1).id();
	}

	private static boolean isAfter(@Nullable String id, EventId other) {
		EventId parsed = (id != null) ? EventId.parse(id) : null;
		return parsed != null && parsed.compareTo(other) > 0;
	}

	private void assertExact(List<WanderingClient> all) {
		EventId end = newest(all);
		await()
			.until(() -> last().compareTo(end) > 0 && all.stream().allMatch((client) -> isAfter(client.last(), end)));
		List<BackplaneNode.Received> published = this.log.received()
			.stream()
			.filter((one) -> one.id().compareTo(end) <= 0)
			.toList();
		int heard = 0;
		for (WanderingClient client : all) {
			List<String> expected = published.stream()
				.filter((one) -> one.message() instanceof Message.Event event
						&& event.audience().equals(SseAudience.topic(client.topic())))
				.map((one) -> one.id().toString())
				.toList();
			List<String> received = client.received().stream().filter((id) -> !isAfter(id, end)).toList();
			int first = expected.indexOf(received.get(0));
			assertThat(first).as("%s is of its topic", received.get(0)).isNotNegative();
			assertThat(received).isEqualTo(expected.subList(first, expected.size()));
			assertThat(client.gaps()).as("gaps").isZero();
			heard += received.size();
		}
		assertThatNothingThatWasAcceptedIsLost();
		Stress.report("Nodes that come and go: %d clients heard %d of %d events, all of their topics", all.size(),
				heard, published.size());
	}

	/**
	 * Each publisher's are there from the first on, all that it was told of at least.
	 */
	private void assertThatNothingThatWasAcceptedIsLost() {
		Map<String, Integer> last = new HashMap<>();
		for (BackplaneNode.Received one : this.log.received()) {
			Matcher data = DATA.matcher(new String(((Message.Event) one.message()).body(), StandardCharsets.UTF_8));
			assertThat(data.find()).isTrue();
			int number = Integer.parseInt(data.group(2));
			assertThat(number).isEqualTo(last.getOrDefault(data.group(1), 0) + 1);
			last.put(data.group(1), number);
		}
		for (String output : this.outputs) {
			Matcher accepted = ACCEPTED.matcher(output);
			assertThat(accepted.results()).isNotEmpty()
				.allSatisfy((one) -> assertThat(last.get(one.group(1)))
					.isGreaterThanOrEqualTo(Integer.parseInt(one.group(2))));
		}
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(50));
	}

}
