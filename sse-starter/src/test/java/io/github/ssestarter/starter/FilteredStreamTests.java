package io.github.ssestarter.starter;

import java.util.List;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Gate;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.starter.testsupport.ZippedStream;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Streams through filters and settings that change responses.
 */
class FilteredStreamTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			List.of(Streams.class, Filters.class), "server.compression.enabled=true",
			"server.compression.min-response-size=1",
			"server.compression.mime-types=text/event-stream,application/json", "spring.servlet.encoding.force=true",
			"spring.servlet.encoding.charset=UTF-16", "sse.endpoints[0].path=/api/ready"));

	@ParameterizedTest
	@EnumSource
	void eventsPassTheEtagFilterOneByOne(Container container) {
		TestApplication application = applications.on(container);
		Gate gate = application.bean(Streams.class).newGate();
		try (SseTestClient attached = application.connect("/stream?detached=false")) {
			attached.expect("tick", "\u00e91");
			gate.open();
			attached.expect("tick", "2");
			attached.expectEnd();
			assertThat(attached.headers()).doesNotContainKeys("ETag", "Content-Length", "Content-Encoding");
		}
		try (SseTestClient detached = application.connect("/stream?detached=true")) {
			detached.expect("tick", "\u00e91");
			application.broadcaster().send(SseAudience.topic("topic"), "tick", "2");
			detached.expect("tick", "2");
			assertThat(detached.headers()).doesNotContainKeys("ETag", "Content-Length", "Content-Encoding");
		}
	}

	@ParameterizedTest
	@EnumSource
	void compressedStreamArrivesEventByEvent(Container container) throws Exception {
		TestApplication application = applications.on(container);
		Gate gate = application.bean(Streams.class).newGate();
		for (boolean detached : new boolean[] { false, true }) {
			try (ZippedStream stream = ZippedStream.open(application.url("/stream?detached=" + detached))) {
				stream.expect("data: \u00e91\n\n");
				gate.open();
				application.broadcaster().send(SseAudience.topic("topic"), "tick", "2");
				stream.expect("data: 2\n");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void corsConfigurationIsObeyed(Container container) {
		TestApplication application = applications.on(container);
		application.bean(Streams.class).newGate().open();
		for (String path : List.of("/stream?detached=false", "/stream?detached=true", "/api/ready", "/api/joined")) {
			try (SseTestClient allowed = application.to(path).header("Origin", "https://good.example").connect();
					SseTestClient denied = application.to(path).header("Origin", "https://bad.example").connect()) {
				assertThat(allowed.status()).isEqualTo(200);
				assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo("https://good.example");
				allowed.awaitOpen();
				assertThat(denied.status()).isEqualTo(403);
				assertThat(denied.headers()).doesNotContainKeys("Access-Control-Allow-Origin", "Sse-Client-Id");
			}
		}
	}

	@RestController
	static class Streams {

		private volatile Gate gate = new Gate();

		Gate newGate() {
			this.gate = new Gate();
			return this.gate;
		}

		@GetMapping("/stream")
		@CrossOrigin("https://good.example")
		void stream(SseStream stream, @RequestParam boolean detached) {
			if (detached) {
				stream.join("topic");
			}
			stream.send("tick", "\u00e91");
			if (!detached) {
				this.gate.hold();
				stream.send("tick", "2");
			}
		}

		@GetMapping("/api/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Filters implements WebMvcConfigurer {

		@Override
		public void addCorsMappings(CorsRegistry registry) {
			registry.addMapping("/api/**").allowedOrigins("https://good.example");
		}

		@Bean
		ShallowEtagHeaderFilter etagFilter() {
			return new ShallowEtagHeaderFilter();
		}

	}

}
