package io.github.ssestarter.autoconfigure.actuate;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

import io.github.ssestarter.actuate.SseHealthIndicator;
import io.github.ssestarter.autoconfigure.SseAutoConfiguration;
import io.github.ssestarter.fanout.EngineStatus;
import io.github.ssestarter.fanout.SseEngine;

/**
 * Auto-configuration of the health indicator.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = SseAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(SseEngine.class)
public final class SseHealthAutoConfiguration {

	@Bean
	@ConditionalOnEnabledHealthIndicator("sse")
	@ConditionalOnMissingBean(name = "sseHealthIndicator")
	HealthIndicator sseHealthIndicator(SseEngine engine) {
		return new SseHealthIndicator(new EngineStatus(engine));
	}

}
