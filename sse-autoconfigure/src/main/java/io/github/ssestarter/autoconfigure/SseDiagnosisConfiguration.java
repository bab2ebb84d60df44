package io.github.ssestarter.autoconfigure;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Warns at start-up of what is set wrong.
 */
@Configuration(proxyBeanMethods = false)
class SseDiagnosisConfiguration {

	@Bean
	static UnknownProperties sseUnknownProperties(Environment environment) {
		return new UnknownProperties(environment);
	}

}
