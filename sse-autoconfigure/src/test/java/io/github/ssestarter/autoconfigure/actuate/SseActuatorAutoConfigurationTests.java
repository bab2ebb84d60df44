package io.github.ssestarter.autoconfigure.actuate;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.ssestarter.actuate.SseActuatorEndpoint;
import io.github.ssestarter.actuate.SseHealthIndicator;
import io.github.ssestarter.autoconfigure.SseAutoConfiguration;
import io.github.ssestarter.fanout.SseEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SseActuatorAutoConfiguration} and {@link SseHealthAutoConfiguration}.
 */
class SseActuatorAutoConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
				WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
				SseAutoConfiguration.class, SseActuatorAutoConfiguration.class, SseHealthAutoConfiguration.class));

	private final WebApplicationContextRunner exposed = this.runner
		.withPropertyValues("management.endpoints.web.exposure.include=sse");

	@Test
	void theEndpointIsThereOnceItIsExposed() {
		this.exposed.run((context) -> assertThat(context).hasSingleBean(SseActuatorEndpoint.class));
		this.runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SseActuatorEndpoint.class));
	}

	@Test
	void theEndpointIsNotThereWithoutAccess() {
		this.exposed.withPropertyValues("management.endpoint.sse.access=NONE")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SseActuatorEndpoint.class));
	}

	@Test
	void healthIsAContributor() {
		this.runner
			.withConfiguration(AutoConfigurations.of(HealthContributorAutoConfiguration.class,
					HealthContributorRegistryAutoConfiguration.class))
			.run((context) -> assertThat(context.getBean(HealthContributorRegistry.class).getContributor("sse"))
				.isInstanceOf(SseHealthIndicator.class));
	}

	@Test
	void healthCanBeSwitchedOff() {
		this.runner.withPropertyValues("management.health.sse.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(HealthIndicator.class));
	}

	@Test
	void theApplicationMayHaveItsOwn() {
		this.exposed.withUserConfiguration(OwnHealth.class)
			.run((context) -> assertThat(context).hasSingleBean(HealthIndicator.class)
				.doesNotHaveBean(SseHealthIndicator.class));
	}

	@Test
	void bothBackOffWhenStreamsAreOff() {
		this.exposed.withPropertyValues("sse.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(SseActuatorEndpoint.class)
				.doesNotHaveBean(HealthIndicator.class));
	}

	@Test
	void theEndpointBacksOffAloneWithoutTheActuator() {
		this.exposed.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(SseEngine.class)
				.hasSingleBean(SseHealthIndicator.class)
				.doesNotHaveBean(SseActuatorAutoConfiguration.class));
	}

	@Test
	void healthBacksOffAloneWithoutItsModule() {
		this.exposed.withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(SseEngine.class)
				.hasSingleBean(SseActuatorEndpoint.class)
				.doesNotHaveBean(SseHealthAutoConfiguration.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnHealth {

		@Bean
		HealthIndicator sseHealthIndicator() {
			return () -> Health.unknown().build();
		}

	}

}
