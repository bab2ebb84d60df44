package io.github.ssestarter.security;

import java.security.Principal;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;

import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.history.TopicPatterns;

/**
 * Allows what the first rule allows that matches a topic, or the text of a pattern, and
 * all that none matches.
 *
 * @since 0.1.0
 */
public final class RuleAuthorizer implements SseAuthorizer {

	/** Who is not logged in. */
	static final Authentication ANONYMOUS = new AnonymousAuthenticationToken("sse", "anonymousUser",
			AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));

	private final List<Rule> rules;

	/**
	 * Creates an authorizer.
	 * @param rules the rules, in order
	 */
	public RuleAuthorizer(List<Rule> rules) {
		this.rules = List.copyOf(rules);
	}

	@Override
	public boolean mayJoin(@Nullable Principal principal, String topicOrPattern) {
		for (Rule rule : this.rules) {
			if (rule.topics().test(topicOrPattern)) {
				return rule.access().isTrueFor(authentication(principal), topicOrPattern);
			}
		}
		return true;
	}

	private static Authentication authentication(@Nullable Principal principal) {
		if (principal instanceof Authentication authentication) {
			return authentication;
		}
		return (principal != null) ? UsernamePasswordAuthenticationToken.authenticated(principal, null, List.of())
				: ANONYMOUS;
	}

	/**
	 * A rule.
	 *
	 * @param topics which topics it is for
	 * @param access what has to be true
	 */
	public record Rule(Predicate<String> topics, TopicExpression access) {

		/**
		 * Creates a rule.
		 * @param topic a topic or pattern of topics
		 * @param access what has to be true
		 * @return the rule
		 * @throws IllegalArgumentException if the pattern cannot be read
		 */
		public static Rule of(String topic, TopicExpression access) {
			return new Rule(TopicPatterns.matcher(topic), access);
		}

	}

}
