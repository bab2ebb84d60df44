package io.github.ssestarter.starter;

import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Whenever the application is asked about a stream it finds around it what the request
 * had that opened the stream: the {@code SecurityContext}, and Micrometer's values.
 */
class ApplicationContextsTests {

	private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.startWithSecurity(container, List.of(Secured.class, StreamEvents.class),
					"sse.security.recheck-interval=200ms", "sse.security.rules[0].topic=orders/*",
					"sse.security.rules[0].access=@orders.mayRead(authentication.name, #topic)"));

	@BeforeAll
	static void registerTenant() {
		ContextRegistry.getInstance().registerThreadLocalAccessor(new TenantAccessor());
	}

	@AfterAll
	static void removeTenant() {
		ContextRegistry.getInstance().removeThreadLocalAccessor(TenantAccessor.KEY);
	}

	@ParameterizedTest
	@EnumSource
	void aRuleThatCallsASecuredBeanNoticesThatARightIsTakenAway(Container container) {
		TestApplication application = applications.on(container);
		Rights rights = application.bean(Rights.class);
		rights.owners.put("orders/" + container, "ann");
		SseTestClient client = open(application, "/join?topic=orders/" + container, "acme");
		application.broadcaster().send(SseAudience.topic("orders/" + container), "one", 1);
		client.expect("one", "1");
		rights.owners.remove("orders/" + container);
		await().atMost(Duration.ofSeconds(2)).until(() -> !client.isOpen());
		application.bean(StreamEvents.class).awaitClosed(client.header("Sse-Client-Id"), SseCloseReason.FORBIDDEN);
	}

	@ParameterizedTest
	@EnumSource
	void aTopicOfAPatternIsDecidedWithTheLoginOfTheStream(Container container) {
		TestApplication application = applications.on(container);
		Rights rights = application.bean(Rights.class);
		rights.owners.put("orders/*", "ann");
		rights.owners.put("orders/of-pattern", "ann");
		SseTestClient client = open(application, "/match?pattern=orders/*", "acme");
		application.broadcaster().send(SseAudience.topic("orders/of-pattern"), "one", 1);
		client.expect("one", "1");
		client.close();
	}

	@ParameterizedTest
	@EnumSource
	void whatTheRequestHadByItsThreadIsThereToo(Container container) {
		TestApplication application = applications.on(container);
		Rights rights = application.bean(Rights.class);
		String topic = "orders/tenant-" + container;
		rights.owners.put(topic, "ann");
		SseTestClient client = open(application, "/join?topic=" + topic, "acme");
		rights.tenants.clear();
		await().atMost(Duration.ofSeconds(2)).until(() -> rights.tenants.containsKey(topic));
		assertThat(rights.tenants).containsEntry(topic, "acme");
		application.bean(Secured.class).ends.clear();
		rights.owners.remove(topic);
		await().atMost(Duration.ofSeconds(2)).until(() -> !application.bean(Secured.class).ends.isEmpty());
		assertThat(application.bean(Secured.class).ends).containsEntry(client.header("Sse-Client-Id"), "ann of acme");
	}

	/**
	 * Each asks for its own stream, on a thread of the other's.
	 */
	@ParameterizedTest
	@EnumSource
	void aThreadOfAnotherLoginAsksWithThatOfTheStreamAndHasItsOwnAfterwards(Container container) {
		TestApplication application = applications.on(container);
		Rights rights = application.bean(Rights.class);
		rights.owners.put("orders/late", "ann");
		SseTestClient client = open(application, "/kept", "acme");
		try (SseTestClient other = application.to("/join-for-the-other")
			.header("Authorization", "Basic " + base64("bob:pw"))
			.header("Tenant", "evil")
			.connect()) {
			other.expect("me", "bob of evil");
		}
		application.broadcaster().send(SseAudience.topic("orders/late"), "one", 1);
		client.expect("one", "1");
		assertThat(rights.tenants).containsEntry("orders/late", "acme");
		client.close();
	}

	private static SseTestClient open(TestApplication application, String path, String tenant) {
		SseTestClient client = application.to(path)
			.header("Authorization", "Basic " + base64("ann:pw"))
			.header("Tenant", tenant)
			.connect();
		assertThat(client.status()).isEqualTo(200);
		client.awaitOpen();
		return client;
	}

	private static String base64(String text) {
		return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	private static String who() {
		return SecurityContextHolder.getContext().getAuthentication().getName() + " of " + TENANT.get();
	}

	/**
	 * Who owns what, and for which tenant it was asked.
	 */
	static class Rights {

		private final Map<String, String> owners = new ConcurrentHashMap<>();

		private final Map<String, String> tenants = new ConcurrentHashMap<>();

	}

	/**
	 * Only who is logged in may ask, and only for what is theirs.
	 */
	public static class Orders {

		private final Rights rights;

		Orders(Rights rights) {
			this.rights = rights;
		}

		@PreAuthorize("hasRole('USER') and #name == authentication.name")
		public boolean mayRead(String name, String topic) {
			String tenant = TENANT.get();
			this.rights.tenants.put(topic, (tenant != null) ? tenant : "none");
			return name.equals(this.rights.owners.get(topic));
		}

	}

	static class TenantAccessor implements ThreadLocalAccessor<String> {

		static final String KEY = "tenant";

		@Override
		public Object key() {
			return KEY;
		}

		@Override
		public @Nullable String getValue() {
			return TENANT.get();
		}

		@Override
		public void setValue(String value) {
			TENANT.set(value);
		}

		@Override
		public void setValue() {
			TENANT.remove();
		}

	}

	@RestController
	@Configuration(proxyBeanMethods = false)
	@EnableMethodSecurity
	static class Secured {

		final Map<String, String> ends = new ConcurrentHashMap<>();

		private volatile @Nullable SseStream kept;

		@GetMapping("/join")
		void join(SseStream stream, @RequestParam String topic) {
			stream.join(topic).onClose((reason) -> this.ends.put(stream.clientId(), who()));
		}

		@GetMapping("/match")
		void match(SseStream stream, @RequestParam String pattern) {
			stream.joinMatching(pattern);
		}

		@GetMapping("/kept")
		void kept(SseStream stream) {
			this.kept = stream.keepOpen();
		}

		@GetMapping("/join-for-the-other")
		void joinForTheOther(SseStream stream) {
			SseStream kept = this.kept;
			assertThat(kept).isNotNull();
			kept.join("orders/late");
			stream.send(SseEvent.of("me", who()));
		}

		@Bean("orders")
		Orders orders(Rights rights) {
			return new Orders(rights);
		}

		@Bean
		Rights rights() {
			return new Rights();
		}

		@Bean
		FilterRegistrationBean<Filter> tenants() {
			return new FilterRegistrationBean<>((request, response, chain) -> {
				TENANT.set(((HttpServletRequest) request).getHeader("Tenant"));
				try {
					chain.doFilter(request, response);
				}
				finally {
					TENANT.remove();
				}
			});
		}

		@Bean
		SseLogins logins() {
			return new SseLogins() {

				@Override
				public Principal current(Principal principal) {
					assertThat(who()).isEqualTo(principal.getName() + " of acme");
					return principal;
				}

			};
		}

		@Bean
		SecurityFilterChain filterChain(HttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable())
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(User.withUsername("ann").password("pw").roles("USER").build(),
					User.withUsername("bob").password("pw").roles("USER").build());
		}

	}

}
