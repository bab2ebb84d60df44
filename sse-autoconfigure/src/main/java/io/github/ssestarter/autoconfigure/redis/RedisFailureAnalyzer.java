package io.github.ssestarter.autoconfigure.redis;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.github.ssestarter.redis.RedisUnavailableException;

/**
 * Lets Spring Boot tell why the application did not start without Redis.
 */
final class RedisFailureAnalyzer extends AbstractFailureAnalyzer<RedisUnavailableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, RedisUnavailableException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Start Redis, or correct the properties 'spring.data.redis'. With 'sse.redis.on-start=wait' the"
						+ " application starts without it, and is not ready until Redis is there.",
				cause);
	}

}
