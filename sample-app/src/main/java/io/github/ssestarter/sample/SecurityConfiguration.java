package io.github.ssestarter.sample;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.CsrfConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.annotation.web.configurers.LogoutConfigurer;
import org.springframework.security.config.annotation.web.configurers.RequestCacheConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.security.web.authentication.SimpleUrlAuthenticationFailureHandler;
import org.springframework.security.web.authentication.logout.HttpStatusReturningLogoutSuccessHandler;

/**
 * Who may do what: {@code /notifications} knows its users, all else is open to everybody.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

	/** Scripts, styles and streams of this server, and nothing else. */
	private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

	/**
	 * A page logs in and out by requests of its script, which wants a status and not a
	 * page to go to. Its POST presents the token that it finds in a cookie.
	 */
	@Bean
	@Order(1)
	SecurityFilterChain notifications(HttpSecurity http) {
		return http.securityMatcher("/notifications/**")
			.authorizeHttpRequests((requests) -> requests.requestMatchers("/notifications/user")
				.permitAll()
				.anyRequest()
				.authenticated())
			.formLogin((login) -> login.loginPage("/notifications.html")
				.loginProcessingUrl("/notifications/login")
				.successHandler((request, response, user) -> response.setStatus(HttpStatus.NO_CONTENT.value()))
				.failureHandler(new SimpleUrlAuthenticationFailureHandler()))
			.logout((logout) -> logout.logoutUrl("/notifications/logout")
				.logoutSuccessHandler(new HttpStatusReturningLogoutSuccessHandler(HttpStatus.NO_CONTENT)))
			.exceptionHandling(
					(errors) -> errors.authenticationEntryPoint(new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED)))
			.requestCache(RequestCacheConfigurer::disable)
			.csrf(CsrfConfigurer::spa)
			.headers((headers) -> policy(headers, POLICY))
			.build();
	}

	/**
	 * Swagger UI, which is not ours, styles by attributes what it shows.
	 */
	@Bean
	@Order(2)
	SecurityFilterChain swaggerUi(HttpSecurity http) {
		return open(http.securityMatcher("/swagger-ui/**"),
				POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"));
	}

	@Bean
	@Order(3)
	SecurityFilterChain everythingElse(HttpSecurity http) {
		return open(http, POLICY);
	}

	/**
	 * Nobody is known here, neither by a cookie nor otherwise. So a page of another
	 * origin can do nothing that its visitor could not do without it: there is no token
	 * to present, and {@code curl} needs none.
	 */
	private static SecurityFilterChain open(HttpSecurity http, String policy) {
		return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.requestCache(RequestCacheConfigurer::disable)
			.csrf(CsrfConfigurer::disable)
			.logout(LogoutConfigurer::disable)
			.headers((headers) -> policy(headers, policy))
			.build();
	}

	private static void policy(HeadersConfigurer<HttpSecurity> headers, String policy) {
		headers.contentSecurityPolicy((security) -> security.policyDirectives(policy));
	}

	/** Their passwords stand on the page: a sample is no place for secrets. */
	@Bean
	InMemoryUserDetailsManager users() {
		return new InMemoryUserDetailsManager(user("alice", "wonderland"), user("bob", "builder"));
	}

	private static UserDetails user(String name, String password) {
		return User.withUsername(name).password("{noop}" + password).authorities("USER").build();
	}

}
