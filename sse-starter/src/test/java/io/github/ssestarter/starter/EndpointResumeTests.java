package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;
import io.github.ssestarter.test.SseTestEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients of ready-made endpoints that come back.
 */
@ByBothTransports
class EndpointResumeTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			List.of(), "sse.endpoints[0].path=/feed", "sse.endpoints[0].topics=feed,other",
			"sse.endpoints[1].path=/small", "sse.endpoints[1].topics=small"));

	@RegisterExtension
	static final SharedApplication smallHistories = new SharedApplication(
			(container) -> TestApplication.start(container, List.of(), "sse.endpoints[0].path=/feed",
					"sse.endpoints[0].topics=feed", "sse.history.max-events=10"));

	@ParameterizedTest
	@EnumSource
	void whatWasMissedIsReplayedOnceAndInOrder(Container container) {
		TestApplication application = applications.on(container);
		SseTestClient first = application.connect("/feed?topic=feed");
		first.skipTo("connected");
		publish(application, 1, 6);
		first.expect("e", "1");
		first.expect("e", "2");
		first.close();
		String cursor = first.events()
			.stream()
			.filter((event) -> event.data().equals("2"))
			.findFirst()
			.orElseThrow()
			.lastEventId();
		application.broadcaster().send(SseAudience.topic("other"), "e", "not for it");
		publish(application, 6, 9);
		try (SseTestClient byHeader = application.to("/feed?topic=feed").lastEventId(cursor).connect();
				SseTestClient byParameter = application.connect("/feed?topic=feed&lastEventId=" + cursor)) {
			publish(application, 9, 10);
			for (SseTestClient again : List.of(byHeader, byParameter)) {
				again.skipTo("connected");
				for (int i = 3; i < 10; i++) {
					again.expect("e", Integer.toString(i));
				}
				again.expectNothing(Duration.ofMillis(100));
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void headerWinsOverTheParameter(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient first = application.connect("/small")) {
			first.skipTo("connected");
			application.broadcaster().send(SseAudience.topic("small"), "e", "1");
			application.broadcaster().send(SseAudience.topic("small"), "e", "2");
			SseTestEvent one = first.next();
			SseTestEvent two = first.next();
			try (SseTestClient again = application.to("/small?lastEventId=" + one.lastEventId())
				.lastEventId(two.lastEventId())
				.connect()) {
				again.skipTo("connected");
				application.broadcaster().send(SseAudience.topic("small"), "e", "3");
				again.expect("e", "3");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void cutRightAfterConnectedLosesNothing(Container container) {
		TestApplication application = applications.on(container);
		SseTestClient client = application.connect("/feed?topic=feed");
		client.skipTo("connected");
		String id = client.lastEventId();
		client.cut();
		publish(application, 1, 4);
		for (int i = 0; i < 3; i++) {
			try (SseTestClient again = application.to("/feed?topic=feed").lastEventId(id).connect()) {
				SseTestEvent connected = again.skipTo("connected");
				id = connected.lastEventId();
				again.expect("e", "1");
				again.expect("e", "2");
				again.expect("e", "3");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void ownIdsOfTheApplicationResume(Container container) {
		TestApplication application = applications.on(container);
		String own = "order:" + UUID.randomUUID();
		try (SseTestClient first = application.connect("/feed?topic=feed")) {
			first.skipTo("connected");
			application.broadcaster().send(SseAudience.topic("feed"), SseEvent.of("e", "own").id(own));
			publish(application, 1, 3);
			assertThat(first.next().lastEventId()).endsWith("~" + own);
			try (SseTestClient again = application.to("/feed?topic=feed").lastEventId(own).connect()) {
				again.skipTo("connected");
				again.expect("e", "1");
				again.expect("e", "2");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void unknownIdIsToldAGapFirst(Container container) {
		TestApplication application = applications.on(container);
		publish(application, 1, 2);
		for (String unknown : List.of("never-given-out", "1763624000000-5.zzzz", "{\"x\":1}", "x".repeat(150))) {
			try (SseTestClient client = application.to("/feed?topic=feed").lastEventId(unknown).connect()) {
				SseTestEvent gap = client.next();
				assertThat(gap.name()).isEqualTo("sse-gap");
				assertThat(gap.data()).startsWith("{\"lastEventId\":\"")
					.contains("\"oldest\":\"" + gap.lastEventId().split("~")[0] + "\"");
				assertThat(gap.lastEventId()).endsWith("~" + unknown);
				client.skipTo("connected");
				assertThat(client.next().name()).isEqualTo("e");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void cursorThatHasLeftTheHistoryIsToldAGap(Container container) {
		TestApplication application = smallHistories.on(container);
		SseTestClient client = application.connect("/feed");
		client.skipTo("connected");
		client.close();
		publish(application, 0, 30);
		try (SseTestClient again = client.reconnect()) {
			assertThat(again.next().name()).isEqualTo("sse-gap");
			again.skipTo("connected");
			for (int i = 20; i < 30; i++) {
				again.expect("e", Integer.toString(i));
			}
		}
	}

	private static void publish(TestApplication application, int from, int to) {
		for (int i = from; i < to; i++) {
			application.broadcaster().send(SseAudience.topic("feed"), "e", Integer.toString(i));
		}
	}

}
