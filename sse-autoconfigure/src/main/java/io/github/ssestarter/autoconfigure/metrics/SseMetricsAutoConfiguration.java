package io.github.ssestarter.autoconfigure.metrics;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.config.MeterFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import io.github.ssestarter.autoconfigure.SseAutoConfiguration;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.metrics.SseMetrics;
import io.github.ssestarter.metrics.StreamRequestsFilter;

/**
 * Auto-configuration of the meters of streams.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = SseAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(SseEngine.class)
public final class SseMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	SseMetrics sseMetrics(SseEngine engine) {
		return new SseMetrics(engine);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "sse.metrics.http-server-requests", havingValue = false, matchIfMissing = true)
	static class WithoutStreamsInHttpServerRequests {

		@Bean
		StreamRoutes sseStreamRoutes(ApplicationContext context) {
			return new StreamRoutes(context);
		}

		@Bean
		MeterFilter sseStreamRequestsFilter(StreamRoutes routes, Environment environment) {
			return new StreamRequestsFilter(environment.getProperty("management.observations.http.server.requests.name",
					"http.server.requests"), routes);
		}

	}

}
