package io.github.ssestarter.starter;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.DelegatingWebMvcConfiguration;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurationSupport;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.servlet.SseStartUpException;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Applications that set Spring MVC up themselves.
 */
class HandMadeMvcTests {

	@ParameterizedTest
	@MethodSource("withoutConfigurers")
	void whereNoStreamCouldBeTakenTheApplicationDoesNotStart(Container container, Class<?> configuration) {
		assertThatExceptionOfType(SseStartUpException.class)
			.isThrownBy(() -> TestApplication.start(container, List.of(configuration, LiveController.class)).close())
			.satisfies((failure) -> {
				assertThat(failure.getDescription()).isEqualTo("Spring MVC is set up by " + configuration.getName()
						+ " without the WebMvcConfigurer beans, and so without the starter's: no controller method"
						+ " would get an SseStream.");
				assertThat(failure.getAction())
					.isEqualTo("Implement WebMvcConfigurer in place of extending WebMvcConfigurationSupport; or extend"
							+ " DelegatingWebMvcConfiguration, and call super in what it overrides. If no streams are"
							+ " wanted, set sse.enabled=false.");
			});
	}

	static Stream<Arguments> withoutConfigurers() {
		return Stream.of(Arguments.of(Container.TOMCAT, ByHand.class), Arguments.of(Container.JETTY, ByHand.class),
				Arguments.of(Container.TOMCAT, WithoutSuper.class));
	}

	@ParameterizedTest
	@EnumSource
	void whereTheConfigurersAreAskedStreamsWork(Container container) {
		try (TestApplication application = TestApplication.start(container,
				List.of(Enabled.class, LiveController.class))) {
			SseTestClient client = application.connect("/live");
			client.awaitOpen();
			application.broadcaster().broadcast("tick", "1");
			client.expect("tick", "1");
			client.close();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class ByHand extends WebMvcConfigurationSupport {

	}

	@Configuration
	static class WithoutSuper extends DelegatingWebMvcConfiguration {

		@Override
		protected void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebMvc
	static class Enabled {

	}

	@RestController
	static class LiveController {

		@GetMapping("/live")
		void live(SseStream stream) {
			stream.join("live");
		}

	}

}
