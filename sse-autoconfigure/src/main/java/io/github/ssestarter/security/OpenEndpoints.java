package io.github.ssestarter.security;

import java.util.List;
import java.util.function.UnaryOperator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.security.web.access.WebInvocationPrivilegeEvaluator;

/**
 * Warns of ready-made endpoints that anybody can open.
 *
 * @since 0.1.0
 */
public final class OpenEndpoints {

	private static final Log logger = LogFactory.getLog(OpenEndpoints.class);

	private final WebInvocationPrivilegeEvaluator evaluator;

	private final UnaryOperator<String> uri;

	/**
	 * Creates it.
	 * @param evaluator knows who may open what
	 * @param uri where a path of Spring MVC is in the application
	 */
	public OpenEndpoints(WebInvocationPrivilegeEvaluator evaluator, UnaryOperator<String> uri) {
		this.uri = uri;
		this.evaluator = evaluator;
	}

	private boolean isOpen(String path) {
		try {
			return this.evaluator.isAllowed("", this.uri.apply(path), "GET", RuleAuthorizer.ANONYMOUS);
		}
		catch (RuntimeException ex) {
			// Rules that ask for more than a path, such as the address, are not asked
			logger.debug("Whether " + path + " is open to everybody cannot be told", ex);
			return false;
		}
	}

	/**
	 * Warns of those of some endpoints that are open.
	 * @param paths their paths
	 */
	public void warn(List<String> paths) {
		for (String path : paths) {
			if (isOpen(path)) {
				logger
					.warn("The endpoint " + path + " of sse.endpoints is open to everybody: no rule of Spring Security"
							+ " asks for a login there. If that is meant, turn this warning off with"
							+ " logging.level." + OpenEndpoints.class.getName() + "=error; else add"
							+ " authorizeHttpRequests((requests) -> requests.requestMatchers(\"" + path
							+ "\").authenticated()), or a rule in sse.security.rules for its topics");
			}
		}
	}

}
