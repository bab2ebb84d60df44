package io.github.ssestarter.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.BeansException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;
import org.springframework.util.unit.DataSize;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.fanout.EngineSettings;
import io.github.ssestarter.fanout.hearing.TopicLimits;
import io.github.ssestarter.fanout.notice.Interrupt;
import io.github.ssestarter.fanout.shard.Frames;
import io.github.ssestarter.fanout.shard.Frames.HeartbeatMode;
import io.github.ssestarter.fanout.shard.ShardSettings;
import io.github.ssestarter.fanout.shard.ShardSettings.ComeBack;
import io.github.ssestarter.fanout.shard.ShardSettings.OnLag;
import io.github.ssestarter.fanout.shard.StreamOptions;
import io.github.ssestarter.fanout.stream.StreamSettings;
import io.github.ssestarter.fanout.stream.StreamSettings.OnDuplicate;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryWindow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SseProperties}: what right values become, and what wrong ones say when
 * the application does not start.
 */
class SsePropertiesTests {

	private static final String TIME = "a time between 1ms and 365d, such as 5s";

	private static final String SIZE = "a size between 1B and 2047MB";

	private static final String EVENT_NAME = "the name of an event: not empty, and a single line";

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
				WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class, SseAutoConfiguration.class));

	@Test
	void whatIsSetArrivesInTheEngine() {
		this.runner
			.withPropertyValues("sse.publish.timeout=3s", "sse.publish.widest-audience=topic",
					"sse.stream.buffer-size=1KB", "sse.stream.write-timeout=7s", "sse.stream.max-lifetime=1h",
					"sse.stream.on-lag=disconnect", "sse.client-id.on-duplicate=reject", "sse.heartbeat.interval=0",
					"sse.heartbeat.mode=event", "sse.event.gap-name=gap", "sse.event.heartbeat-name=beat",
					"sse.event.close-name=bye", "sse.event.connected-name=hello", "sse.retry=4s",
					"sse.limits.max-last-event-id-length=12", "sse.end.come-back=cut",
					"sse.limits.max-topics-per-stream=5", "sse.limits.max-topic-length=6", "sse.limits.max-attached=7",
					"sse.limits.max-streams=8", "sse.limits.max-streams-per-user=9",
					"sse.limits.max-streams-per-address=10", "sse.limits.max-connects-per-second=11",
					"sse.security.recheck-interval=1m", "sse.stream.interrupt=always", "sse.shutdown.timeout=1s",
					"sse.shutdown.min-retry=2s", "sse.shutdown.max-retry=3s", "sse.engine.threads=2",
					"sse.security.session-check=12s", "sse.runs.keep=13s")
			.run((context) -> assertThat(EngineSettingsMapper.settings(context.getBean(SseProperties.class), 200))
				.isEqualTo(new EngineSettings(2,
						new EngineSettings.Publish(Duration.ofSeconds(3), SseAudience.Kind.TOPIC),
						new Frames.Names("hello", "gap", "beat", "bye"), HeartbeatMode.EVENT,
						new ShardSettings(1024, Duration.ofSeconds(7), Duration.ofHours(1), OnLag.DISCONNECT,
								Duration.ofSeconds(1), ComeBack.CUT),
						new StreamSettings(new StreamOptions(Duration.ZERO, Duration.ofSeconds(4)), OnDuplicate.REJECT,
								new TopicLimits(5, 6), 12, new StreamSettings.Room(7, 8, 9, 10, 11),
								new StreamSettings.Shutdown(Duration.ofSeconds(1), Duration.ofSeconds(2),
										Duration.ofSeconds(3)),
								Interrupt.ALWAYS, Duration.ofMinutes(1), Duration.ofSeconds(12), Duration.ofSeconds(7)),
						Duration.ofSeconds(13))));
	}

	@Test
	void whatIsSetArrivesInTheHistory() {
		this.runner
			.withPropertyValues("sse.history.max-events=7", "sse.history.max-size=10KB", "sse.history.max-age=1m",
					"sse.event.max-size=1KB")
			.run((context) -> assertThat(EngineSettingsMapper.historyLimits(context.getBean(SseProperties.class)))
				.isEqualTo(new EventHistory.Limits(7, 10_240, Duration.ofMinutes(1))));
	}

	@Test
	void windowsOfTheHistoryInheritWhatIsNotSet() {
		this.runner
			.withPropertyValues("sse.history.max-events=7", "sse.history.max-size=10KB", "sse.history.max-age=1m",
					"sse.event.max-size=1KB", "sse.history.windows[0].topics=run/**",
					"sse.history.windows[0].max-age=1h", "sse.history.windows[1].topics=prices",
					"sse.history.windows[1].max-events=3", "sse.history.windows[1].max-size=4KB",
					"sse.history.windows[1].keep=latest")
			.run((context) -> {
				List<HistoryWindow> windows = EngineSettingsMapper.historyWindows(context.getBean(SseProperties.class));
				assertThat(windows).extracting(HistoryWindow::limits)
					.containsExactly(new EventHistory.Limits(7, 10_240, Duration.ofHours(1)),
							new EventHistory.Limits(3, 4_096, Duration.ofMinutes(1)));
				assertThat(windows).extracting(HistoryWindow::isLatestKept).containsExactly(false, true);
				assertThat(windows.get(0).topics()).accepts("run", "run/1/a").rejects("runs", "prices");
			});
	}

	@ParameterizedTest
	@CsvSource({ "max-age, 5m, 'nothing: with ''keep: latest''', latest",
			"topics, a/{, 'a topic, or a pattern of topics', all", "topics, '', 'a topic, or a pattern of topics', all",
			"max-events, 0, 'a number between 1 and', all", "max-size, 1KB, 'at least twice', all" })
	void aWindowOfTheHistoryThatCannotBeIsRefused(String name, String value, String remedy, String keep) {
		String property = "sse.history.windows[0]." + name;
		String topics = (name.equals("topics")) ? "" : "sse.history.windows[0].topics=a,";
		FailureAnalysis analysis = analyze(
				topics + "sse.history.windows[0].keep=" + keep + "," + property + "=" + value);
		assertThat(analysis.getDescription()).contains("'" + property + "'");
		assertThat(analysis.getAction()).startsWith("Set '" + property + "' to " + remedy);
	}

	@Test
	void asManyThreadsAsCoresButAtMostFourUnlessSet() {
		this.runner.run((context) -> assertThat(
				EngineSettingsMapper.settings(context.getBean(SseProperties.class), 200).threads())
			.isEqualTo(Math.min(4, Runtime.getRuntime().availableProcessors())));
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse.event.connected-name", "sse.event.close-name", "sse.stream.max-lifetime",
			"sse.engine.threads" })
	void anEmptyValueOfWhatMayBeUnsetIsNone(String name) {
		this.runner.withPropertyValues(name + "=").run((context) -> {
			EngineSettings settings = EngineSettingsMapper.settings(context.getBean(SseProperties.class), 200);
			assertThat(settings.names().close()).isEqualTo((name.endsWith("close-name")) ? null : "sse-end");
			assertThat(settings.names().connected()).isEqualTo((name.endsWith("connected-name")) ? null : "connected");
			assertThat(settings.shard().maxLifetime()).isNull();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse.publish.timeout", "sse.stream.write-timeout", "sse.stream.max-lifetime",
			"sse.history.max-age", "sse.shutdown.timeout" })
	void aTimeMustBeLongerThanZeroAndShorterThanAYear(String name) {
		assertRefused(name, "0s", TIME);
		assertRefused(name, "-1s", TIME);
		assertRefused(name, "-500ms", TIME);
		assertRefused(name, "31536001s", TIME);
	}

	@Test
	void aTicketIsGoodForAMomentAndHasAParameter() {
		String remedy = "a time between 1ms and 300s";
		assertRefused("sse.tickets.ttl", "0s", remedy);
		assertRefused("sse.tickets.ttl", "301s", remedy);
		assertStarts("sse.tickets.ttl=300s");
		assertRefused("sse.tickets.max", "0", "a number of at least 1");
		assertRefused("sse.tickets.max-per-user", "0", "a number of at least 1");
		assertRefused("sse.tickets.parameter", "a b", "the name of a request parameter, such as ticket");
	}

	@ParameterizedTest
	@CsvSource({ "sse.heartbeat.interval,3600s", "sse.endpoints[0].heartbeat-interval,3600s",
			"sse.endpoints[0].retry,86400s" })
	void aTimeThatMayBeZeroHasABound(String name, String max) {
		String remedy = "0, or a time between 1ms and " + max;
		assertRefused(name, "-1s", remedy);
		assertRefused(name, "86401s", remedy);
		assertStarts(name + "=0");
		assertStarts(name + "=" + max);
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse.event.max-size", "sse.stream.buffer-size", "sse.stream.send-buffer" })
	void aSizeMustBePositiveAndFitAnArray(String name) {
		assertRefused(name, "0B", SIZE);
		assertRefused(name, "-1B", SIZE);
		assertRefused(name, "2048MB", SIZE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse.limits.max-topics-per-stream", "sse.limits.max-topic-length",
			"sse.limits.max-client-id-length", "sse.limits.max-last-event-id-length" })
	void aLimitMustBePositive(String name) {
		assertRefused(name, "0", "a number of at least 1");
		assertRefused(name, "-1", "a number of at least 1");
		assertStarts(name + "=1");
	}

	@Test
	void theNumberOfThreadsHasABound() {
		assertRefused("sse.engine.threads", "0", "a number between 1 and 64");
		assertRefused("sse.engine.threads", "65", "a number between 1 and 64");
	}

	@Test
	void theNumberOfEventsHasABound() {
		assertRefused("sse.history.max-events", "0", "a number between 1 and 10000000");
		assertRefused("sse.history.max-events", "10000001", "a number between 1 and 10000000");
	}

	@Test
	void theHistoryMustHoldTwoOfTheLargestEvents() {
		String remedy = "at least twice 'sse.event.max-size', which is 1048576B";
		assertRefused("sse.history.max-size", "1MB", remedy);
		assertRefused("sse.history.max-size", "-1B", remedy);
		assertStarts("sse.history.max-size=2MB");
	}

	@Test
	void clientsCannotComeBackAtTheLatestBeforeTheyComeBackAtTheEarliest() {
		assertFails("sse.shutdown.min-retry=11s",
				"The configuration property 'sse.shutdown.max-retry' has the invalid value '10s'.",
				"Set 'sse.shutdown.max-retry' to at least 'sse.shutdown.min-retry', which is 11000ms.");
		assertStarts("sse.shutdown.max-retry=1s");
	}

	@Test
	void aLargerEventAsksForALargerHistory() {
		assertFails("sse.event.max-size=10MB",
				"The configuration property 'sse.history.max-size' has the invalid value '16MB'.",
				"Set 'sse.history.max-size' to at least twice 'sse.event.max-size', which is 10485760B.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse.event.connected-name", "sse.event.gap-name", "sse.event.heartbeat-name",
			"sse.event.close-name" })
	void theNameOfAnEventIsASingleLine(String name) {
		assertRefused(name, "a\nb", EVENT_NAME);
		assertRefused(name, "a\rb", EVENT_NAME);
		if (!name.equals("sse.event.close-name") && !name.equals("sse.event.connected-name")) {
			assertRefused(name, "", EVENT_NAME);
		}
	}

	@Test
	void theParameterWithTheClientIdHasAName() {
		assertRefused("sse.client-id.parameter", "", "the name of a request parameter, such as clientId");
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse-client.js", "/sse-client", "/*.js", "/{name.js" })
	void theClientForPagesHasAPathOfItsOwn(String path) {
		assertFails("sse.browser-client.enabled=true,sse.browser-client.path=" + path,
				"The configuration property 'sse.browser-client.path' has the invalid value '" + path + "'.",
				"Set 'sse.browser-client.path' to a path that begins with '/' and ends with '.js',"
						+ " without * ? { }, such as /sse-client.js.");
	}

	@Test
	void anEndpointHasAPath() {
		assertFails("sse.endpoints[0].topics=a", "The configuration property 'sse.endpoints[0].path' is missing.",
				"Set 'sse.endpoints[0].path' to a path that begins with '/', such as /sse/broadcast.");
	}

	@Test
	void thePathOfAnEndpointBeginsWithASlash() {
		assertRefused("sse.endpoints[0].path", "sse", "a path that begins with '/', such as /sse/broadcast");
	}

	@Test
	void thePathOfAnEndpointIsAPattern() {
		assertRefused("sse.endpoints[0].path", "/sse/{a", "a path that begins with '/', such as /sse/broadcast"
				+ " (Expected close capture character after variable name })");
	}

	@Test
	void theTopicsOfAnEndpointAreExactNames() {
		assertRefused("sse.endpoints[0].topics", "orders/*",
				"names of topics (The name of a topic holds '*' at index 7:"
						+ " * ? { } are kept for patterns, a topic's name is exact)");
	}

	@Test
	void theTopicsOfAnEndpointAreWithinTheLimits() {
		assertFails("sse.limits.max-topic-length=3,sse.endpoints[0].path=/sse,sse.endpoints[0].topics=orders",
				"The configuration property 'sse.endpoints[0].topics' has the invalid value 'orders'.",
				"Set 'sse.endpoints[0].topics' to names of at most 3 characters,"
						+ " or raise 'sse.limits.max-topic-length'.");
		assertFails(
				"sse.limits.max-topics-per-stream=1,sse.endpoints[0].path=/sse,"
						+ "sse.endpoints[0].topics[0]=a,sse.endpoints[0].topics[1]=b",
				"The configuration property 'sse.endpoints[0].topics' has the invalid value '2 topics'.",
				"Set 'sse.endpoints[0].topics' to at most 1 topics, or raise 'sse.limits.max-topics-per-stream'.");
	}

	@ParameterizedTest
	@CsvSource({ "sse.enabled,perhaps", "sse.event.max-size,big", "sse.history.max-age,long",
			"sse.history.max-events,many", "sse.stream.on-lag,shrug", "sse.heartbeat.mode,loud",
			"sse.publish.widest-audience,nobody", "sse.engine.threads,few" })
	void aValueOfTheWrongTypeIsNamed(String name, String value) {
		FailureAnalysis analysis = analyze(name + "=" + value);
		assertThat(analysis.getDescription()).contains(name).contains(value);
		assertThat(analysis.getAction()).startsWith("Update your application's configuration");
	}

	@Test
	void aWrongWordIsAnsweredWithTheRightOnes() {
		assertThat(analyze("sse.stream.on-lag=shrug").getAction()).isEqualToIgnoringNewLines(
				"Update your application's configuration. The following values are valid:    DISCONNECT    LAG    SKIP");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void theApplicationStopsWithNothingButTheMessage(CapturedOutput output) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.SERVLET);
		assertThatExceptionOfType(BeansException.class)
			.isThrownBy(() -> application.run("--server.port=0", "--sse.heartbeat.interval=2h").close());
		assertThat(output.getOut().substring(output.getOut().indexOf("***"))).isEqualToNormalizingNewlines("""
				***************************
				APPLICATION FAILED TO START
				***************************

				Description:

				The configuration property 'sse.heartbeat.interval' has the invalid value '7200s'.

				Action:

				Set 'sse.heartbeat.interval' to 0, or a time between 1ms and 3600s.

				""");
	}

	@Test
	void valuesAreShownAsOneWouldWriteThem() {
		assertThat(PropertyChecks.invalid("a", Duration.ofMillis(1500), "b")).hasMessageContaining("'1500ms'");
		assertThat(PropertyChecks.invalid("a", Duration.ofNanos(1), "b")).hasMessageContaining("'PT0.000000001S'");
		assertThat(PropertyChecks.invalid("a", DataSize.ofBytes(5), "b")).hasMessageContaining("'5B'");
		assertThat(PropertyChecks.invalid("a", DataSize.ofGigabytes(5), "b")).hasMessageContaining("'5120MB'");
	}

	private void assertStarts(String property) {
		runner(property).run((context) -> assertThat(context).hasNotFailed());
	}

	private void assertRefused(String name, String value, String remedy) {
		assertFails(name + "=" + value,
				"The configuration property '" + name + "' has the invalid value '" + value + "'.",
				"Set '" + name + "' to " + remedy + ".");
	}

	private void assertFails(String properties, String description, String action) {
		FailureAnalysis analysis = analyze(properties);
		assertThat(analysis.getDescription()).isEqualTo(description);
		assertThat(analysis.getAction()).isEqualTo(action);
	}

	private FailureAnalysis analyze(String properties) {
		AtomicReference<Environment> environment = new AtomicReference<>();
		AtomicReference<FailureAnalysis> analysis = new AtomicReference<>();
		runner(properties).withInitializer((context) -> environment.set(context.getEnvironment())).run((context) -> {
			assertThat(context).hasFailed();
			analysis.set(analyze(context.getStartupFailure(), environment.get()));
		});
		return analysis.get();
	}

	/** As Spring Boot does it when an application fails to start. */
	private static FailureAnalysis analyze(Throwable failure, Environment environment) {
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, ArgumentResolver.of(Environment.class, environment),
					FailureHandler.handleMessage((message, ex) -> {
					}))
			.stream()
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new AssertionError("No analysis", failure));
	}

	private WebApplicationContextRunner runner(String properties) {
		if (properties.startsWith("sse.endpoints[0]") && !properties.toLowerCase(Locale.ROOT).contains("path")
				&& !properties.contains("topics=a")) {
			return this.runner.withPropertyValues("sse.endpoints[0].path=/sse", properties);
		}
		return this.runner.withPropertyValues(properties.split(",(?=sse)"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
