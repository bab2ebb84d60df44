package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.SseRun;
import io.github.ssestarter.SseRuns;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;
import io.github.ssestarter.test.SseTestEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Runs, as clients hear them.
 */
class RunsTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.start(container, Answers.class));

	@ParameterizedTest
	@EnumSource
	void cutDoesNotStopARunAndTheClientComesBackToTheRest(Container container) {
		TestApplication application = applications.on(container);
		SseConnections connections = application.bean(SseConnections.class);
		CountDownLatch cut = new CountDownLatch(1);
		SseRun run = application.bean(SseRuns.class).start("cut-" + container, (one) -> {
			one.send("token", "1");
			cut.await();
			// A server may need to write before it sees that a client is gone
			await().atMost(SOON).until(() -> {
				one.send("ping", "");
				return connections.find(SseAudience.topic(one.topic())).isEmpty();
			});
			one.send("token", "2");
		});
		String id;
		try (SseTestClient client = application.connect("/answers/" + run.id())) {
			id = client.expect("token", "1").lastEventId();
			client.cut();
		}
		cut.countDown();
		await().atMost(SOON).until(run::hasEnded);
		assertThat(run.isStopped()).isFalse();
		try (SseTestClient client = application.to("/answers/" + run.id()).lastEventId(id).connect()) {
			assertThat(client.skipTo("token").data()).isEqualTo("2");
			assertThat(client.skipTo("sse-end").data()).contains("TOPIC_COMPLETED");
			client.expectEnd();
		}
	}

	@ParameterizedTest
	@EnumSource
	void stopEndsTheRunForAllWhoHearIt(Container container) {
		TestApplication application = applications.on(container);
		CountDownLatch stopped = new CountDownLatch(1);
		SseRun run = application.bean(SseRuns.class).start("stop-" + container, (one) -> {
			one.onStop(stopped::countDown);
			one.send("token", "1");
			stopped.await();
		});
		try (SseTestClient client = application.connect("/answers/" + run.id())) {
			client.expect("token", "1");
			assertThat(application.bean(SseRuns.class).stop(run.id())).isTrue();
			assertThat(client.skipTo("sse-end").data()).contains("TOPIC_COMPLETED");
			client.expectEnd();
		}
	}

	@ParameterizedTest
	@EnumSource
	void eventSourceThatHasHadAllStopsAt204AndOthersAtAnEnd(Container container) {
		TestApplication application = applications.on(container);
		SseRun run = application.bean(SseRuns.class).start("all-" + container, (one) -> {
			one.send("token", "1");
			throw new IllegalStateException("on purpose");
		});
		String id;
		try (SseTestClient client = application.connect("/answers/" + run.id())) {
			client.expect("token", "1");
			SseTestEvent end = client.skipTo("sse-end");
			assertThat(end.data()).contains("FAILED");
			id = end.lastEventId();
		}
		try (SseTestClient browser = application.to("/answers/" + run.id())
			.header("Cache-Control", "no-cache")
			.lastEventId(id)
			.connect()) {
			assertThat(browser.status()).isEqualTo(204);
		}
		try (SseTestClient other = application.to("/answers/" + run.id()).lastEventId(id).connect()) {
			assertThat(other.status()).isEqualTo(200);
			assertThat(other.skipTo("sse-end").data()).contains("TOPIC_COMPLETED");
			other.expectEnd();
		}
	}

	@RestController
	static class Answers {

		@GetMapping("/answers/{id}")
		void answer(@PathVariable String id, SseStream stream) {
			stream.fromStart().join("run/" + id);
		}

	}

}
