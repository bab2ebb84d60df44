package io.github.ssestarter.starter;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;
import io.github.ssestarter.test.SseTestEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The starter's own events are the same, whatever the application's mapper does.
 */
class OwnEventsTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.start(container, Streams.class));

	@ParameterizedTest
	@EnumSource
	void aMapperWithTypesDoesNotChangeThem(Container container) {
		TestApplication application = applications.on(container);
		application.broadcaster().broadcast("list", new ArrayList<>(List.of(1)));
		try (SseTestClient client = application.to("/joined").lastEventId("1-1.aaaaaa").connect()) {
			SseTestEvent gap = client.skipTo("sse-gap");
			assertThat(gap.data()).startsWith("{\"lastEventId\":\"").contains("\"oldest\":");
			assertThat(client.raw()).contains("event: connected\ndata: {\"clientId\":");
			application.broadcaster().broadcast("last", new ArrayList<>(List.of(1)));
			client.skipTo("last");
			assertThat(client.raw()).as("the application's own has types").contains("[\"java.util.ArrayList\",[1]]");
			application.broadcaster().close(SseAudience.everyone());
			client.expectEnd();
			assertThat(client.raw()).contains("event: sse-end\ndata: {\"reason\":\"");
		}
	}

	@RestController
	static class Streams {

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

		@Bean
		@Primary
		JsonMapper mapperWithTypes() {
			return JsonMapper.builder()
				.activateDefaultTyping(BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build(),
						DefaultTyping.NON_FINAL)
				.build();
		}

	}

}
