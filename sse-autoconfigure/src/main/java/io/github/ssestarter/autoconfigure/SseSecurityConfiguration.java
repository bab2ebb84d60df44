package io.github.ssestarter.autoconfigure;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.access.PermissionEvaluator;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.authorization.AuthorizationManagerFactory;
import org.springframework.security.authorization.DefaultAuthorizationManagerFactory;
import org.springframework.security.config.core.GrantedAuthorityDefaults;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.WebInvocationPrivilegeEvaluator;
import org.springframework.util.StringUtils;

import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.security.OpenEndpoints;
import io.github.ssestarter.security.RegisteredSessions;
import io.github.ssestarter.security.RuleAuthorizer;
import io.github.ssestarter.security.SecurityContexts;
import io.github.ssestarter.security.SecurityLogins;
import io.github.ssestarter.security.SseLoginListener;
import io.github.ssestarter.security.SseLogoutListener;
import io.github.ssestarter.security.TopicExpression;
import io.github.ssestarter.security.TopicExpressionHandler;

/**
 * Streams with Spring Security.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ WebInvocationPrivilegeEvaluator.class, UserDetailsService.class })
class SseSecurityConfiguration {

	private static final Log logger = LogFactory.getLog(SseSecurityConfiguration.class);

	static final String RULE_AUTHORIZER = "sseRuleAuthorizer";

	@Bean(RULE_AUTHORIZER)
	@ConditionalOnMissingBean(SseAuthorizer.class)
	@Conditional(OnSecurityRules.class)
	RuleAuthorizer sseRuleAuthorizer(SseProperties properties, ApplicationContext context,
			ObjectProvider<AuthorizationManagerFactory<String>> factory, ObjectProvider<RoleHierarchy> roleHierarchy,
			ObjectProvider<GrantedAuthorityDefaults> authorityDefaults,
			ObjectProvider<PermissionEvaluator> permissionEvaluator) {
		TopicExpressionHandler handler = new TopicExpressionHandler();
		handler.setApplicationContext(context);
		handler.setAuthorizationManagerFactory(
				factory.getIfUnique(() -> authorizationManagerFactory(roleHierarchy, authorityDefaults)));
		permissionEvaluator.ifUnique(handler::setPermissionEvaluator);
		List<RuleAuthorizer.Rule> rules = new ArrayList<>();
		for (SseProperties.Rule rule : properties.getSecurity().getRules()) {
			rules.add(rule("sse.security.rules[" + rules.size() + "]", rule, handler, context));
		}
		return new RuleAuthorizer(rules);
	}

	/**
	 * As Spring Security makes one for the rules of its filter chain.
	 */
	private static AuthorizationManagerFactory<String> authorizationManagerFactory(
			ObjectProvider<RoleHierarchy> roleHierarchy, ObjectProvider<GrantedAuthorityDefaults> authorityDefaults) {
		DefaultAuthorizationManagerFactory<String> factory = new DefaultAuthorizationManagerFactory<>();
		roleHierarchy.ifUnique(factory::setRoleHierarchy);
		authorityDefaults.ifUnique((defaults) -> factory.setRolePrefix(defaults.getRolePrefix()));
		return factory;
	}

	private static RuleAuthorizer.Rule rule(String name, SseProperties.Rule rule, TopicExpressionHandler handler,
			ApplicationContext context) {
		TopicExpression access = access(name + ".access", rule.getAccess(), handler, context);
		String topic = rule.getTopic();
		String remedy = "a topic or a pattern of topics, such as admin/**";
		if (!StringUtils.hasText(topic)) {
			throw PropertyChecks.invalid(name + ".topic", topic, remedy);
		}
		if (topic.startsWith("/")) {
			logger
				.warn(name + ".topic is '" + topic + "', which no topic matches that has no slash in front: topics are"
						+ " not paths. If the topic is joined as '" + topic.substring(1) + "', write it so here too");
		}
		try {
			return RuleAuthorizer.Rule.of(topic, access);
		}
		catch (IllegalArgumentException ex) {
			throw PropertyChecks.invalid(name + ".topic", topic, remedy + " (" + ex.getMessage() + ")");
		}
	}

	private static TopicExpression access(String name, @Nullable String access, TopicExpressionHandler handler,
			ApplicationContext context) {
		String remedy = "an expression of Spring Security, such as hasRole('ADMIN')";
		if (!StringUtils.hasText(access)) {
			throw PropertyChecks.invalid(name, access, remedy);
		}
		try {
			return TopicExpression.parse(access, handler, context::containsBean);
		}
		catch (IllegalArgumentException ex) {
			throw PropertyChecks.invalid(name, access, remedy + " (" + ex.getMessage() + ")");
		}
	}

	@Bean
	@ConditionalOnMissingBean(SseLogins.class)
	SecurityLogins sseLogins(ObjectProvider<UserDetailsService> users, ObjectProvider<SecurityFilterChain> chains) {
		return new SecurityLogins(users.getIfUnique(), () -> chains.orderedStream().toList(), Clock.systemUTC());
	}

	@Bean
	@Order(1)
	SecurityContexts sseSecurityContexts(ObjectProvider<SecurityContextHolderStrategy> holder) {
		return new SecurityContexts(holder.getIfUnique(SecurityContextHolder::getContextHolderStrategy));
	}

	@Bean
	RegisteredSessions sseRegisteredSessions(ObjectProvider<SessionRegistry> registry) {
		return new RegisteredSessions(registry);
	}

	@Bean
	SmartInitializingSingleton sseHiddenSessions(RegisteredSessions sessions,
			ObjectProvider<SecurityFilterChain> chains) {
		return () -> sessions.warnIfHidden(chains.orderedStream().toList());
	}

	@Bean
	SseLoginListener sseLoginListener(SseEngine engine) {
		return new SseLoginListener(engine);
	}

	@Bean
	SseLogoutListener sseLogoutListener(SseEngine engine) {
		return new SseLogoutListener(engine);
	}

	@Bean
	SmartInitializingSingleton sseOpenEndpoints(SseProperties properties,
			ObjectProvider<WebInvocationPrivilegeEvaluator> evaluator,
			ObjectProvider<DispatcherServletPath> servletPath) {
		return () -> evaluator.ifUnique((unique) -> new OpenEndpoints(unique, (path) -> uri(servletPath, path))
			.warn(properties.getEndpoints().stream().map(SseProperties.Endpoint::getPath).toList()));
	}

	private static String uri(ObjectProvider<DispatcherServletPath> servletPath, String path) {
		DispatcherServletPath unique = servletPath.getIfUnique();
		return (unique != null) ? unique.getRelativePath(path) : path;
	}

}
