package io.github.ssestarter.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Events that wait for a transaction.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(TransactionSynchronizationManager.class)
class SseTransactionConfiguration {

	@Bean
	TransactionCommits sseTransactionCommits() {
		return new TransactionCommits();
	}

}
