package io.github.ssestarter.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.AdditionalAnswers;
import org.mockito.ArgumentMatchers;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseClientIds;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SsePublishListener;
import io.github.ssestarter.SsePublishedEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.LocalBackplane;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.format.JsonWriter;
import io.github.ssestarter.format.SseEventFormatter;
import io.github.ssestarter.servlet.SignedClientIds;
import io.github.ssestarter.servlet.SseClientIdResolver;
import io.github.ssestarter.servlet.SseRequest;
import io.github.ssestarter.servlet.SseStartUpException;
import io.github.ssestarter.servlet.SseStreamInterceptor;
import io.github.ssestarter.servlet.SseStreamReturnValueHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link SseAutoConfiguration}.
 */
class SseAutoConfigurationTests {

	private static final AutoConfigurations SPRING_MVC = AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
			WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
			TaskExecutionAutoConfiguration.class);

	private static final AutoConfigurations SSE = AutoConfigurations.of(SseAutoConfiguration.class);

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner().withConfiguration(SPRING_MVC)
		.withConfiguration(SSE);

	@Test
	void offersABroadcasterAndWhatItIsMadeOf() {
		this.runner.run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(SseBroadcaster.class)
			.hasSingleBean(SseEngine.class)
			.hasSingleBean(SseEventFormatter.class)
			.hasSingleBean(LocalBackplane.class)
			.hasSingleBean(SseClientIds.class)
			.hasSingleBean(SseClientIdResolver.class)
			.hasSingleBean(SseProperties.class));
	}

	@Test
	void listenersHearWhatIsPublished() {
		List<SsePublishedEvent> heard = new CopyOnWriteArrayList<>();
		this.runner.withBean(SsePublishListener.class, () -> heard::add).run((context) -> {
			context.getBean(SseBroadcaster.class).broadcast("tick", "1");
			await().until(() -> !heard.isEmpty());
			assertThat(heard).singleElement().extracting(SsePublishedEvent::name).isEqualTo("tick");
		});
	}

	@Test
	void theBroadcasterWorksWithoutAnyClient() {
		this.runner.run((context) -> {
			SseBroadcaster broadcaster = context.getBean(SseBroadcaster.class);
			broadcaster.broadcast("tick", "data");
			assertThat(broadcaster.connectedCount()).isZero();
		});
	}

	@Test
	void nothingIsLeftWhenSwitchedOff() {
		this.runner.withPropertyValues("sse.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().satisfies(hasNothingOfOurs()));
	}

	@Test
	void nothingIsLeftInAnApplicationThatIsNotWeb() {
		new ApplicationContextRunner().withConfiguration(SSE)
			.run((context) -> assertThat(context).hasNotFailed().satisfies(hasNothingOfOurs()));
	}

	@Test
	void nothingIsLeftInAReactiveApplication() {
		new ReactiveWebApplicationContextRunner().withConfiguration(SSE)
			.run((context) -> assertThat(context).hasNotFailed().satisfies(hasNothingOfOurs()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "tools.jackson", "org.springframework.web.servlet" })
	void nothingIsLeftWithoutWhatItNeeds(String missingPackage) {
		new WebApplicationContextRunner().withConfiguration(SSE)
			.withClassLoader(new FilteredClassLoader(missingPackage))
			.run((context) -> assertThat(context).hasNotFailed().satisfies(hasNothingOfOurs()));
	}

	@Test
	void worksWithoutAJsonMapperBean() {
		new WebApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class))
			.withConfiguration(SSE)
			.run((context) -> assertThat(format(context)).contains("data: {\"firstName\":\"Ada\"}"));
	}

	@Test
	void theApplicationsOwnJsonMapperWritesTheData() {
		this.runner.withUserConfiguration(SnakeCaseConfiguration.class)
			.run((context) -> assertThat(format(context)).contains("data: {\"first_name\":\"Ada\"}"));
	}

	@Test
	void aConverterThatAConfigurerPutsFirstWritesTheData() {
		this.runner.withUserConfiguration(OwnConverterConfiguration.class)
			.run((context) -> assertThat(format(context)).contains("data: {\"first_name\":\"Ada\"}"));
	}

	@Test
	void dataThatIsSentBeforeSpringMvcIsThereIsRefusedWithTheRemedy() {
		this.runner.withBean(EarlySender.class)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("Spring MVC is not there yet")
				.hasStackTraceContaining("ApplicationReadyEvent"));
	}

	@Test
	void backsOffToTheUsersBroadcaster() {
		SseBroadcaster own = mock();
		this.runner.withBean("own", SseBroadcaster.class, () -> own)
			.run((context) -> assertThat(context).hasNotFailed().getBean(SseBroadcaster.class).isSameAs(own));
	}

	@Test
	void backsOffToTheUsersFormatter() {
		SseEventFormatter own = new SseEventFormatter(JsonWriter.of(new JsonMapper()), 100);
		this.runner.withBean("own", SseEventFormatter.class, () -> own)
			.run((context) -> assertThat(context).hasNotFailed().getBean(SseEventFormatter.class).isSameAs(own));
	}

	@Test
	void backsOffToTheUsersBackplaneAndPublishesThroughIt() {
		LocalBackplane local = new LocalBackplane(Clock.systemUTC(), new Random(1));
		Backplane own = mock(AdditionalAnswers.delegatesTo(local));
		this.runner.withBean("own", Backplane.class, () -> own).run((context) -> {
			assertThat(context).hasNotFailed().getBean(Backplane.class).isSameAs(own);
			context.getBean(SseBroadcaster.class).broadcast("tick", "data");
			then(own).should().publish(ArgumentMatchers.any());
		});
	}

	@Test
	void backsOffToTheUsersClientIdsAndRequestReader() {
		SseClientIds ids = new SignedClientIds(null, Set.of());
		SseRequest request = new SseRequest("me", 10, 10,
				new SseRequest.HeartbeatBounds(Duration.ofSeconds(1), Duration.ofMinutes(1)));
		this.runner.withBean("ids", SseClientIds.class, () -> ids)
			.withBean("request", SseRequest.class, () -> request)
			.run((context) -> {
				assertThat(context).hasNotFailed().getBean(SseClientIds.class).isSameAs(ids);
				assertThat(context).getBean(SseRequest.class).isSameAs(request);
			});
	}

	@Test
	void worksWithoutATaskExecutor() {
		new WebApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class))
			.withConfiguration(SSE)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(Executor.class)
				.hasSingleBean(SseBroadcaster.class));
	}

	@Test
	void theInterceptorIsFirstOfAll() {
		this.runner.withUserConfiguration(OwnInterceptorConfiguration.class).run((context) -> {
			List<HandlerInterceptor> interceptors = chain(context, "/mine").getInterceptorList();
			assertThat(interceptors).first().isInstanceOf(SseStreamInterceptor.class);
			assertThat(interceptors).hasAtLeastOneElementOfType(OwnInterceptor.class);
		});
	}

	@Test
	void theReturnValueHandlerIsAddedBeforeTheOthers() {
		this.runner
			.run((context) -> assertThat(context.getBean(RequestMappingHandlerAdapter.class).getReturnValueHandlers())
				.first()
				.isInstanceOf(SseStreamReturnValueHandler.class));
	}

	@Test
	void noClientForPagesUnlessSet() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean("sseBrowserClient"));
		this.runner.withPropertyValues("sse.browser-client.enabled=true")
			.run((context) -> assertThat(
					context.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
						.getHandlerMethods()
						.keySet())
				.flatExtracting(RequestMappingInfo::getPatternValues)
				.contains("/sse-client.js", "/sse-client.d.ts"));
	}

	@Test
	void noEndpointUnlessSet() {
		this.runner.run((context) -> assertThat(
				context.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class).getHandlerMethods())
			.isEmpty());
	}

	@Test
	void theEndpointsThatAreSetAreThere() {
		this.runner
			.withPropertyValues("sse.endpoints[0].path=/one", "sse.endpoints[0].topics=a,b",
					"sse.endpoints[1].path=/two")
			.run((context) -> {
				assertThat(bean(chain(context, "/one"))).hasToString("The endpoint /one");
				assertThat(bean(chain(context, "/two"))).hasToString("The endpoint /two");
			});
	}

	@Test
	void aMethodWhoseStreamCouldNotWorkStopsStartUp() {
		this.runner.withBean(ReturnsBody.class)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.isInstanceOf(SseStartUpException.class)
				.hasMessageContaining("#stream")
				.hasMessageContaining("takes an SseStream, but returns java.lang.String"));
	}

	@ParameterizedTest
	@ValueSource(classes = { ReturnsNothing.class, ReturnsTheStream.class })
	void aMethodMayReturnNothingOrTheStream(Class<?> controller) {
		this.runner.withBean(controller).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void streamsEndBeforeTheServersGracefulShutdownAndTheEngineOutlivesTheServer() {
		this.runner.run((context) -> {
			assertThat(phase(context, "sseDrainLifecycle"))
				.isGreaterThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE);
			assertThat(phase(context, "sseEngineLifecycle"))
				.isLessThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE);
		});
	}

	@Test
	void noThreadOutlivesTheContext() {
		Set<Thread> before = ourThreads();
		Set<Thread> started = new HashSet<>();
		this.runner.withPropertyValues("sse.engine.threads=3").run((context) -> started.addAll(ourThreads()));
		started.removeAll(before);
		assertThat(started).extracting(Thread::getName).contains("sse-shard-1", "sse-shard-2", "sse-shard-3");
		await().untilAsserted(() -> assertThat(started).noneMatch(Thread::isAlive));
	}

	@Test
	void twoContextsLiveSideBySide() {
		this.runner.run((one) -> this.runner.run((two) -> {
			assertThat(one.getBean(SseEngine.class)).isNotSameAs(two.getBean(SseEngine.class));
			two.getBean(SseBroadcaster.class).broadcast("tick", "data");
		}));
	}

	private static Consumer<ApplicationContext> hasNothingOfOurs() {
		return (context) -> {
			assertThat(Arrays.stream(context.getBeanDefinitionNames())
				.map(context::getType)
				.filter((type) -> type != null && type.getName().startsWith("io.github.ssestarter"))).isEmpty();
			assertThat(context.getBeanDefinitionNames()).noneMatch((name) -> name.startsWith("sse"));
		};
	}

	private static String format(ApplicationContext context) {
		byte[] bytes = context.getBean(SseEventFormatter.class).format(SseEvent.of(new Person("Ada")));
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private static HandlerExecutionChain chain(ApplicationContext context, String path) throws Exception {
		RequestMappingHandlerMapping mapping = context.getBean("requestMappingHandlerMapping",
				RequestMappingHandlerMapping.class);
		MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
		ServletRequestPathUtils.parseAndCache(request);
		HandlerExecutionChain chain = mapping.getHandler(request);
		assertThat(chain).isNotNull();
		return chain;
	}

	private static Object bean(HandlerExecutionChain chain) {
		return ((HandlerMethod) chain.getHandler()).getBean();
	}

	private static int phase(ApplicationContext context, String bean) {
		return context.getBean(bean, SmartLifecycle.class).getPhase();
	}

	private static Set<Thread> ourThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("sse-"))
			.collect(Collectors.toSet());
	}

	record Person(String firstName) {
	}

	@Configuration(proxyBeanMethods = false)
	static class SnakeCaseConfiguration {

		@Bean
		JsonMapper snakeCase() {
			return JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnConverterConfiguration implements WebMvcConfigurer {

		@Override
		public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
			builder.withJsonConverter(new JacksonJsonHttpMessageConverter(new SnakeCaseConfiguration().snakeCase()));
		}

	}

	static final class EarlySender implements WebMvcConfigurer {

		EarlySender(SseBroadcaster broadcaster) {
			broadcaster.broadcast("early", Map.of());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnInterceptorConfiguration implements WebMvcConfigurer {

		@Override
		public void addInterceptors(InterceptorRegistry registry) {
			registry.addInterceptor(new OwnInterceptor()).order(Integer.MIN_VALUE);
		}

		@Bean
		MyController myController() {
			return new MyController();
		}

	}

	static class OwnInterceptor implements HandlerInterceptor {

	}

	@RestController
	static class MyController {

		@GetMapping("/mine")
		String mine() {
			return "mine";
		}

	}

	@RestController
	static class ReturnsNothing {

		@GetMapping("/stream")
		void stream(SseStream stream) {
		}

	}

	@RestController
	static class ReturnsTheStream {

		@GetMapping("/stream")
		SseStream stream(SseStream stream) {
			return stream;
		}

	}

	@RestController
	static class ReturnsBody {

		@GetMapping("/stream")
		String stream(SseStream stream) {
			return "";
		}

	}

}
