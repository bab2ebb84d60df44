package io.github.ssestarter.autoconfigure;

import io.micrometer.context.ContextSnapshotFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import io.github.ssestarter.metrics.ThreadValues;

/**
 * Streams with Micrometer's context propagation.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(ContextSnapshotFactory.class)
class SseContextConfiguration {

	/**
	 * Around the login, which may be a newer one.
	 */
	@Bean
	@Order(0)
	ThreadValues sseThreadValues() {
		return new ThreadValues();
	}

}
