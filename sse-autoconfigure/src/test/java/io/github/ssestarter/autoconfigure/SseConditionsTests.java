package io.github.ssestarter.autoconfigure;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import jakarta.servlet.ServletContextListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.util.StringUtils;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.SseTickets;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.servlet.SseClientIdResolver;
import io.github.ssestarter.tickets.TicketStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * What each condition of the auto-configuration leaves out: without each optional
 * library, without each property, beside each bean of a user.
 */
class SseConditionsTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
				WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
				SseAutoConfiguration.class, SseUnavailableAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource(
			textBlock = """
					org.apache.catalina,              sseTomcatCustomizer sseWritableSockets
					org.springframework.boot.tomcat,  sseTomcatCustomizer sseWritableSockets
					org.eclipse.jetty,                sseJettyCustomizer sseJettySessions
					org.eclipse.jetty.ee11,           sseJettySessions
					org.eclipse.jetty.compression,    sseJettyCustomizer
					org.springframework.boot.jetty,   sseJettyCustomizer
					org.springframework.security,     sseAnonymousUsers sseHiddenSessions sseLoginListener sseLogins sseLogoutListener sseOpenEndpoints sseRegisteredSessions sseSecurityContexts sseTicketLogins sseTicketUsers
					org.springframework.security.web, sseAnonymousUsers sseHiddenSessions sseLoginListener sseLogins sseLogoutListener sseOpenEndpoints sseRegisteredSessions sseSecurityContexts sseTicketLogins sseTicketUsers
					org.springframework.security.oauth2,
					org.springframework.session,      sseStoredSessionFilter sseStoredSessions
					org.springframework.transaction,  sseTransactionCommits
					io.micrometer.context,            sseThreadValues
					org.springframework.data.redis,
					io.lettuce,
					org.springdoc,
					io.swagger,
					reactor,
					org.reactivestreams,
					kotlin,
					""")
	void withoutAnOptionalLibraryOnlyWhatNeedsItIsAbsent(String missingPackage, String missing) {
		Set<String> without = new TreeSet<>(beans());
		if (missing != null) {
			assertThat(without).contains(missing.split(" "));
			Arrays.asList(missing.split(" ")).forEach(without::remove);
		}
		this.runner.withClassLoader(new FilteredClassLoader(missingPackage)).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(ours(context)).isEqualTo(without);
			context.getBean(SseBroadcaster.class).send(SseAudience.topic("topic"), "tick", 1);
			assertThat(context.getBean(SseBroadcaster.class)
				.afterCommit()
				.publish(SseAudience.topic("topic"), SseEvent.of("tick", 1))).isCompleted();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "io.micrometer", "org.springframework.boot.actuate", "org.springframework.boot.health" })
	void withoutWhatShowsHowItDoesItWorks(String missingPackage) {
		this.runner.withClassLoader(new FilteredClassLoader(missingPackage)).run((context) -> {
			assertThat(context).hasNotFailed();
			context.getBean(SseBroadcaster.class).send(SseAudience.topic("topic"), "tick", 1);
		});
	}

	@ParameterizedTest
	@CsvSource({ "sse.tomcat.compact-connections=true,sseTomcatCompactConnections",
			"sse.security.rules[0].topic=a;sse.security.rules[0].access=denyAll,sseRuleAuthorizer" })
	void whatIsAskedForIsAdded(String properties, String added) {
		Set<String> with = new TreeSet<>(beans());
		assertThat(with.add(added)).isTrue();
		this.runner.withPropertyValues(properties.split(";")).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(ours(context)).isEqualTo(with);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse.tomcat.compact-connections=false", "sse.security.rules=", "sse.enabled=true" })
	void whatIsNotAskedForIsNotAdded(String property) {
		Set<String> beans = beans();
		this.runner.withPropertyValues(property).run((context) -> assertThat(ours(context)).isEqualTo(beans));
	}

	@ParameterizedTest
	@ValueSource(classes = { SseConnections.class, SseClientIdResolver.class, SseLogins.class, SseTickets.class,
			TicketStore.class, SseEngine.class })
	void aBeanOfTheUsersReplacesOurs(Class<?> type) {
		if (type == SseEngine.class) {
			// Of an application that has ended: no engine is to be started by two
			AtomicReference<SseEngine> engine = new AtomicReference<>();
			this.runner.run((other) -> engine.set(other.getBean(SseEngine.class)));
			assertReplaced(SseEngine.class, engine.get());
		}
		else {
			assertReplaced(type, mock(type));
		}
	}

	private <T> void assertReplaced(Class<T> type, Object own) {
		this.runner.withBean("own", type, () -> type.cast(own))
			.run((context) -> assertThat(context).hasNotFailed().getBean(type).isSameAs(own));
	}

	@Test
	void anAuthorizerOfTheUsersIsAsked() {
		SseAuthorizer own = (principal, topic) -> false;
		this.runner.withBean("own", SseAuthorizer.class, () -> own)
			.run((context) -> assertThat(context).hasNotFailed().getBean(SseAuthorizer.class).isSameAs(own));
	}

	@Test
	void switchedOffItLeavesNeitherBeansNorThreadsNorListeners() {
		Set<String> threads = threads();
		AtomicReference<Set<String>> added = new AtomicReference<>();
		this.runner.withPropertyValues("sse.enabled=false").run((context) -> {
			added.set(threads());
			assertThat(context).hasNotFailed().doesNotHaveBean(ServletContextListener.class);
			assertThat(ours(context)).isEmpty();
		});
		// Those of contexts before it may end meanwhile
		assertThat(threads).containsAll(added.get());
	}

	private Set<String> beans() {
		AtomicReference<Set<String>> beans = new AtomicReference<>();
		this.runner.run((context) -> beans.set(ours(context)));
		assertThat(beans.get()).contains("sseBroadcaster", "sseEngine");
		return beans.get();
	}

	/** By their methods' names, or by their type if they have none. */
	private static Set<String> ours(ApplicationContext context) {
		return Arrays.stream(context.getBeanDefinitionNames())
			.filter((name) -> name.startsWith("sse") && !name.contains("-"))
			.filter((name) -> !StringUtils.endsWithIgnoreCase(name, "Configuration"))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static Set<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("sse-"))
			.map((thread) -> thread.getName() + thread.getId())
			.collect(Collectors.toSet());
	}

}
