package io.github.ssestarter.autoconfigure.actuate;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.actuate.SseActuatorEndpoint;
import io.github.ssestarter.autoconfigure.SseAutoConfiguration;
import io.github.ssestarter.fanout.EngineStatus;
import io.github.ssestarter.fanout.SseEngine;

/**
 * Auto-configuration of the actuator endpoint.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = SseAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(SseEngine.class)
@EnableConfigurationProperties(SseActuatorProperties.class)
public final class SseActuatorAutoConfiguration {

	@Bean
	@ConditionalOnAvailableEndpoint
	@ConditionalOnMissingBean
	SseActuatorEndpoint sseActuatorEndpoint(SseEngine engine, SseConnections connections, SseBroadcaster broadcaster,
			SseActuatorProperties properties) {
		return new SseActuatorEndpoint(new EngineStatus(engine), connections, broadcaster, properties.getShowValues(),
				properties.getRoles());
	}

}
