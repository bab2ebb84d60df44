package io.github.ssestarter.starter;

import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;

import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.LocalBackplane;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said at start-up if the clients of a drain come back before a single node can
 * be there again.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartUpTimeTests {

	private static final String TOLD = "logging.level.io.github.ssestarter.autoconfigure.StartUpTime=WARN";

	private static final String[] SOON = { "sse.shutdown.min-retry=1ms", "sse.shutdown.max-retry=2ms", TOLD };

	@ParameterizedTest
	@EnumSource
	void clientsThatComeBackTooSoonAreWarnedOf(Container container, CapturedOutput output) {
		TestApplication.start(container, StreamEvents.class, SOON).close();
		assertThat(output.toString().lines().filter((line) -> line.contains("sse.shutdown"))).singleElement()
			.asString()
			.contains("WARN")
			.contains("sse.shutdown.max-retry is 2ms, but this application took ")
			.containsPattern("Set sse.shutdown.min-retry above \\d+ms");
	}

	@ParameterizedTest
	@EnumSource
	void othersAreNot(Container container, CapturedOutput output) {
		TestApplication.start(container, StreamEvents.class, "sse.shutdown.max-retry=1h", TOLD).close();
		assertThat(output).doesNotContain("sse.shutdown");
	}

	@Test
	void norAreThoseThatOtherNodesTake(CapturedOutput output) {
		TestApplication.start(Container.TOMCAT, List.of(StreamEvents.class, SeveralNodes.class), SOON).close();
		assertThat(output).doesNotContain("sse.shutdown");
	}

	static class SeveralNodes {

		@Bean
		Backplane backplane() {
			LocalBackplane local = new LocalBackplane(Clock.systemUTC(), new Random());
			return new Backplane() {

				@Override
				public void start(Receiver receiver) {
					local.start(receiver);
				}

				@Override
				public void stop() {
					local.stop();
				}

				@Override
				public CompletableFuture<EventId> publish(Message message) {
					return local.publish(message);
				}

			};
		}

	}

}
