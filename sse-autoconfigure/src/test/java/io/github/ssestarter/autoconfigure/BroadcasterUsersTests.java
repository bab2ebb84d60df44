package io.github.ssestarter.autoconfigure;

import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Mockito;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.security.access.PermissionEvaluator;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.session.SessionRepository;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseClientIds;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.fanout.stream.CallContext;
import io.github.ssestarter.fanout.stream.SessionLookup;
import io.github.ssestarter.format.SseEventFormatter;
import io.github.ssestarter.servlet.SseClientIdResolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Beans that are asked about streams, and whose constructors lead to the broadcaster: as
 * access, which asks orders, which tells of what happens to them.
 */
class BroadcasterUsersTests {

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(
			DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class,
			SecurityAutoConfiguration.class, ServletWebSecurityAutoConfiguration.class, SseAutoConfiguration.class);

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS)
		.withBean("orders", Orders.class);

	@ParameterizedTest(name = "{0}")
	@MethodSource("asked")
	<T> void aBeanThatIsAskedMayUseTheBroadcaster(String name, Class<T> type, Supplier<? extends T> maker) {
		this.runner.withInitializer((context) -> {
			GenericApplicationContext registry = (GenericApplicationContext) context;
			registry.registerBean(name, type, () -> {
				registry.getBean(Orders.class);
				return maker.get();
			});
		}).run((context) -> {
			assertThat(context).hasNotFailed().hasBean(name);
			assertThat(context.getBean(Orders.class).broadcaster().connectedCount()).isZero();
		});
	}

	static Stream<Arguments> asked() {
		return Stream.of(asked(SseAuthorizer.class), asked(SseLogins.class), asked(UserDetailsService.class),
				asked(SseClientIdResolver.class), asked(SseClientIds.class),
				asked(Backplane.class, Backplane.class, () -> mock(Backplane.class, Mockito.CALLS_REAL_METHODS)),
				asked(SseEventFormatter.class), asked(SessionLookup.class), asked(SessionRegistry.class),
				asked(SessionRepository.class), asked(RoleHierarchy.class), asked(PermissionEvaluator.class),
				asked(WebMvcConfigurer.class, WebMvcConfigurer.class, () -> new WebMvcConfigurer() {
				}), asked(CallContext.Capture.class, CallContext.Capture.class, () -> CallContext.Capture.NONE),
				asked(SecurityContextHolderStrategy.class), asked(JsonMapper.class, JsonMapper.class, JsonMapper::new),
				asked(JacksonModule.class, JacksonModule.class, SimpleModule::new),
				asked(JsonMapperBuilderCustomizer.class, JsonMapperBuilderCustomizer.class, () -> (builder) -> {
				}), Arguments.of("sseTaskExecutor", Executor.class, (Supplier<Executor>) () -> Runnable::run));
	}

	private static <T> Arguments asked(Class<T> type) {
		return asked(type, type, () -> mock(type));
	}

	private static <T> Arguments asked(Class<?> name, Class<T> type, Supplier<T> maker) {
		return Arguments.of(name.getSimpleName(), type, maker);
	}

	@Test
	void rulesMayAskABeanThatUsesTheBroadcaster() {
		this.runner
			.withPropertyValues("sse.security.rules[0].topic=orders/**",
					"sse.security.rules[0].access=@orders.test(#topic)")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void theBroadcasterIsThereWhenAllBeansAreMadeLate() {
		this.runner.withPropertyValues("spring.main.lazy-initialization=true")
			.run((context) -> context.getBean(Orders.class).broadcaster().broadcast(SseEvent.of("tick", 1)));
	}

	record Orders(SseBroadcaster broadcaster, SseConnections connections) implements Predicate<String> {

		@Override
		public boolean test(String topic) {
			return true;
		}

	}

}
