package io.github.ssestarter.autoconfigure;

import java.io.Serializable;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;

import jakarta.servlet.DispatcherType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.access.PermissionEvaluator;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.access.hierarchicalroles.RoleHierarchyImpl;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.core.GrantedAuthorityDefaults;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.server.resource.authentication.AbstractOAuth2TokenAuthenticationToken;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.security.SecurityLogins;
import io.github.ssestarter.security.SseLogoutListener;
import io.github.ssestarter.servlet.SseStartUpException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SseSecurityConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SseSecurityConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
				WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
				SseAutoConfiguration.class))
		.withBean(UserDetailsService.class, InMemoryUserDetailsManager::new);

	@Test
	void withoutRulesAllIsAllowed() {
		this.runner.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(SseAuthorizer.class)
			.hasSingleBean(SecurityLogins.class)
			.hasSingleBean(SseLogoutListener.class));
	}

	@Test
	void theFirstRuleThatMatchesDecides() {
		this.runner
			.withPropertyValues(rules("admin/public", "permitAll", "admin/**", "hasRole('ADMIN')", "users/{name}",
					"#topic == 'users/' + authentication.name", "**", "isAuthenticated()"))
			.run((context) -> {
				SseAuthorizer authorizer = context.getBean(SseAuthorizer.class);
				Principal admin = new TestingAuthenticationToken("root", "", "ROLE_ADMIN");
				Principal ann = new TestingAuthenticationToken("ann", "", "ROLE_USER");
				Principal foreign = () -> "not of Spring Security";
				assertThat(authorizer.mayJoin(admin, "admin/users")).isTrue();
				assertThat(authorizer.mayJoin(ann, "admin/users")).isFalse();
				assertThat(authorizer.mayJoin(ann, "admin/**")).isFalse();
				assertThat(authorizer.mayJoin(null, "admin")).isFalse();
				assertThat(authorizer.mayJoin(null, "admin/public")).isTrue();
				assertThat(authorizer.mayJoin(ann, "users/ann")).isTrue();
				assertThat(authorizer.mayJoin(ann, "users/root")).isFalse();
				assertThat(authorizer.mayJoin(ann, "orders")).isTrue();
				assertThat(authorizer.mayJoin(foreign, "orders")).isTrue();
				assertThat(authorizer.mayJoin(foreign, "admin/users")).isFalse();
				assertThat(authorizer.mayJoin(null, "orders")).isFalse();
			});
	}

	@Test
	void whatNoRuleMatchesIsAllowed() {
		this.runner.withPropertyValues(rules("admin/**", "denyAll"))
			.run((context) -> assertThat(context.getBean(SseAuthorizer.class).mayJoin(null, "orders")).isTrue());
	}

	@Test
	void anExpressionCanAskABean() {
		this.runner.withPropertyValues(rules("orders/**", "@orders.mayRead(authentication.name, #topic)"))
			.withBean("orders", Orders.class)
			.run((context) -> {
				SseAuthorizer authorizer = context.getBean(SseAuthorizer.class);
				assertThat(authorizer.mayJoin(new TestingAuthenticationToken("ann", ""), "orders/ann")).isTrue();
				assertThat(authorizer.mayJoin(new TestingAuthenticationToken("ann", ""), "orders/bob")).isFalse();
			});
	}

	@Test
	void noBeanIsCalledBeforeSomebodyJoins() {
		this.runner.withPropertyValues(rules("orders/**", "@orders.fails(#topic)"))
			.withBean("orders", Orders.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void theApplicationsPrefixOfRolesCounts() {
		this.runner.withPropertyValues(rules("**", "hasRole('USER')"))
			.withBean(GrantedAuthorityDefaults.class, () -> new GrantedAuthorityDefaults("GROUP_"))
			.run((context) -> {
				SseAuthorizer authorizer = context.getBean(SseAuthorizer.class);
				assertThat(authorizer.mayJoin(new TestingAuthenticationToken("a", "", "GROUP_USER"), "t")).isTrue();
				assertThat(authorizer.mayJoin(new TestingAuthenticationToken("a", "", "ROLE_USER"), "t")).isFalse();
			});
	}

	@Test
	void theApplicationsPermissionsCount() {
		this.runner.withPropertyValues(rules("**", "hasPermission(#topic, 'read')"))
			.withBean(PermissionEvaluator.class, ReadOnly::new)
			.run((context) -> assertThat(
					context.getBean(SseAuthorizer.class).mayJoin(new TestingAuthenticationToken("a", ""), "t"))
				.isTrue());
	}

	@Test
	void aRuleThatLooksLikeAPathIsWarnedOf(CapturedOutput output) {
		this.runner.withPropertyValues(rules("/admin/**", "denyAll"))
			.run((context) -> assertThat(output).contains("sse.security.rules[0].topic is '/admin/**', which no topic"
					+ " matches that has no slash in front: topics are not paths. If the topic is joined as 'admin/**',"
					+ " write it so here too"));
	}

	@Test
	void aChainThatCannotBeAskedAboutAPathStopsNothing() {
		this.runner
			.withConfiguration(
					AutoConfigurations.of(SecurityAutoConfiguration.class, ServletWebSecurityAutoConfiguration.class))
			.withUserConfiguration(ByDispatch.class)
			.withPropertyValues("sse.endpoints[0].path=/live")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void anExpressionThatAsksForMoreThanAUserHasRefuses() {
		this.runner.withPropertyValues(rules("orders/**", "principal.email == 'ann@example.org'"))
			.run((context) -> assertThat(
					context.getBean(SseAuthorizer.class).mayJoin(new TestingAuthenticationToken("ann", ""), "orders/1"))
				.isFalse());
	}

	@Test
	void rolesThatIncludeOthersCount() {
		this.runner.withPropertyValues(rules("**", "hasRole('USER')"))
			.withBean(RoleHierarchy.class, () -> RoleHierarchyImpl.fromHierarchy("ROLE_ADMIN > ROLE_USER"))
			.run((context) -> assertThat(context.getBean(SseAuthorizer.class)
				.mayJoin(new TestingAuthenticationToken("root", "", "ROLE_ADMIN"), "orders")).isTrue());
	}

	@Test
	void rulesThatCannotWorkStopTheApplication() {
		String access = "Set 'sse.security.rules[0].access' to an expression of Spring Security, such as hasRole('ADMIN')";
		String topic = "Set 'sse.security.rules[0].topic' to a topic or a pattern of topics, such as admin/**";
		assertFails("The configuration property 'sse.security.rules[0].access' has the invalid value 'hasRole('.",
				access, rules("admin/**", "hasRole("));
		assertFails(
				"The configuration property 'sse.security.rules[0].access' has the invalid value 'hasRol('ADMIN')'.",
				access + " (Spring Security has no hasRol(…)).", rules("admin/**", "hasRol('ADMIN')"));
		for (String[] wrong : new String[][] {
				{ "isAuthenticated() and hasRol('X')", "Spring Security has no hasRol(…)" },
				{ "authenticatd", "Spring Security has no authenticatd" },
				{ "@nobody.mayRead(#topic)", "there is no bean 'nobody'" },
				{ "#topik == 'a'", "there is no variable #topik" } }) {
			assertFails("The configuration property 'sse.security.rules[0].access' has the invalid value '" + wrong[0]
					+ "'.", access + " (" + wrong[1] + ").", rules("admin/**", wrong[0]));
		}
		assertFails("The configuration property 'sse.security.rules[0].access' has the invalid value '7'.",
				access + " (it is not true or false, but 7).", rules("admin/**", "7"));
		assertFails("The configuration property 'sse.security.rules[0].access' is missing.", access + ".",
				"sse.security.rules[0].topic=a");
		assertFails("The configuration property 'sse.security.rules[0].topic' is missing.", topic + ".",
				"sse.security.rules[0].access=permitAll");
		assertFails("The configuration property 'sse.security.rules[0].topic' has the invalid value 'a{'.", topic,
				rules("a{", "permitAll"));
	}

	@Test
	void rulesAndAnAuthorizerOfOnesOwnDoNotGoTogether() {
		this.runner.withBean(SseAuthorizer.class, () -> (principal, name) -> true)
			.withPropertyValues(rules("admin/**", "denyAll"))
			.run((context) -> assertThat(failure(context.getStartupFailure()).getDescription()).isEqualTo(
					"'sse.security.rules' is set, but the application has an SseAuthorizer of its own, which replaces"
							+ " them."));
	}

	@Test
	void rulesNeedSpringSecurity() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.security"))
			.withPropertyValues(rules("admin/**", "denyAll"))
			.run((context) -> {
				SseStartUpException failure = failure(context.getStartupFailure());
				assertThat(failure.getDescription()).isEqualTo(
						"'sse.security.rules' is set, but its expressions are those of Spring Security, which is absent.");
				assertThat(failure.getAction()).isEqualTo(
						"Add spring-boot-starter-security, or decide in an SseAuthorizer bean instead of the rules.");
			});
	}

	@Test
	void withoutSpringSecurityThereIsNothingOfIt() {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
					WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
					SseAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springframework.security"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(SseEngine.class)
				.doesNotHaveBean(SseAuthorizer.class)
				.doesNotHaveBean(SseLogins.class));
	}

	@Test
	void withoutTokensUsersStillHaveLogins() {
		this.runner
			.withClassLoader(new FilteredClassLoader(AbstractOAuth2TokenAuthenticationToken.class.getPackageName()))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(SecurityLogins.class));
	}

	@Test
	void anApplicationsOwnLoginsAreTaken() {
		SseLogins own = new SseLogins() {
		};
		this.runner.withBean(SseLogins.class, () -> own)
			.run((context) -> assertThat(context).getBean(SseLogins.class).isSameAs(own));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/api" })
	void anEndpointThatIsOpenToEverybodyIsWarnedOf(String servletPath, CapturedOutput output) {
		this.runner
			.withConfiguration(
					AutoConfigurations.of(SecurityAutoConfiguration.class, ServletWebSecurityAutoConfiguration.class))
			.withUserConfiguration(SomeOpen.class)
			.withPropertyValues("spring.mvc.servlet.path=" + servletPath, "sse.endpoints[0].path=/open/live",
					"sse.endpoints[1].path=/closed/live")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(output)
					.contains(
							"The endpoint /open/live of sse.endpoints is open to everybody: no rule of Spring Security"
									+ " asks for a login there. If that is meant, turn this warning off with"
									+ " logging.level.io.github.ssestarter.security.OpenEndpoints=error; else add"
									+ " authorizeHttpRequests((requests) -> requests.requestMatchers(\"/open/live\")"
									+ ".authenticated()), or a rule in sse.security.rules for its topics")
					.doesNotContain("/closed/live of");
			});
	}

	private void assertFails(String description, String action, String... properties) {
		this.runner.withPropertyValues(properties).run((context) -> {
			SseStartUpException failure = failure(context.getStartupFailure());
			assertThat(failure.getDescription()).isEqualTo(description);
			assertThat(failure.getAction()).startsWith(action);
		});
	}

	private static SseStartUpException failure(Throwable failure) {
		Throwable cause = failure;
		while (!(cause instanceof SseStartUpException)) {
			assertThat(cause).as("a cause that is analyzed, of: " + failure).isNotNull();
			cause = cause.getCause();
		}
		return (SseStartUpException) cause;
	}

	private static String[] rules(String... topicsAndAccess) {
		List<String> properties = new ArrayList<>();
		for (int i = 0; i < topicsAndAccess.length; i += 2) {
			properties.add("sse.security.rules[" + i / 2 + "].topic=" + topicsAndAccess[i]);
			properties.add("sse.security.rules[" + i / 2 + "].access=" + topicsAndAccess[i + 1]);
		}
		return properties.toArray(new String[0]);
	}

	/**
	 * Asked by an expression.
	 */
	public static class Orders {

		public boolean mayRead(String user, String topic) {
			return topic.equals("orders/" + user);
		}

		public boolean fails(String topic) {
			throw new NumberFormatException("Not an order: " + topic);
		}

	}

	/**
	 * Lets everybody read.
	 */
	static class ReadOnly implements PermissionEvaluator {

		@Override
		public boolean hasPermission(Authentication authentication, Object target, Object permission) {
			return permission.equals("read");
		}

		@Override
		public boolean hasPermission(Authentication authentication, Serializable id, String type, Object permission) {
			return false;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByDispatch {

		@Bean
		SecurityFilterChain filterChain(HttpSecurity http) {
			return http
				.authorizeHttpRequests((requests) -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
					.permitAll()
					.anyRequest()
					.authenticated())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SomeOpen {

		@Bean
		SecurityFilterChain filterChain(HttpSecurity http) {
			return http
				.authorizeHttpRequests(
						(requests) -> requests.requestMatchers("/open/**").permitAll().anyRequest().authenticated())
				.build();
		}

	}

}
