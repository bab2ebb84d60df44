package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import jakarta.servlet.Filter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RecordedOutput;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the servlet specification and the containers hold us to once nothing may block.
 */
class ContainerRuleTests {

	private static final int KB = 1000;

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			Recorded.class, "sse.heartbeat.interval=100ms", "sse.stream.buffer-size=2MB"));

	@AfterEach
	void closeAll() {
		for (Container container : Container.values()) {
			if (applications.isRunning(container)) {
				applications.on(container).broadcaster().close(SseAudience.everyone());
				recorded(container).outputs.clear();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void writesAreSmallAndOnlyWhenReady(Container container) {
		TestApplication application = applications.on(container);
		List<SseTestClient> clients = new ArrayList<>(
				SseTestClient.connectAll(10, (i) -> application.to("/joined").keepEvents(0)));
		clients.subList(0, 3).forEach((client) -> client.slow(100 * KB));
		for (int i = 0; i < 300; i++) {
			application.broadcaster().send(SseAudience.topic("topic"), "small", "x".repeat(i));
			application.broadcaster().send(SseAudience.topic("topic"), "large", "x".repeat(20 * KB + i));
		}
		clients.subList(0, 3).forEach(SseTestClient::resume);
		for (SseTestClient client : clients) {
			await().atMost(Duration.ofSeconds(20)).until(() -> client.eventCount() == 600);
		}
		assertThat(recorded(container).outputs).hasSize(10).allSatisfy((output) -> {
			assertThat(output.violations()).isEmpty();
			assertThat(output.writes()).isGreaterThan(700);
			assertThat(output.completions()).isZero();
		});
		SseTestClient.closeAll(clients);
	}

	@ParameterizedTest
	@EnumSource
	void bytesThatTheContainerRefusesAreKept(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect("/joined")) {
			client.awaitOpen();
			recorded(container).outputs.get(0).refuse(3);
			for (int i = 0; i < 50; i++) {
				application.broadcaster().send(SseAudience.topic("topic"), "tick", i + "x".repeat(5 * KB));
			}
			for (int i = 0; i < 50; i++) {
				client.expect("tick", i + "x".repeat(5 * KB));
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void nothingIsWrittenAfterAFailure(Container container) {
		TestApplication application = applications.on(container);
		List<SseTestClient> clients = SseTestClient.connectAll(20, (i) -> application.to("/joined"));
		clients.forEach(SseTestClient::awaitOpen);
		clients.forEach(SseTestClient::cut);
		await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
			application.broadcaster().send(SseAudience.topic("topic"), "tick", "1");
			assertThat(recorded(container).outputs).allMatch((output) -> output.completions() == 1);
		});
		assertThat(recorded(container).outputs).hasSize(20)
			.anyMatch(RecordedOutput::hasFailed)
			.allSatisfy((output) -> assertThat(output.violations()).isEmpty());
		assertThat(application.broadcaster().connectedCount()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void lastBytesArriveBeforeTheEnd(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.to("/kept").receiveBuffer(8 * KB).connect()) {
			client.awaitOpen();
			client.stall();
			SseStream stream = recorded(container).streams.get(client.header("Sse-Client-Id"));
			IntStream.range(0, 100).forEach((i) -> stream.send("part", i + "x".repeat(10 * KB)));
			stream.complete();
			client.resume();
			for (int i = 0; i < 100; i++) {
				client.expect("part", i + "x".repeat(10 * KB));
			}
			client.expectEnd();
			RecordedOutput output = recorded(container).outputs.get(0);
			await().atMost(Duration.ofSeconds(5)).until(() -> output.completions() == 1);
			assertThat(output.violations()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	void endIsCompletedOnceWhoeverCauses(Container container) {
		TestApplication application = applications.on(container);
		List<SseTestClient> clients = SseTestClient.connectAll(40, (i) -> application.to("/joined"));
		clients.forEach(SseTestClient::awaitOpen);
		for (int i = 0; i < 40; i++) {
			SseTestClient client = clients.get(i);
			SseStream stream = recorded(container).streams.get(client.header("Sse-Client-Id"));
			Runnable cut = client::cut;
			Runnable complete = stream::complete;
			Runnable close = () -> application.broadcaster().close(SseAudience.client(stream.clientId()));
			List<Runnable> causes = List.of(cut, complete, close);
			application.broadcaster().send(SseAudience.topic("topic"), "tick", "x".repeat(20 * KB));
			causes.get(i % 3).run();
			causes.get((i + 1) % 3).run();
		}
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(
					() -> assertThat(recorded(container).outputs).allMatch((output) -> output.completions() == 1));
		assertThat(recorded(container).outputs).hasSize(40)
			.allSatisfy((output) -> assertThat(output.violations()).isEmpty());
		await().atMost(Duration.ofSeconds(5)).until(() -> application.broadcaster().connectedCount() == 0);
	}

	private static Recorded recorded(Container container) {
		return applications.on(container).bean(Recorded.class);
	}

	@RestController
	static class Recorded {

		private final List<RecordedOutput> outputs = new CopyOnWriteArrayList<>();

		private final Map<String, SseStream> streams = new ConcurrentHashMap<>();

		@GetMapping("/joined")
		void joined(SseStream stream) {
			this.streams.put(stream.clientId(), stream.join("topic"));
		}

		@GetMapping("/kept")
		void kept(SseStream stream) {
			this.streams.put(stream.clientId(), stream.keepOpen());
		}

		@Bean
		Filter recording() {
			return RecordedOutput.filter(this.outputs);
		}

	}

}
