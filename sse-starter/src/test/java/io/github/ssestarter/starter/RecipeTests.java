package io.github.ssestarter.starter;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.ssestarter.starter.recipes.Recipes;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Page;
import io.github.ssestarter.starter.testsupport.RecipeClients;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The recipes, each heard by the client that its format is made for.
 */
@Tag("clients")
class RecipeTests {

	private static final Pattern EXAMPLE = Pattern.compile("```(?:java|js|html)\n(.*?)```", Pattern.DOTALL);

	private static final String GREETING = "\"text\":\"Hello,  you\\nthere\"";

	/** On Jetty with {@code sse-end}, on Tomcat without. */
	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			Recipes.class, "sse.event.close-name=" + ((container == Container.JETTY) ? "sse-end" : ""),
			"spring.web.resources.static-locations=file:" + RecipeClients.DIRECTORY + "/"));

	@Test
	void springAi() {
		try (SseTestClient client = application().connect("/answer?question=Hello%20%20you")) {
			client.expect("token", "Hel");
			client.expect("token", "lo ");
			client.expect("token", " yo");
			client.expect("token", "u");
			client.expect("done", "");
			client.expectEnd();
		}
	}

	@Test
	void whoLeavesStopsTheModel() {
		Recipes.Parrot model = application().bean(Recipes.Parrot.class);
		int before = model.cancelled();
		try (SseTestClient client = application().connect("/answer?question=endless")) {
			client.expect("token", "end");
		}
		await().atMost(Duration.ofSeconds(20)).until(() -> model.cancelled() > before);
	}

	@Test
	void vercelAiSdk() throws IOException {
		assertThat(run("ai-sdk.mjs")).isEqualTo("{" + GREETING + ",\"errors\":[]}");
	}

	@Test
	void openAi() throws IOException {
		assertThat(run("openai.mjs")).isEqualTo("{" + GREETING + ",\"reason\":\"stop\"}");
	}

	@Test
	void agUi() throws IOException {
		assertThat(run("ag-ui.mjs")).isEqualTo("{" + GREETING + ",\"errors\":[]}");
	}

	@Test
	void graphQl() throws IOException {
		assertThat(run("graphql-sse.mjs")).isEqualTo("[3,2,1,\"Hello\"]");
	}

	@Test
	void htmx() throws Exception {
		RecipeClients.install();
		assertThat(Page.open(url("/htmx.html"), """
				document.querySelector('ul > li')?.textContent ?? fetch('/headlines', {
					method: 'POST', body: new URLSearchParams({ text: 'Fish & chips' }) }).then(() => null)"""))
			.isEqualTo("\"Fish & chips\"");
	}

	@Test
	void datastar() throws Exception {
		String expected = run("datastar.mjs");
		try (SseTestClient client = application().connect("/stock/live")) {
			client.skipTo("connected");
			HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create(url("/stock?pieces=3"))).POST(BodyPublishers.noBody()).build(),
						BodyHandlers.discarding());
			client.skipTo("datastar-patch-elements");
			assertThat(client.raw()).contains(expected);
		}
	}

	@Test
	void theEventAtTheEndIsAnErrorToThoseWhoReadOn() throws IOException {
		String withEnd = applications.on(Container.JETTY).url("");
		assertThat(RecipeClients.run("openai.mjs", withEnd)).isEqualTo("{" + GREETING + ",\"reason\":\"stop\"}");
		assertThat(RecipeClients.run("ai-sdk.mjs", withEnd)).startsWith("{" + GREETING)
			.contains("Type validation failed");
		assertThat(RecipeClients.run("ag-ui.mjs", withEnd)).contains("Invalid event: the frame carries no event type");
		assertThat(RecipeClients.run("graphql-sse.mjs", withEnd)).contains("Invalid stream event \"sse-end\"");
	}

	@Test
	void theDocumentHasTheCodeThatIsTested() throws IOException {
		String sources = texts(Path.of("src/test/java/io/github/ssestarter/starter/recipes"))
				+ texts(Path.of("src/test/resources/recipes"));
		List<String> examples = EXAMPLE.matcher(Files.readString(Path.of("..", "docs", "recipes.md")))
			.results()
			.map((result) -> result.group(1))
			.toList();
		assertThat(examples).hasSizeGreaterThan(10).allSatisfy((example) -> assertThat(sources).contains(example));
	}

	private static String texts(Path folder) throws IOException {
		StringBuilder texts = new StringBuilder();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.{java,mjs,html}")) {
			for (Path file : files) {
				texts.append('\n').append(Files.readString(file));
			}
		}
		return texts.toString();
	}

	private static String run(String script) throws IOException {
		return RecipeClients.run(script, url(""));
	}

	private static String url(String path) {
		return application().url(path);
	}

	private static TestApplication application() {
		return applications.on(Container.TOMCAT);
	}

}
