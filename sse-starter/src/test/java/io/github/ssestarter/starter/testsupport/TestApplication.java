package io.github.ssestarter.starter.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.crypto.password.PasswordEncoder;

import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.test.SseTestClient;

/**
 * An application with the starter, on a port of its own. Spring Security is on the class
 * path, and off unless a test turns it on.
 */
public final class TestApplication implements AutoCloseable {

	/** A database is on the class path too, for {@code OpenInViewTests} alone. */
	private static final String DATABASE = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
			+ "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration";

	/** And a Redis client, for those of many nodes alone. */
	private static final String REDIS = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration,"
			+ "org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration";

	/** And springdoc, which tests of OpenAPI turn on. */
	private static final String NO_API_DOCS = "springdoc.api-docs.enabled=false";

	/** A busy machine may take longer to start than clients stay away. */
	private static final String SLOW_START = "logging.level.io.github.ssestarter.autoconfigure.StartUpTime=ERROR";

	/** A busy machine may take its time for what comes at once. */
	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final ServletWebServerApplicationContext context;

	private TestApplication(ServletWebServerApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts an application without Spring Security.
	 * @param components classes of the application
	 * @param properties such as {@code sse.heartbeat.interval=1s}
	 */
	public static TestApplication start(Container container, List<Class<?>> components, String... properties) {
		List<Class<?>> all = new ArrayList<>(components);
		all.add(WithoutSecurity.class);
		return startWithSecurity(container, all, properties);
	}

	public static TestApplication start(Container container, Class<?> component, String... properties) {
		return start(container, List.of(component), properties);
	}

	public static TestApplication startWithSecurity(Container container, List<Class<?>> components,
			String... properties) {
		List<Class<?>> all = new ArrayList<>(components);
		all.add(container.configuration());
		all.add(Everything.class);
		List<String> settings = new ArrayList<>(List.of("server.port=0", "logging.level.root=WARN",
				"logging.level.okhttp3=ERROR", SLOW_START, "spring.main.banner-mode=off", "server.shutdown=immediate",
				"spring.autoconfigure.exclude=" + DATABASE + "," + REDIS, NO_API_DOCS, Transports.property()));
		settings.addAll(List.of(properties));
		return new TestApplication(
				(ServletWebServerApplicationContext) new SpringApplicationBuilder(all.toArray(Class<?>[]::new))
					.web(WebApplicationType.SERVLET)
					.properties(settings.toArray(String[]::new))
					.run());
	}

	/**
	 * Starts a node of an application that has its log in a Redis.
	 * @param redis the port of Redis
	 */
	public static TestApplication startNode(Container container, Class<?> component, int redis, String... properties) {
		return start(container, component, allProperties(redis, properties));
	}

	public static TestApplication startNodeWithSecurity(Container container, Class<?> component, int redis,
			String... properties) {
		return startWithSecurity(container, List.of(component), allProperties(redis, properties));
	}

	private static String[] allProperties(int redis, String... properties) {
		List<String> all = new ArrayList<>(nodeProperties(redis));
		all.addAll(List.of(properties));
		return all.toArray(String[]::new);
	}

	/**
	 * What makes an application a node.
	 * @param redis the port of Redis
	 */
	public static List<String> nodeProperties(int redis) {
		return List.of("spring.autoconfigure.exclude=" + DATABASE, "sse.redis.enabled=true", "sse.redis.timeout=2s",
				"sse.client-id.secret=known-to-all-nodes-of-this-one-test", "spring.data.redis.host=127.0.0.1",
				"spring.data.redis.port=" + redis);
	}

	public int port() {
		return this.context.getWebServer().getPort();
	}

	public WebServer webServer() {
		return this.context.getWebServer();
	}

	public String url(String path) {
		return "http://localhost:" + port() + path;
	}

	public SseTestClient.Builder to(String path) {
		return SseTestClient.to(port(), path).timeout(TIMEOUT);
	}

	public SseTestClient connect(String path) {
		return to(path).connect();
	}

	public SseBroadcaster broadcaster() {
		return bean(SseBroadcaster.class);
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Everything {

		@Bean
		PasswordEncoder passwordEncoder() {
			return new PlainPasswords();
		}

	}

	/**
	 * Of Spring Security's own, each login takes a tenth of a second of a processor: it
	 * hashes what it finds in plain text.
	 */
	private static final class PlainPasswords implements PasswordEncoder {

		@Override
		public String encode(@Nullable CharSequence password) {
			return String.valueOf(password);
		}

		@Override
		public boolean matches(@Nullable CharSequence password, @Nullable String kept) {
			return kept != null && kept.equals(password);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = {
			"org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration" })
	public static class WithoutSecurity {

	}

}
