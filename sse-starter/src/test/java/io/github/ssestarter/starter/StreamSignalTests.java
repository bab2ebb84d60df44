package io.github.ssestarter.starter;

import java.time.Duration;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RawStream;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How a stream tells its client where it stands: at its beginning, with each id, while it
 * is quiet, and at its end.
 */
@ByBothTransports
class StreamSignalTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			Rows.class, "sse.heartbeat.interval=1m", "sse.heartbeat.min-interval=50ms"));

	@ParameterizedTest
	@EnumSource
	void ownIdsAndThePlaceInTheLogAreBothRecoveredAfterACut(Container container) {
		TestApplication application = applications.on(container);
		SseTestClient client = application.connect("/rows");
		client.expect("row", "1");
		client.skipTo("connected");
		application.broadcaster().send(SseAudience.topic("rows"), "tick", "a");
		client.expect("tick", "a");
		client.cut();
		application.broadcaster().send(SseAudience.topic("rows"), "tick", "b");
		try (SseTestClient again = client.reconnect()) {
			again.expect("row", "2");
			again.expect("tick", "b");
			assertThat(again.lastEventId()).endsWith("~2");
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatIsPublishedBetweenACutAndTheReturnIsNotLostThoughTheStreamWasSentToBeforeItJoined(Container container) {
		TestApplication application = applications.on(container);
		SseTestClient client = application.connect("/snapshot");
		client.expect("snapshot", "whole");
		client.skipTo("connected");
		client.cut();
		application.broadcaster().send(SseAudience.topic("rows"), "tick", "c");
		try (SseTestClient again = client.reconnect()) {
			again.expect("snapshot", "whole");
			again.expect("tick", "c");
		}
	}

	@ParameterizedTest
	@EnumSource
	void everyStreamBeginsWithItsRetry(Container container) {
		TestApplication application = applications.on(container);
		for (String path : new String[] { "/rows", "/joined", "/tokens" }) {
			try (RawStream stream = RawStream.get(application.port(), path)) {
				assertThat(stream.readTo("\n\n").body()).startsWith("retry: 2000\n");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void aClientMayAskForHeartbeatsWhichAreALineWithinTheNextBlock(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient often = application.connect("/joined?heartbeat=1");
				SseTestClient usual = application.connect("/joined?heartbeat=soon")) {
			await().atMost(Duration.ofSeconds(10)).until(() -> often.comments().size() >= 4);
			application.broadcaster().send(SseAudience.topic("rows"), "tick", "d");
			often.expect("tick", "d");
			usual.expect("tick", "d");
			assertThat(usual.comments()).isEmpty();
			assertThat(often.raw()).contains("\n\n: \n: \n").doesNotContain(": \n\n");
		}
	}

	@ParameterizedTest
	@EnumSource
	void anEndTellsItsReasonARetryAndThePlace(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect("/ended")) {
			client.skipTo("connected");
			String place = client.lastEventId();
			application.broadcaster().close(SseAudience.topic("ended"));
			client.expectEnd();
			assertThat(client.raw()).endsWith(
					"retry: 2000\nevent: sse-end\ndata: {\"reason\":\"CLOSED\"}\nid: " + client.lastEventId() + "\n\n");
			assertThat(client.lastEventId()).isGreaterThanOrEqualTo(place);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoIsToComeBackIsCutAfterItsLastEventWhereThatIsSet(Container container) {
		try (TestApplication application = TestApplication.start(container, Rows.class, "sse.end.come-back=cut",
				"sse.stream.max-lifetime=300ms")) {
			try (RawStream stream = RawStream.get(application.port(), "/joined")) {
				assertThat(stream.readToEnd()).isEqualTo(RawStream.End.CUT);
				assertThat(stream.body())
					.containsPattern("retry: 1000\nevent: sse-end\ndata: \\{\"reason\":\"MAX_LIFETIME\"}\nid: .+\n\n$");
			}
			try (RawStream stream = RawStream.get(application.port(), "/tokens")) {
				assertThat(stream.readToEnd()).isEqualTo(RawStream.End.IN_ORDER);
			}
		}
	}

	@RestController
	static class Rows {

		@GetMapping("/rows")
		void rows(SseStream stream) {
			String last = stream.lastEventId();
			int next = (last != null) ? Integer.parseInt(last) + 1 : 1;
			stream.send(SseEvent.of("row", next).id(next)).join("rows");
		}

		@GetMapping("/snapshot")
		void snapshot(SseStream stream) {
			stream.send("snapshot", "whole").join("rows");
		}

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("rows");
		}

		@GetMapping("/ended")
		void ended(SseStream stream) {
			stream.join("ended");
		}

		@GetMapping("/tokens")
		void tokens(SseStream stream) {
			stream.send("token", "one");
		}

	}

}
