package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.GeneratedEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One event, sent in three ways, is the same on the wire.
 */
@ByBothTransports
class SameBytesTests {

	/** A place in the log, which only some have, may come with the application's own. */
	private static final Pattern ID = Pattern.compile("(?m)^id: [^\n]*\n");

	private static final List<SseEvent> EVENTS = Stream.concat(
			Stream.of(SseEvent.of("plain"), SseEvent.of("named", "two\r\nlines\rand\n"), SseEvent.named("empty"),
					SseEvent.of("json", Map.of("key", List.of(1, "two\n"))),
					SseEvent.of("full", " spaced ").id("own:1").comment("why\nnot").retry(Duration.ofMillis(1234)),
					SseEvent.commentOnly("only\ra comment"), SseEvent.retryOnly(Duration.ofSeconds(3)),
					SseEvent.idOnly("own:2"), SseEvent.of("big", "\u00e9x".repeat(20_000))),
			new GeneratedEvents(1, false).next(500).stream())
		.toList();

	@ParameterizedTest
	@EnumSource
	void eventIsTheSameAttachedDetachedAndBroadcast(Container container) {
		try (TestApplication application = TestApplication.start(container, ThreeWays.class,
				"sse.stream.buffer-size=1MB");
				SseTestClient attached = application.to("/attached").keepRaw().connect();
				SseTestClient detached = application.to("/detached").keepRaw().connect();
				SseTestClient joined = application.to("/joined").keepRaw().connect()) {
			await().atMost(Duration.ofSeconds(5)).until(() -> application.broadcaster().connectedCount() == 1);
			SseStream kept = application.bean(ThreeWays.class).kept;
			assertThat(kept).isNotNull();
			for (SseEvent event : EVENTS) {
				kept.send(event);
				application.broadcaster().send(SseAudience.topic("topic"), event);
			}
			kept.send(SseEvent.named("end"));
			application.broadcaster().broadcast(SseEvent.named("end"));
			String expected = body(attached);
			assertThat(expected).contains("event: full\n", "retry: 1234\n");
			assertThat(body(detached)).isEqualTo(expected);
			assertThat(body(joined)).isEqualTo(expected);
		}
	}

	/**
	 * The events, without their ids, and without what the starter tells before and after.
	 */
	private static String body(SseTestClient client) {
		client.skipTo("end");
		String raw = client.raw();
		String events = raw.substring(raw.indexOf("data: plain\n"), raw.indexOf("event: end\n"));
		return ID.matcher(events).replaceAll("");
	}

	@RestController
	static class ThreeWays {

		private volatile @Nullable SseStream kept;

		@GetMapping("/attached")
		void attached(SseStream stream) {
			EVENTS.forEach(stream::send);
			stream.send(SseEvent.named("end"));
		}

		@GetMapping("/detached")
		void detached(SseStream stream) {
			this.kept = stream.keepOpen();
		}

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

	}

}
