package io.github.ssestarter.autoconfigure;

import java.util.List;
import java.util.Map;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if there are {@code sse.security.rules}.
 */
final class OnSecurityRules extends SpringBootCondition {

	private static final String PROPERTY = "sse.security.rules";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		// Whatever they hold: what is wrong in them is told when the properties are bound
		List<?> rules = Binder.get(context.getEnvironment())
			.bind(PROPERTY, Bindable.listOf(Map.class))
			.orElse(List.of());
		return new ConditionOutcome(!rules.isEmpty(),
				ConditionMessage.forCondition("property " + PROPERTY).because(rules.size() + " rules"));
	}

}
