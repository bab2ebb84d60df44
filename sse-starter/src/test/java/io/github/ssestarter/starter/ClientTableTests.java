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

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.starter.testsupport.ClientScenario;
import io.github.ssestarter.starter.testsupport.NpmClient;
import io.github.ssestarter.starter.testsupport.NpmClients;
import io.github.ssestarter.starter.testsupport.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What clients do with which bytes: the table of {@code docs/clients.md} is what is seen.
 */
class ClientTableTests {

	@Test
	void theTableTellsWhatIsSeen() throws IOException {
		Set<NpmClient> available = NpmClients.available();
		Map<NpmClient, String> seen = new TreeMap<>();
		AtomicReference<@Nullable NpmClients> running = new AtomicReference<>();
		try (ScriptedServer server = new ScriptedServer(
				(path, number, answer) -> ClientScenario.answer(path, number, answer, running))) {
			Map<NpmClient, List<String>> urls = new EnumMap<>(NpmClient.class);
			for (NpmClient client : available) {
				urls.put(client,
						Arrays.stream(ClientScenario.values())
							.map((scenario) -> scenario.url(server.port(), client))
							.toList());
			}
			try (NpmClients clients = NpmClients.start(urls)) {
				running.set(clients);
				await().atMost(Duration.ofSeconds(30)).until(() -> allHaveAsked(server, available));
				long begun = System.nanoTime();
				await().atMost(ClientScenario.WINDOW.plusSeconds(5))
					.until(() -> System.nanoTime() - begun > ClientScenario.WINDOW.toNanos());
				for (NpmClient client : available) {
					seen.put(client, row(server, clients, client));
				}
			}
		}
		assertThat(String.join("\n", seen.values())).isEqualTo(documented(available));
	}

	private static boolean allHaveAsked(ScriptedServer server, Set<NpmClient> clients) {
		return clients.stream()
			.allMatch((client) -> Arrays.stream(ClientScenario.values())
				.noneMatch((scenario) -> server.requests(scenario.path(client)).isEmpty()));
	}

	private static String row(ScriptedServer server, NpmClients clients, NpmClient client) throws IOException {
		List<String> cells = new ArrayList<>();
		cells.add(client.label() + version(client));
		for (ClientScenario scenario : ClientScenario.values()) {
			cells.add(scenario.cell(server.requests(scenario.path(client)),
					clients.seen(client, scenario.url(server.port(), client))));
		}
		return "| " + String.join(" | ", cells) + " |";
	}

	/**
	 * As {@code package.json} has it.
	 */
	private static String version(NpmClient client) throws IOException {
		Matcher matcher = Pattern.compile("\"(?:@microsoft/)?" + Pattern.quote(client.label()) + "\": \"(.+)\"")
			.matcher(Files.readString(Path.of("src", "test", "resources", "clients", "package.json")));
		return (matcher.find()) ? " " + matcher.group(1) : "";
	}

	private static String documented(Set<NpmClient> clients) throws IOException {
		List<String> lines = Files.readAllLines(Path.of("..", "docs", "clients.md"));
		List<String> rows = new ArrayList<>();
		for (NpmClient client : clients) {
			String begin = "| " + client.label() + " ";
			rows.add(
					lines.stream().filter((line) -> line.startsWith(begin)).findFirst().orElse(begin + "is not there"));
		}
		return String.join("\n", rows);
	}

}
