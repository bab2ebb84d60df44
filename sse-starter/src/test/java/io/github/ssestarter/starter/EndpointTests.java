package io.github.ssestarter.starter;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;
import io.github.ssestarter.test.SseTestEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The ready-made endpoints of {@code sse.endpoints}.
 */
class EndpointTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			StreamEvents.class, "sse.heartbeat.interval=200ms", "sse.endpoints[0].path=/all",
			"sse.endpoints[0].topics[0]=messages", "sse.endpoints[0].topics[1]=progress",
			"sse.endpoints[0].topics[2]=a,b", "sse.endpoints[1].path=/progress", "sse.endpoints[1].topics=progress",
			"sse.endpoints[1].retry=7s", "sse.endpoints[1].heartbeat-interval=0", "sse.endpoints[2].path=/slow",
			"sse.endpoints[2].heartbeat-interval=1h"));

	@ParameterizedTest
	@EnumSource
	void firstEventTellsTheClientWhoItIsAndWhenToComeBack(Container container) {
		TestApplication application = applications.on(container);
		Instant before = Instant.now();
		try (SseTestClient client = application.connect("/all");
				SseTestClient other = application.connect("/progress")) {
			SseTestEvent connected = client.skipTo("connected");
			assertThat(connected.lastEventId()).matches("\\d+-\\d+\\.[0-9a-z]+");
			JsonNode data = JsonMapper.shared().readTree(connected.data());
			assertThat(data.propertyNames()).containsExactly("clientId", "serverTime");
			assertThat(data.get("clientId").asString()).isEqualTo(client.header("Sse-Client-Id"));
			assertThat(Instant.parse(data.get("serverTime").asString())).isBetween(before, Instant.now());
			assertThat(client.retry()).contains(Duration.ofSeconds(2));
			other.skipTo("connected");
			assertThat(other.retry()).contains(Duration.ofSeconds(7));
			assertThat(other.header("Sse-Client-Id")).isNotEqualTo(client.header("Sse-Client-Id"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void endpointsHearTheirTopicsAndTheQueryChooses(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient all = application.connect("/all");
				SseTestClient messages = application.connect("/all?topic=messages");
				SseTestClient both = application.connect("/all?topic=messages&topic=progress");
				SseTestClient progress = application.connect("/progress");
				SseTestClient none = application.connect("/slow")) {
			List.of(all, messages, both, progress, none).forEach((client) -> client.skipTo("connected"));
			application.broadcaster().send(SseAudience.topic("messages"), "m", "1");
			application.broadcaster().send(SseAudience.topic("progress"), "p", "2");
			application.broadcaster().send(SseAudience.topic("a,b"), "ab", "3");
			application.broadcaster().send(SseAudience.topic("nobody's"), "n", "4");
			application.broadcaster().broadcast("everyone", "5");
			assertThat(namesUpTo(all, "everyone")).containsExactly("m", "p", "ab", "everyone");
			assertThat(namesUpTo(messages, "everyone")).containsExactly("m", "everyone");
			assertThat(namesUpTo(both, "everyone")).containsExactly("m", "p", "everyone");
			assertThat(namesUpTo(progress, "everyone")).containsExactly("p", "everyone");
			assertThat(namesUpTo(none, "everyone")).containsExactly("everyone");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "TOMCAT;/all?topic=other", "JETTY;/all?topic=other", "TOMCAT;/all?topic=messages&topic=other",
					"JETTY;/all?topic=messages&topic=other", "TOMCAT;/progress?topic=messages",
					"JETTY;/progress?topic=messages", "TOMCAT;/all?topic=", "JETTY;/all?topic=", "TOMCAT;/all?topic=*",
					"JETTY;/all?topic=*", "TOMCAT;/all?topic=messages,progress", "JETTY;/all?topic=messages,progress" })
	void unknownTopicIs404(Container container, String path) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect(path)) {
			assertThat(client.status()).isEqualTo(404);
			client.expectEnd();
			assertThat(client.raw()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	void topicWithACommaCanBeChosen(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect("/all?topic=a%2Cb")) {
			client.skipTo("connected");
			application.broadcaster().send(SseAudience.topic("messages"), "m", "1");
			application.broadcaster().send(SseAudience.topic("a,b"), "ab", "3");
			client.expect("ab", "3");
		}
	}

	@ParameterizedTest
	@EnumSource
	void heartbeatsAreTheEndpointsOwn(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient usual = application.connect("/all");
				SseTestClient off = application.connect("/progress");
				SseTestClient slow = application.connect("/slow")) {
			off.skipTo("connected");
			slow.skipTo("connected");
			await().atMost(Duration.ofSeconds(10)).until(() -> usual.comments().size() >= 6);
			assertThat(usual.comments()).containsOnly("");
			assertThat(off.comments()).isEmpty();
			assertThat(slow.comments()).isEmpty();
			assertThat(off.isOpen()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource
	void applicationHearsOfOpeningAndEnd(Container container) {
		TestApplication application = applications.on(container);
		StreamEvents events = application.bean(StreamEvents.class);
		try (SseTestClient client = application.connect("/all?topic=messages")) {
			client.awaitOpen();
			String id = client.header("Sse-Client-Id");
			await().atMost(Duration.ofSeconds(5)).until(() -> events.opened(id).size() == 1);
			assertThat(events.opened(id).get(0).topics()).containsExactly("messages");
			assertThat(events.opened(id).get(0).user()).isNull();
			application.broadcaster().close(SseAudience.client(id));
			client.expectEnd();
			events.awaitClosed(id, SseCloseReason.CLOSED);
		}
	}

	private static List<String> namesUpTo(SseTestClient client, String last) {
		client.skipTo(last);
		return client.events().stream().map(SseTestEvent::name).toList();
	}

}
