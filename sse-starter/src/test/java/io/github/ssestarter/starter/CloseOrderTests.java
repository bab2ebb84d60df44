package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.Filter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Gate;
import io.github.ssestarter.starter.testsupport.RecordedOutput;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.awaitility.Awaitility.await;

/**
 * An order to close is for the streams that are open when it is given.
 */
class CloseOrderTests {

	@ParameterizedTest
	@EnumSource
	void streamThatOpensAfterTheOrderStaysOpen(Container container) throws Exception {
		try (TestApplication application = TestApplication.start(container, Streams.class, "sse.engine.threads=1");
				SseTestClient before = application.connect("/joined")) {
			before.awaitOpen();
			Gate gate = new Gate();
			application.bean(Streams.class).outputs.get(0).hold(gate);
			application.broadcaster().broadcast("tick", "1");
			gate.awaitReached();
			// The engine's only thread is held: it sees all that follows at once
			application.broadcaster().close(SseAudience.everyone());
			CompletableFuture<SseTestClient> connecting = CompletableFuture
				.supplyAsync(() -> application.connect("/joined"));
			await().atMost(Duration.ofSeconds(5)).until(() -> application.broadcaster().connectedCount() == 2);
			gate.open();
			before.expect("tick", "1");
			before.expectEnd();
			try (SseTestClient after = connecting.get(5, TimeUnit.SECONDS)) {
				after.awaitOpen();
				application.broadcaster().broadcast("tick", "2");
				after.expect("tick", "2");
			}
		}
	}

	@RestController
	static class Streams {

		private final List<RecordedOutput> outputs = new CopyOnWriteArrayList<>();

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

		@Bean
		Filter recording() {
			return RecordedOutput.filter(this.outputs);
		}

	}

}
