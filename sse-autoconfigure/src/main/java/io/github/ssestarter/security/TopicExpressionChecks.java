package io.github.ssestarter.security;

import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;

import org.springframework.expression.Expression;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.util.StringUtils;

import io.github.ssestarter.security.TopicExpressionHandler.TopicExpressionRoot;

/**
 * Finds in an expression what there is not, without evaluating it: that could call the
 * application before it has started.
 */
final class TopicExpressionChecks {

	private static final Set<String> VARIABLES = Set.of("#topic", "#root", "#this");

	private final Predicate<String> beans;

	private boolean hasBeans;

	/**
	 * Creates the checks.
	 * @param beans tells whether there is a bean
	 */
	TopicExpressionChecks(Predicate<String> beans) {
		this.beans = beans;
	}

	/**
	 * Checks an expression.
	 * @return whether it can be evaluated without calling a bean
	 * @throws IllegalArgumentException if it has something that there is not
	 */
	boolean check(Expression expression) {
		if (expression instanceof SpelExpression spel) {
			check(spel.getAST(), true);
		}
		return !this.hasBeans;
	}

	/**
	 * Checks a node.
	 * @param isOfRoot whether a name means something of Spring Security, and not of what
	 * stands before it
	 */
	private void check(SpelNode node, boolean isOfRoot) {
		if (node instanceof BeanReference) {
			this.hasBeans = true;
			String name = node.toStringAST().substring(1);
			require(this.beans.test(name), "there is no bean '" + name + "'");
		}
		else if (node instanceof VariableReference) {
			require(VARIABLES.contains(node.toStringAST()), "there is no variable " + node.toStringAST());
		}
		else if (node instanceof MethodReference method && isOfRoot) {
			require(isMethod(method.getName()), "Spring Security has no " + method.getName() + "(…)");
		}
		else if (node instanceof PropertyOrFieldReference property && isOfRoot) {
			require(isProperty(property.getName()), "Spring Security has no " + property.getName());
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			check(node.getChild(i), !(node instanceof CompoundExpression) || i == 0);
		}
	}

	private static boolean isMethod(String name) {
		return Arrays.stream(TopicExpressionRoot.class.getMethods()).anyMatch((known) -> known.getName().equals(name));
	}

	private static boolean isProperty(String name) {
		String accessor = StringUtils.capitalize(name);
		return isMethod("get" + accessor) || isMethod("is" + accessor)
				|| Arrays.stream(TopicExpressionRoot.class.getFields())
					.anyMatch((known) -> known.getName().equals(name));
	}

	private static void require(boolean exists, String message) {
		if (!exists) {
			throw new IllegalArgumentException(message);
		}
	}

}
