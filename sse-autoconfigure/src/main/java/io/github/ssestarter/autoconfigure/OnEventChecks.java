package io.github.ssestarter.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/**
 * Matches if {@code sse.openapi.check-events} is set, or not and devtools are there,
 * which an application is not packaged with.
 */
final class OnEventChecks extends SpringBootCondition {

	private static final String PROPERTY = "sse.openapi.check-events";

	private static final String DEVTOOLS = "org.springframework.boot.devtools.restart.Restarter";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Boolean property = context.getEnvironment().getProperty(PROPERTY, Boolean.class);
		ConditionMessage.Builder message = ConditionMessage.forCondition("checks of events");
		if (property != null) {
			return new ConditionOutcome(property, message.because(PROPERTY + " is " + property));
		}
		boolean isPresent = ClassUtils.isPresent(DEVTOOLS, context.getClassLoader());
		return new ConditionOutcome(isPresent,
				message.because("devtools " + (isPresent ? "are" : "are not") + " there"));
	}

}
