package io.github.ssestarter.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What those who run the sample see of it, and the dashboard that they may import.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class MonitoringTests {

	private static final Path DASHBOARD = Path.of("..", "docs", "grafana-dashboard.json");

	private static final Path OPERATIONS = Path.of("..", "docs", "operations.md");

	private static final Pattern NAME = Pattern.compile("\\bsse_\\w+");

	/** A family of samples in what Prometheus is given. */
	private static final Pattern FAMILY = Pattern.compile("(?m)^# TYPE (sse_\\w+) ");

	@LocalServerPort
	private int port;

	@Test
	void allMetersAreInAScrape() {
		assertThat(found(FAMILY, scrape(), 1)).containsExactlyInAnyOrder("sse_backplane_lag_seconds",
				"sse_backplane_publish_time_seconds", "sse_backplane_publish_time_seconds_max",
				"sse_backplane_reconnects_total", "sse_backplane_up", "sse_bytes_total", "sse_deliveries_total",
				"sse_delivery_time_seconds", "sse_delivery_time_seconds_max", "sse_engine_backlog",
				"sse_events_published_total", "sse_gaps_total", "sse_history_bytes", "sse_history_events",
				"sse_lagging", "sse_refused_total", "sse_resumed_total", "sse_stream_duration_seconds",
				"sse_stream_duration_seconds_max", "sse_streams", "sse_streams_closed_total",
				"sse_streams_opened_total");
	}

	@Test
	void aStreamAndItsEventsAreInAScrape() {
		try (SseTestClient client = SseTestClient.to(this.port, "/sse?count=2&intervalMs=10").connect()) {
			client.expectEnd();
		}
		assertThat(scrape()).containsPattern("(?m)^sse_streams_opened_total [1-9]")
			.containsPattern("(?m)^sse_streams_closed_total\\{reason=\"completed\"} [1-9]")
			.containsPattern("(?m)^sse_deliveries_total [1-9]")
			.containsPattern("(?m)^sse_delivery_time_seconds\\{quantile=\"0.99\"} ");
	}

	@Test
	void theDashboardShowsWhatThereIs() throws IOException {
		String scrape = scrape();
		Set<String> samples = found(Pattern.compile("(?m)^sse_\\w+"), scrape, 0);
		assertThat(expressions()).isNotEmpty()
			.allSatisfy((expression) -> assertThat(samples).containsAll(found(NAME, expression, 0)));
	}

	@Test
	void theDashboardShowsAllThatThereIs() throws IOException {
		Set<String> shown = found(NAME, String.join("\n", expressions()), 0);
		assertThat(found(FAMILY, scrape(), 1))
			.allSatisfy((family) -> assertThat(shown).containsAnyOf(family, family + "_count"));
	}

	@Test
	void theAlertsAskForWhatThereIs() throws IOException {
		Set<String> samples = found(Pattern.compile("(?m)^sse_\\w+"), scrape(), 0);
		assertThat(found(NAME, Files.readString(OPERATIONS), 0)).isNotEmpty().isSubsetOf(samples);
	}

	@Test
	void theHealthAndTheStreamsAreShown() {
		assertThat(get("/actuator/health")).contains("\"UP\"");
		try (SseTestClient client = SseTestClient.to(this.port, "/sse/broadcast/progress").connect()) {
			client.skipTo("connected");
			assertThat(get("/actuator/sse/topics")).contains("\"progress\"");
			assertThat(get("/actuator/metrics/sse.streams")).contains("\"sse.streams\"");
		}
	}

	private static List<String> expressions() throws IOException {
		String dashboard = Files.readString(DASHBOARD);
		return JsonPath.read(dashboard, "$.panels[*].targets[*].expr");
	}

	private static Set<String> found(Pattern pattern, String text, int group) {
		Set<String> found = new TreeSet<>();
		pattern.matcher(text).results().forEach((match) -> found.add(match.group(group)));
		return found;
	}

	private String scrape() {
		return get("/actuator/prometheus");
	}

	private String get(String path) {
		try (SseTestClient answer = SseTestClient.to(this.port, path).header("Accept", "*/*").connect()) {
			assertThat(answer.status()).isEqualTo(200);
			return answer.body();
		}
	}

}
