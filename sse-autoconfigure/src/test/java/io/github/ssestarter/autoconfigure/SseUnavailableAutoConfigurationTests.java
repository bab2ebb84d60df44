package io.github.ssestarter.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SseUnavailableAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SseUnavailableAutoConfigurationTests {

	private static final String NOTHING_HERE = "There is no SseBroadcaster and no SseStream here: ";

	private static final String OR_OFF = ", or set sse.enabled=false if none are wanted";

	private static final AutoConfigurations SSE = AutoConfigurations.of(SseAutoConfiguration.class,
			SseUnavailableAutoConfiguration.class);

	@Test
	void anApplicationThatIsNotWebIsToldWhatToAdd(CapturedOutput output) {
		new ApplicationContextRunner().withConfiguration(SSE).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce(NOTHING_HERE
				+ "this is not a web application, and streams need a servlet container. Add spring-boot-starter-web,"
				+ " and leave spring.main.web-application-type unset or set it to servlet" + OR_OFF)
			.containsOnlyOnce(NOTHING_HERE);
	}

	@Test
	void aReactiveApplicationIsToldWhatToSet(CapturedOutput output) {
		new ReactiveWebApplicationContextRunner().withConfiguration(SSE)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output)
			.containsOnlyOnce(
					NOTHING_HERE + "this is a reactive web application (WebFlux), and streams need a servlet container."
							+ " Add spring-boot-starter-web and set spring.main.web-application-type=servlet" + OR_OFF)
			.containsOnlyOnce(NOTHING_HERE);
	}

	@Test
	void aServletApplicationWithoutSpringMvcIsToldWhatToAdd(CapturedOutput output) {
		new WebApplicationContextRunner().withConfiguration(SSE)
			.withClassLoader(new FilteredClassLoader("org.springframework.web.servlet"))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output)
			.containsOnlyOnce(
					NOTHING_HERE + "Spring MVC is absent, and streams are parameters of its controller methods."
							+ " Add spring-boot-starter-web" + OR_OFF)
			.containsOnlyOnce(NOTHING_HERE);
	}

	@Test
	void anApplicationWithoutJacksonIsToldWhatToAdd(CapturedOutput output) {
		new WebApplicationContextRunner().withConfiguration(SSE)
			.withClassLoader(new FilteredClassLoader("tools.jackson"))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output)
			.containsOnlyOnce(NOTHING_HERE + "Jackson 3 is absent, which writes the data of events."
					+ " Add tools.jackson.core:jackson-databind" + OR_OFF)
			.containsOnlyOnce(NOTHING_HERE);
	}

	@Test
	void nothingIsToldWhereItWorks(CapturedOutput output) {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
					WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withConfiguration(SSE)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(SseUnavailableAutoConfiguration.class));
		assertThat(output).doesNotContain(NOTHING_HERE);
	}

	@Test
	void nothingIsToldOrLeftWhenSwitchedOff(CapturedOutput output) {
		new ApplicationContextRunner().withConfiguration(SSE)
			.withPropertyValues("sse.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(SseUnavailableAutoConfiguration.class));
		assertThat(output).doesNotContain(NOTHING_HERE);
	}

	@Test
	void springBootFindsIt(CapturedOutput output) {
		new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).run().close();
		assertThat(output).containsOnlyOnce(NOTHING_HERE);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
