package io.github.ssestarter.autoconfigure.metrics;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.autoconfigure.SseAutoConfiguration;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.metrics.SseMetrics;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SseMetricsAutoConfiguration}.
 */
class SseMetricsAutoConfigurationTests {

	private static final String REQUESTS = "http.server.requests";

	private final WebApplicationContextRunner withoutRegistry = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
				WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
				SseAutoConfiguration.class, SseMetricsAutoConfiguration.class));

	private final WebApplicationContextRunner runner = this.withoutRegistry
		.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
				CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class));

	@Test
	void theMetersAreInTheApplicationsRegistry() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(SseMetrics.class);
			context.getBean(SseBroadcaster.class).broadcast("tick", "1");
			assertThat(published(registry(context))).isEqualTo(1);
		});
	}

	@Test
	void theyAreInARegistryOfTheApplicationsOwnToo() {
		this.runner.withUserConfiguration(OwnRegistry.class).run((context) -> {
			context.getBean(SseBroadcaster.class).broadcast("tick", "1");
			assertThat(published(context.getBean(OwnRegistry.class).own)).isEqualTo(1);
		});
	}

	@Test
	void theApplicationMayHaveItsOwn() {
		this.runner.withUserConfiguration(OwnMetrics.class)
			.run((context) -> assertThat(context).hasSingleBean(SseMetrics.class).hasBean("own"));
	}

	@Test
	void aRegistryThatOutlivesTheContextCountsTheNextOne() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		for (int i = 0; i < 2; i++) {
			this.withoutRegistry.run((context) -> {
				context.getBean(SseMetrics.class).bindTo(registry);
				context.getBean(SseBroadcaster.class).broadcast("tick", "1");
				assertThat(registry.get("sse.history.events").gauge().value()).isEqualTo(1);
				assertThat(published(registry)).isEqualTo(1);
			});
			assertThat(registry.getMeters()).isEmpty();
		}
	}

	@Test
	void contextsSideBySideAreCountedApart() {
		this.runner.run((one) -> this.runner.run((two) -> {
			one.getBean(SseBroadcaster.class).broadcast("tick", "1");
			assertThat(published(registry(one))).isEqualTo(1);
			assertThat(published(registry(two))).isZero();
		}));
	}

	@Test
	void aBackplaneThatIsDownIsSeen() {
		this.runner.withUserConfiguration(BrokenBackplane.class).run((context) -> {
			assertThat(registry(context).get("sse.backplane.up").gauge().value()).isEqualTo(1);
			context.getBean(BrokenBackplane.class).failure = new IllegalStateException("no network");
			assertThat(registry(context).get("sse.backplane.up").gauge().value()).isZero();
		});
	}

	@Test
	void itWorksWithoutARegistry() {
		this.withoutRegistry.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(SseMetrics.class));
	}

	@Test
	void itBacksOffWithoutMicrometer() {
		this.withoutRegistry.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(SseEngine.class)
				.doesNotHaveBean(SseMetrics.class)
				.doesNotHaveBean(StreamRoutes.class));
	}

	@Test
	void itBacksOffWhenStreamsAreOff() {
		this.runner.withPropertyValues("sse.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(SseMetrics.class)
				.doesNotHaveBean(StreamRoutes.class));
	}

	@Test
	void streamsStayOutOfHttpServerRequests() {
		requests((requests) -> {
			assertThat(requests.isTimed("GET", "/live")).isFalse();
			assertThat(requests.isTimed("GET", "/both")).isFalse();
			assertThat(requests.isTimed("GET", "root")).isFalse();
			assertThat(requests.isTimed("PUT", "/any")).isFalse();
			assertThat(requests.isTimed("GET", "/ready-made/{id}")).isFalse();
		}, "sse.endpoints[0].path=/ready-made/{id}");
	}

	@Test
	void allElseStaysInHttpServerRequests() {
		requests((requests) -> {
			assertThat(requests.isTimed("GET", "/ordinary")).isTrue();
			assertThat(requests.isTimed("POST", "/both")).isTrue();
			assertThat(requests.isTimed("DELETE", "/any")).isTrue();
			assertThat(requests.isTimed("HEAD", "/live")).isTrue();
			assertThat(requests.isTimed("GET", "UNKNOWN")).isTrue();
			assertThat(requests.isTimed("GET", "/live", "http.client.requests")).isTrue();
		});
	}

	@Test
	void streamsAreInHttpServerRequestsIfThatIsWanted() {
		requests((requests) -> assertThat(requests.isTimed("GET", "/live")).isTrue(),
				"sse.metrics.http-server-requests=true");
	}

	@Test
	void streamsStayOutWhateverTheMetricIsCalled() {
		requests((requests) -> {
			assertThat(requests.isTimed("GET", "/live", "my.requests")).isFalse();
			assertThat(requests.isTimed("GET", "/live")).isTrue();
		}, "management.observations.http.server.requests.name=my.requests");
	}

	private void requests(Consumer<Requests> test, String... properties) {
		this.runner.withUserConfiguration(Streams.class)
			.withPropertyValues(properties)
			.run((context) -> test.accept(new Requests(registry(context))));
	}

	private static MeterRegistry registry(AssertableWebApplicationContext context) {
		return context.getBean(MeterRegistry.class);
	}

	private static double published(MeterRegistry registry) {
		return registry.get("sse.events.published").tag("outcome", "accepted").counter().count();
	}

	private record Requests(MeterRegistry registry) {

		boolean isTimed(String method, String uri) {
			return isTimed(method, uri, REQUESTS);
		}

		boolean isTimed(String method, String uri, String name) {
			Timer.builder(name).tag("uri", uri).tag("method", method).tag("status", "200").register(this.registry);
			return this.registry.find(name).tag("uri", uri).tag("method", method).timer() != null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRegistry {

		private final SimpleMeterRegistry own = new SimpleMeterRegistry();

		@Bean
		MeterRegistry ownRegistry() {
			return this.own;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnMetrics {

		@Bean
		SseMetrics own(SseEngine engine) {
			return new SseMetrics(engine);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BrokenBackplane {

		private volatile @Nullable Throwable failure;

		@Bean
		Backplane backplane() {
			return new Backplane() {

				@Override
				public void start(Receiver receiver) {
					receiver.begin(new EventId(1, 0, "aaaaaa"));
				}

				@Override
				public void stop() {
				}

				@Override
				public CompletableFuture<EventId> publish(Message message) {
					return new CompletableFuture<>();
				}

				@Override
				public @Nullable Throwable failure() {
					return BrokenBackplane.this.failure;
				}

			};
		}

	}

	@RestController
	static class Streams {

		@GetMapping("/live")
		void live(SseStream stream) {
		}

		@GetMapping
		void root(SseStream stream) {
		}

		@GetMapping("/both")
		void both(SseStream stream) {
		}

		@PostMapping("/both")
		void post() {
		}

		@RequestMapping("/any")
		void any(SseStream stream) {
		}

		@DeleteMapping("/any")
		void delete() {
		}

		@GetMapping("/ordinary")
		void ordinary() {
		}

	}

}
