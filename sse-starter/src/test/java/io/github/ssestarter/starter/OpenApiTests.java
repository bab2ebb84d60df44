package io.github.ssestarter.starter;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.swagger.v3.oas.models.OpenAPI;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.models.GroupedOpenApi;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseClient;
import io.github.ssestarter.SseEventType;
import io.github.ssestarter.SseEvents;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.NpmTools;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The OpenAPI document, as tools that others wrote read it.
 */
@Tag("clients")
class OpenApiTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			Api.class, "springdoc.api-docs.enabled=true", "sse.limits.max-streams=100",
			"sse.limits.max-streams-per-user=5", "sse.client-id.on-duplicate=reject", "sse.endpoints[0].path=/orders",
			"sse.endpoints[0].topics=open,closed", "sse.endpoints[0].openapi.items.order=" + Order.class.getName(),
			"sse.endpoints[1].path=/everything"));

	@ParameterizedTest
	@CsvSource({ "TOMCAT, today", "TOMCAT, newer", "JETTY, today", "JETTY, newer" })
	void theDocumentIsValid(Container container, String group) throws Exception {
		Optional<NpmTools> tools = NpmTools.get();
		assumeThat(tools).isPresent();
		String document = document(container, group);
		assertThat(document).contains((group.equals("newer")) ? "\"itemSchema\"" : "\"x-oai-itemSchema\"");
		assertThat(tools.orElseThrow().run("validate.mjs", document))
			.isEqualTo((group.equals("newer")) ? "valid 3.2" : "valid 3.1");
	}

	@Test
	void typesOfTheEventsComeOutOfIt() throws Exception {
		Optional<NpmTools> tools = NpmTools.get();
		assumeThat(tools).isPresent();
		String types = tools.orElseThrow().run("types.mjs", document(Container.TOMCAT, "today"));
		assertThat(types).contains("ordersEvents: {", "order: components[\"schemas\"][\"Order\"];", "progressEvents: {",
				"progress: components[\"schemas\"][\"Progress\"];", "message: string;", "done: \"\";");
	}

	@Test
	void theDocumentationShowsHowToMakeThem() throws IOException {
		String script = Files.readString(Path.of("src/test/resources/openapi/types.mjs"));
		assertThat(Files.readString(Path.of("..", "docs", "openapi.md"))).contains(script.strip());
	}

	private static String document(Container container, String group) throws Exception {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create(applications.on(container).url("/v3/api-docs/" + group)))
			.build();
		return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
	}

	record Order(long number, Instant since, List<Item> items) {
	}

	record Item(String name, int amount) {
	}

	record Progress(int percent) {
	}

	@RestController
	static class Api {

		@GetMapping("/tasks/{task}/progress")
		@SseEvents({ @SseEventType(name = "progress", data = Progress.class), @SseEventType(data = String.class),
				@SseEventType(name = "done") })
		void progress(@PathVariable String task, SseStream stream) {
			stream.join("tasks/" + task);
		}

		@GetMapping("/any")
		SseStream any(SseStream stream) {
			return stream.keepOpen();
		}

		@PostMapping("/ask")
		void ask(SseClient caller) {
			caller.send("answer", "yes");
		}

		@Bean
		GroupedOpenApi today() {
			return GroupedOpenApi.builder().group("today").pathsToMatch("/**").build();
		}

		@Bean
		GroupedOpenApi newer() {
			return GroupedOpenApi.builder()
				.group("newer")
				.pathsToMatch("/**")
				.addOpenApiCustomizer(new Newer())
				.build();
		}

	}

	/**
	 * Of a group, whose own come last unless they say otherwise.
	 */
	static class Newer implements OpenApiCustomizer, Ordered {

		@Override
		public void customise(OpenAPI document) {
			document.setOpenapi("3.2.0");
		}

		@Override
		public int getOrder() {
			return 0;
		}

	}

}
