package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import okhttp3.OkHttp;
import org.glassfish.jersey.internal.Version;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.core.SpringVersion;

import io.github.ssestarter.starter.testsupport.ClientLibraries;
import io.github.ssestarter.starter.testsupport.ClientLibrary;
import io.github.ssestarter.starter.testsupport.ClientScenario;
import io.github.ssestarter.starter.testsupport.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What clients do with which bytes: the tables of {@code docs/clients.md} are what is
 * seen.
 */
@Tag("clients")
class ClientTableTests {

	private static final String PACKAGES = "src/test/resources/clients/package.json";

	@Test
	void theTablesTellWhatIsSeen() throws Exception {
		Set<ClientLibrary> available = ClientLibraries.available();
		Map<ClientLibrary, String> seen = new TreeMap<>();
		AtomicReference<@Nullable ClientLibraries> running = new AtomicReference<>();
		try (ScriptedServer server = new ScriptedServer(
				(path, number, answer) -> ClientScenario.answer(path, number, answer, running))) {
			Map<ClientLibrary, List<String>> urls = new EnumMap<>(ClientLibrary.class);
			for (ClientLibrary client : available) {
				urls.put(client,
						Arrays.stream(ClientScenario.values())
							.map((scenario) -> scenario.url(server.port(), client))
							.toList());
			}
			try (ClientLibraries clients = ClientLibraries.start(urls)) {
				running.set(clients);
				await().atMost(Duration.ofSeconds(30)).until(() -> allHaveAsked(server, available));
				long begun = System.nanoTime();
				await().atMost(ClientScenario.WINDOW.plusSeconds(5))
					.until(() -> System.nanoTime() - begun > ClientScenario.WINDOW.toNanos());
				for (ClientLibrary client : available) {
					seen.put(client, row(server, clients, client));
				}
			}
		}
		assertThat(String.join("\n", seen.values())).isEqualTo(documented(available));
	}

	private static boolean allHaveAsked(ScriptedServer server, Set<ClientLibrary> clients) {
		return clients.stream()
			.allMatch((client) -> Arrays.stream(ClientScenario.values())
				.noneMatch((scenario) -> server.requests(scenario.path(client)).isEmpty()));
	}

	private static String row(ScriptedServer server, ClientLibraries clients, ClientLibrary client) throws IOException {
		List<String> cells = new ArrayList<>();
		cells.add(client.label() + version(client));
		for (ClientScenario scenario : ClientScenario.values()) {
			cells.add(scenario.cell(server.requests(scenario.path(client)),
					clients.seen(client, scenario.url(server.port(), client))));
		}
		return "| " + String.join(" | ", cells) + " |";
	}

	/**
	 * The version that was run: as {@code package.json} or the build has it.
	 */
	private static String version(ClientLibrary client) throws IOException {
		return switch (client) {
			case CHROMIUM -> "";
			case DATASTAR -> find(PACKAGES, "\"@starfederation/datastar\": \"(.+)\"");
			case HX_SSE -> find(PACKAGES, "\"htmx4\": \"npm:htmx.org@(.+)\"");
			case HTMX_EXT_SSE ->
				find(PACKAGES, "\"htmx-ext-sse\": \"(.+)\"") + ", htmx" + find(PACKAGES, "\"htmx.org\": \"(.+)\"");
			case JERSEY -> " " + Version.getVersion();
			case WEB_CLIENT -> " " + SpringVersion.getVersion();
			case OKHTTP_SSE -> " " + OkHttp.VERSION;
			case RESTEASY, CXF, MCP, LANGCHAIN4J, MICRONAUT, KTOR ->
				find("src/test/resources/java-clients/" + client.label().toLowerCase() + "/pom.xml",
						"<version>(\\d+\\..+)<");
			case OKHTTP_EVENTSOURCE -> find("../pom.xml", "<okhttp-eventsource.version>(.+)<");
			default -> find(PACKAGES, "\"(?:@microsoft/)?" + Pattern.quote(client.label()) + "\": \"(.+)\"");
		};
	}

	private static String find(String file, String pattern) throws IOException {
		Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)));
		return (matcher.find()) ? " " + matcher.group(1) : "";
	}

	private static String documented(Set<ClientLibrary> clients) throws IOException {
		List<String> lines = Files.readAllLines(Path.of("..", "docs", "clients.md"));
		List<String> rows = new ArrayList<>();
		for (ClientLibrary client : clients) {
			String begin = "| " + client.label() + " ";
			rows.add(
					lines.stream().filter((line) -> line.startsWith(begin)).findFirst().orElse(begin + "is not there"));
		}
		return String.join("\n", rows);
	}

}
