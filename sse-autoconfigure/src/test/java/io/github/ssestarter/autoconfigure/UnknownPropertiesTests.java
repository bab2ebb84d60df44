package io.github.ssestarter.autoconfigure;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnknownProperties}.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnknownPropertiesTests {

	private static final String NONE_OF_OURS = "is none of the SSE starter's";

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
				WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class, SseAutoConfiguration.class))
		.withInitializer((context) -> context.getEnvironment().getPropertySources().remove("systemProperties"));

	@ParameterizedTest
	@CsvSource({ "sse.heartbeat.intervall,sse.heartbeat.interval", "sse.hartbeat.interval,sse.heartbeat.interval",
			"sse.enable,sse.enabled", "sse.heartbeat-interval,sse.heartbeat.interval",
			"sse.endpoints[1].pth,sse.endpoints[1].path", "sse.endpoint[0].topics[2],sse.endpoints[0].topics[2]",
			"sse.endpoint.path,sse.endpoints[0].path", "sse.security.rules[0].acess,sse.security.rules[0].access",
			"sse.limits.max-stream,sse.limits.max-streams", "sse.client-id.bindto[0].x,sse.client-id.bind-to[0]",
			"sse.max-streams-per-user,sse.limits.max-streams-per-user",
			"sse.stream.max-size,sse.event.max-size' or 'sse.history.max-size' or 'sse.history.windows[0].max-size" })
	void aNameThatIsNotKnownIsAnsweredWithTheClosest(String name, String suggestion, CapturedOutput output) {
		assertThat(run(output, name + "=1")).isEqualTo("The property '" + name + "' (\"" + name
				+ "\" from property source \"test\") is none of the SSE starter's. Did you mean '" + suggestion + "'?");
	}

	@Test
	void aNameLikeNoneIsTold(CapturedOutput output) {
		assertThat(run(output, "sse.nothing-like-it=1")).isEqualTo(
				"The property 'sse.nothing-like-it' (\"sse.nothing-like-it\" from property source \"test\") is none of"
						+ " the SSE starter's. Remove it, or look up its name in docs/configuration.md");
	}

	@Test
	void theWarningComesBeforeTheFailureThatItExplains(CapturedOutput output) {
		this.runner.withPropertyValues("sse.endpoints[0].pth=/sse")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessage("The elements [sse.endpoints[0].pth] were left unbound."));
		assertThat(output).contains("Did you mean 'sse.endpoints[0].path'?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse.heartbeat.interval=1s", "sse.clientId.bindTo=user", "sse.client_id.bind_to[0]=user",
			"SSE.CLIENTID.BINDTO=user", "sse.client-id.bind-to[0]=user", "sse.endpoints=", "sse.limits=", "sse=",
			"sse.endpoints[0].path=/a", "sse.endpoints[0].heartbeatInterval=1s", "sse.endpoints[0].topics[0]=a",
			"sse.endpoints[0].topics=a", "sse.heartBeat.interval=1s", "ssel.heartbeat=1", "other.sse.x=1" })
	void aNameThatIsKnownInWhateverFormIsNotWarnedOf(String property, CapturedOutput output) {
		if (property.startsWith("sse.endpoints[0]")) {
			this.runner.withPropertyValues("sse.endpoints[0].path=/b", property).run((context) -> {
			});
		}
		else {
			this.runner.withPropertyValues(property).run((context) -> {
			});
		}
		assertThat(output).doesNotContain(NONE_OF_OURS);
	}

	@Test
	void variablesOfTheEnvironmentAreLeftAlone(CapturedOutput output) {
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("systemEnvironment", Map.of("SSE_SERVICE_HOST", "1"))))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(NONE_OF_OURS);
	}

	@Test
	void systemPropertiesAreNot(CapturedOutput output) {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
					WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class, SseAutoConfiguration.class))
			.withSystemProperties("sse.engine.thread=1")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("The property 'sse.engine.thread' (\"sse.engine.thread\" from property source"
				+ " \"systemProperties\") is none of the SSE starter's." + " Did you mean 'sse.engine.threads'?");
	}

	@Test
	void eachNameIsToldOnceAndNoValueIs(CapturedOutput output) {
		this.runner.withPropertyValues("sse.client-id.secrets=abc")
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addLast(new MapPropertySource("other", Map.of("sse.clientId.secrets", "def"))))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce(NONE_OF_OURS).doesNotContain("abc").doesNotContain("def");
	}

	@Test
	void nothingIsToldWhenSwitchedOff(CapturedOutput output) {
		this.runner.withPropertyValues("sse.enabled=false", "sse.nothing-like-it=1").run((context) -> {
		});
		assertThat(output).doesNotContain(NONE_OF_OURS);
	}

	private String run(CapturedOutput output, String property) {
		this.runner.withPropertyValues(property).run((context) -> {
		});
		return output.getOut()
			.lines()
			.filter((line) -> line.contains(NONE_OF_OURS))
			.map((line) -> line.substring(line.indexOf("The property")))
			.reduce((one, two) -> one + " and " + two)
			.orElse("");
	}

}
