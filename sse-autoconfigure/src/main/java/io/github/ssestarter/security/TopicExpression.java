package io.github.ssestarter.security;

import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.security.core.Authentication;

/**
 * An expression of Spring Security that is true for those who may hear a topic.
 *
 * @since 0.1.0
 */
public final class TopicExpression {

	private static final Log logger = LogFactory.getLog(TopicExpression.class);

	private final TopicExpressionHandler handler;

	private final Expression expression;

	private TopicExpression(TopicExpressionHandler handler, Expression expression) {
		this.handler = handler;
		this.expression = expression;
	}

	/**
	 * Reads an expression.
	 * @param text the expression
	 * @param handler evaluates it
	 * @param beans tells whether the application has a bean
	 * @return the expression
	 * @throws IllegalArgumentException if it cannot be read, names what does not exist,
	 * or is seen not to be true or false
	 */
	public static TopicExpression parse(String text, TopicExpressionHandler handler, Predicate<String> beans) {
		try {
			Expression parsed = handler.getExpressionParser().parseExpression(text);
			TopicExpression expression = new TopicExpression(handler, parsed);
			if (new TopicExpressionChecks(beans).check(parsed)) {
				expression.tryOut();
			}
			return expression;
		}
		catch (ParseException ex) {
			throw new IllegalArgumentException(ex.getSimpleMessage() + ", at position " + ex.getPosition(), ex);
		}
	}

	private void tryOut() {
		Object value;
		try {
			value = evaluate(RuleAuthorizer.ANONYMOUS, "topic");
		}
		catch (RuntimeException ex) {
			// It asks for more than somebody who is not logged in has
			logger.debug("Not to be tried out: " + this.expression.getExpressionString(), ex);
			return;
		}
		if (!(value instanceof Boolean)) {
			throw new IllegalArgumentException("it is not true or false, but " + value);
		}
	}

	/**
	 * Whether the expression is true.
	 * @param authentication the user
	 * @param topic the topic, or pattern of topics
	 * @return whether it is; not if it asks for more than the user has
	 */
	boolean isTrueFor(Authentication authentication, String topic) {
		try {
			return Boolean.TRUE.equals(evaluate(authentication, topic));
		}
		catch (EvaluationException ex) {
			logger.debug("Refused '" + topic + "' by " + this.expression.getExpressionString(), ex);
			return false;
		}
	}

	private @Nullable Object evaluate(Authentication authentication, String topic) {
		return this.expression.getValue(this.handler.createEvaluationContext(authentication, topic));
	}

}
