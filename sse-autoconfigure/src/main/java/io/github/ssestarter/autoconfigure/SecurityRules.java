package io.github.ssestarter.autoconfigure;

import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

import io.github.ssestarter.servlet.SseStartUpException;

/**
 * Refuses to start with {@code sse.security.rules} that nothing would apply.
 */
final class SecurityRules {

	private SecurityRules() {
	}

	static void requireApplied(SseProperties properties, ApplicationContext context) {
		if (properties.getSecurity().getRules().isEmpty()
				|| context.containsBean(SseSecurityConfiguration.RULE_AUTHORIZER)) {
			return;
		}
		if (!ClassUtils.isPresent("org.springframework.security.core.Authentication", context.getClassLoader())) {
			throw new SseStartUpException(
					"'sse.security.rules' is set, but its expressions are those of Spring Security, which is absent.",
					"Add spring-boot-starter-security, or decide in an SseAuthorizer bean instead of the rules.");
		}
		throw new SseStartUpException(
				"'sse.security.rules' is set, but the application has an SseAuthorizer of its own, which replaces them.",
				"Remove the rules, or the bean.");
	}

}
