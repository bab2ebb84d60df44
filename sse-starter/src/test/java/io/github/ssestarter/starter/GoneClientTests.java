package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Gate;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that go away while nothing is sent to them.
 */
@ByBothTransports
@ExtendWith(OutputCaptureExtension.class)
class GoneClientTests {

	private static final Duration INTERVAL = Duration.ofMillis(500);

	private static final Duration TWO_INTERVALS = INTERVAL.multipliedBy(2).plusMillis(500);

	@ParameterizedTest
	@EnumSource
	void idleClientThatGoesAwayIsNoticedByHeartbeats(Container container, CapturedOutput output) {
		try (TestApplication application = TestApplication.start(container, List.of(Idle.class, StreamEvents.class),
				"sse.heartbeat.interval=" + INTERVAL.toMillis() + "ms", "logging.level.root=INFO",
				"logging.level.io.github.ssestarter=DEBUG",
				"logging.level.io.github.ssestarter.fanout.notice.StreamLog=INFO")) {
			SseTestClient stays = application.connect("/joined");
			SseTestClient fin = application.connect("/joined");
			SseTestClient rst = application.connect("/joined");
			SseTestClient kept = application.connect("/kept");
			List<SseTestClient> leaving = List.of(fin, rst, kept);
			leaving.forEach(SseTestClient::awaitOpen);
			await().atMost(Duration.ofSeconds(5)).until(() -> application.broadcaster().connectedCount() == 3);
			int before = output.toString().length();
			fin.close();
			rst.cut();
			kept.close();
			await().atMost(TWO_INTERVALS).until(() -> application.broadcaster().connectedCount() == 1);
			for (SseTestClient client : leaving) {
				String id = client.header("Sse-Client-Id");
				assertThat(id).isNotNull();
				application.bean(StreamEvents.class).awaitClosed(id, SseCloseReason.CLIENT_GONE);
				assertThat(application.bean(Idle.class).closed.get(id)).containsExactly(SseCloseReason.CLIENT_GONE);
				assertThat(application.bean(SseEngine.class).findClient(id)).isNull();
			}
			// By a heartbeat more, anything that is told late has been told
			int heartbeats = stays.comments().size();
			await().atMost(TWO_INTERVALS).until(() -> stays.comments().size() > heartbeats);
			assertThat(output.toString().substring(before).lines()).hasSize(leaving.size())
				.allMatch((line) -> line.contains("DEBUG") && line.contains("client"));
			assertThat(stays.isOpen()).isTrue();
			stays.close();
		}
	}

	@ParameterizedTest
	@EnumSource
	void thinkingHandlerLearnsOfItsClientsEnd(Container container, CapturedOutput output) {
		try (TestApplication application = TestApplication.start(container, List.of(Idle.class, StreamEvents.class),
				"sse.heartbeat.interval=200ms", "logging.level.root=INFO",
				"logging.level.io.github.ssestarter=DEBUG")) {
			SseTestClient client = application.connect("/thinking");
			client.awaitOpen();
			assertThat(client.expectComment()).isEmpty();
			String id = client.header("Sse-Client-Id");
			assertThat(id).isNotNull();
			int before = output.toString().length();
			client.cut();
			application.bean(StreamEvents.class).awaitClosed(id, SseCloseReason.CLIENT_GONE);
			application.bean(Idle.class).thinking.open();
			await().atMost(Duration.ofSeconds(5))
				.untilAsserted(() -> assertThat(output.toString().substring(before)).contains("DEBUG"));
			assertThat(output.toString().substring(before)).doesNotContain("INFO", "WARN", "ERROR", "\tat ");
			assertThat(application.bean(SseEngine.class).findClient(id)).isNull();
		}
	}

	@RestController
	static class Idle {

		private final Map<String, List<SseCloseReason>> closed = new ConcurrentHashMap<>();

		private final Gate thinking = new Gate();

		@GetMapping("/joined")
		void joined(SseStream stream) {
			List<SseCloseReason> reasons = new CopyOnWriteArrayList<>();
			this.closed.put(stream.clientId(), reasons);
			stream.join("topic").onClose(reasons::add);
		}

		@GetMapping("/kept")
		void kept(SseStream stream) {
			List<SseCloseReason> reasons = new CopyOnWriteArrayList<>();
			this.closed.put(stream.clientId(), reasons);
			stream.keepOpen().onClose(reasons::add);
		}

		@GetMapping("/thinking")
		void thinking(SseStream stream) {
			stream.open();
			this.thinking.hold();
			stream.send("tick", "1");
		}

	}

}
