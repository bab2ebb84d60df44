package io.github.ssestarter.starter;

import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Streams whose requests run on virtual threads.
 */
@ByBothTransports
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadTests {

	@ParameterizedTest
	@EnumSource
	void streamsLiveBothLivesOnVirtualThreads(Container container) {
		try (TestApplication application = TestApplication.start(container, Streams.class,
				"spring.threads.virtual.enabled=true");
				SseTestClient attached = application.connect("/attached");
				SseTestClient joined = application.connect("/joined")) {
			attached.expect("isVirtual", "true");
			attached.expectEnd();
			joined.awaitOpen();
			for (int i = 0; i < 100; i++) {
				application.broadcaster().send(SseAudience.topic("topic"), "tick", Integer.toString(i));
			}
			for (int i = 0; i < 100; i++) {
				joined.expect("tick", Integer.toString(i));
			}
			application.broadcaster().close(SseAudience.everyone());
			joined.expectEnd();
			assertThat(attached.raw()).contains(": thinking");
		}
	}

	@RestController
	static class Streams {

		@GetMapping("/attached")
		void attached(SseStream stream) throws ReflectiveOperationException {
			stream.comment("thinking");
			stream.send("isVirtual", Thread.class.getMethod("isVirtual").invoke(Thread.currentThread()));
		}

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

	}

}
