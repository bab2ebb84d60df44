package io.github.ssestarter.starter;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.test.json.JsonContent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Gate;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What {@code /actuator/health} tells of streams.
 */
class HealthTests {

	@ParameterizedTest
	@EnumSource
	void aNodeWhoseBackplaneIsDownIsDownAndSaysWhy(Container container) {
		try (TestApplication application = start(container, BrokenBackplane.class)) {
			assertThat(health(application, "").status()).isEqualTo(200);
			assertStatus(health(application, "/sse"), "UP");
			application.bean(BrokenBackplane.class).failure = new IllegalStateException("no network");
			SseTestClient down = health(application, "/sse");
			assertThat(down.status()).isEqualTo(503);
			assertStatus(down, "DOWN");
			assertThat(down.body()).contains("IllegalStateException: no network");
			assertThat(health(application, "").status()).isEqualTo(503);
			// A restart would not bring the network back
			assertThat(health(application, "/liveness").status()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whileStreamsAreAskedToEndNoTrafficIsWanted(Container container) {
		TestApplication application = start(container, Stubborn.class);
		Gate gate = application.bean(Stubborn.class).gate;
		assertThat(health(application, "/readiness").status()).isEqualTo(200);
		try (SseTestClient client = application.connect("/stubborn")) {
			client.awaitOpen();
			CompletableFuture<Void> closing = CompletableFuture.runAsync(application::close);
			await().atMost(5, TimeUnit.SECONDS).until(() -> health(application, "/readiness").status() == 503);
			await().atMost(5, TimeUnit.SECONDS).until(() -> health(application, "/sse").status() == 503);
			assertStatus(health(application, "/readiness"), "OUT_OF_SERVICE");
			assertStatus(health(application, "/sse"), "OUT_OF_SERVICE");
			assertThat(closing).isNotDone();
			gate.open();
			assertThat(closing).succeedsWithin(10, TimeUnit.SECONDS);
		}
	}

	private static void assertStatus(SseTestClient answer, String status) {
		assertThat(new JsonContent(answer.body())).extractingPath("$.status").isEqualTo(status);
	}

	private static SseTestClient health(TestApplication application, String path) {
		return application.to("/actuator/health" + path).header("Accept", "application/json").connect();
	}

	private static TestApplication start(Container container, Class<?> component) {
		return TestApplication.start(container, component, "management.endpoint.health.show-details=always",
				"sse.shutdown.timeout=9s");
	}

	static class BrokenBackplane {

		private volatile @Nullable Throwable failure;

		@Bean
		Backplane backplane() {
			return new Backplane() {

				@Override
				public void start(Receiver receiver) {
					receiver.begin(new EventId(1, 0, "aaaaaa"));
				}

				@Override
				public void stop() {
				}

				@Override
				public CompletableFuture<EventId> publish(Message message) {
					return new CompletableFuture<>();
				}

				@Override
				public @Nullable Throwable failure() {
					return BrokenBackplane.this.failure;
				}

			};
		}

	}

	@RestController
	static class Stubborn {

		private final Gate gate = new Gate();

		@GetMapping("/stubborn")
		void stubborn(SseStream stream) {
			stream.open();
			this.gate.hold();
		}

	}

}
