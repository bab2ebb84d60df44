package io.github.ssestarter.autoconfigure.actuate;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

import io.github.ssestarter.actuate.SecretSanitizer;

/**
 * Auto-configuration that keeps the secret of client ids out of the actuator, also where
 * the starter is off and the property is still there.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnClass(SanitizingFunction.class)
public final class SseSecretAutoConfiguration {

	@Bean
	SecretSanitizer sseSecretSanitizer(Environment environment) {
		return new SecretSanitizer(() -> environment.getProperty("sse.client-id.secret"));
	}

}
