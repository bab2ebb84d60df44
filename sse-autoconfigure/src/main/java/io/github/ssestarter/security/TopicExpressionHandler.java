package io.github.ssestarter.security;

import org.jspecify.annotations.Nullable;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.security.access.expression.AbstractSecurityExpressionHandler;
import org.springframework.security.access.expression.SecurityExpressionOperations;
import org.springframework.security.access.expression.SecurityExpressionRoot;
import org.springframework.security.core.Authentication;

/**
 * Evaluates the expressions of Spring Security for a topic, which they see as
 * {@code #topic}.
 *
 * @since 0.1.0
 */
public final class TopicExpressionHandler extends AbstractSecurityExpressionHandler<String> {

	@Override
	protected StandardEvaluationContext createEvaluationContextInternal(@Nullable Authentication authentication,
			String topic) {
		StandardEvaluationContext context = new StandardEvaluationContext();
		context.setVariable("topic", topic);
		return context;
	}

	@Override
	protected SecurityExpressionOperations createSecurityExpressionRoot(@Nullable Authentication authentication,
			String topic) {
		TopicExpressionRoot root = new TopicExpressionRoot(authentication, topic);
		root.setAuthorizationManagerFactory(getAuthorizationManagerFactory());
		root.setPermissionEvaluator(getPermissionEvaluator());
		return root;
	}

	/**
	 * What an expression can call.
	 */
	static final class TopicExpressionRoot extends SecurityExpressionRoot<String> {

		TopicExpressionRoot(@Nullable Authentication authentication, String topic) {
			super(() -> authentication, topic);
		}

	}

}
