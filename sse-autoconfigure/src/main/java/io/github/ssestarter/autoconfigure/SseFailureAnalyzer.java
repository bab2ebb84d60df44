package io.github.ssestarter.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.github.ssestarter.servlet.SseStartUpException;

/**
 * Lets Spring Boot tell why the application did not start.
 */
final class SseFailureAnalyzer extends AbstractFailureAnalyzer<SseStartUpException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, SseStartUpException cause) {
		return new FailureAnalysis(cause.getDescription(), cause.getAction(), cause);
	}

}
