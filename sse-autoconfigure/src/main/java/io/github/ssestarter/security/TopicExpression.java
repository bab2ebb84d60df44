package io.github.ssestarter.security;

import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelEvaluationException;
import org.springframework.expression.spel.SpelMessage;
import org.springframework.security.core.Authentication;

/**
 * An expression of Spring Security that is true for those who may hear a topic.
 *
 * @since 0.1.0
 */
public final class TopicExpression {

	private static final Log logger = LogFactory.getLog(TopicExpression.class);

	private static final List<SpelMessage> UNKNOWN = List.of(SpelMessage.METHOD_NOT_FOUND,
			SpelMessage.PROPERTY_OR_FIELD_NOT_READABLE);

	private final TopicExpressionHandler handler;

	private final Expression expression;

	private TopicExpression(TopicExpressionHandler handler, Expression expression) {
		this.handler = handler;
		this.expression = expression;
	}

	/**
	 * Reads an expression, and tries it out on somebody who is not logged in.
	 * @param text the expression
	 * @param handler evaluates it
	 * @return the expression
	 * @throws IllegalArgumentException if it cannot be read, calls what does not exist,
	 * or is not true or false
	 */
	public static TopicExpression parse(String text, TopicExpressionHandler handler) {
		try {
			TopicExpression expression = new TopicExpression(handler,
					handler.getExpressionParser().parseExpression(text));
			expression.tryOut();
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
		catch (SpelEvaluationException ex) {
			if (UNKNOWN.contains(ex.getMessageCode())
					&& ex.getMessage().contains(TopicExpressionHandler.TopicExpressionRoot.class.getName())) {
				throw new IllegalArgumentException("it calls something that Spring Security does not have", ex);
			}
			// It asks for more than somebody who is not logged in has
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
