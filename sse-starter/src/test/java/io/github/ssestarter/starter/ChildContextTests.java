package io.github.ssestarter.starter;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServlet;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurationSupport;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEventType;
import io.github.ssestarter.SseEvents;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.SseTickets;
import io.github.ssestarter.servlet.SseStartUpException;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Streams of controllers that are not in the application's own context, or not at the
 * root: in a child context with a {@code DispatcherServlet} of its own, in the one of
 * {@code management.server.port}, and below {@code spring.mvc.servlet.path}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ChildContextTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.start(container, components(container, ChildServlet.class),
					properties("sse.endpoints[0].path=/ready-made", "sse.openapi.check-events=true")));

	private enum Place {

		CHILD_SERVLET {
			@Override
			SseTestClient.Builder to(TestApplication application, String path) {
				return application.to("/child" + path);
			}
		},

		MANAGEMENT_PORT {
			@Override
			SseTestClient.Builder to(TestApplication application, String path) {
				return SseTestClient.to(application.bean(ManagementPort.class).port, path);
			}
		},

		SERVLET_PATH {
			@Override
			SseTestClient.Builder to(TestApplication application, String path) {
				return application.to("/api" + path);
			}
		};

		abstract SseTestClient.Builder to(TestApplication application, String path);

	}

	static Stream<Arguments> places() {
		return Stream.of(Container.values())
			.flatMap((container) -> Stream.of(Place.values()).map((place) -> Arguments.of(container, place)));
	}

	@ParameterizedTest
	@MethodSource("places")
	void theStreamMayBeReturned(Container container, Place place) {
		TestApplication application = applications.on(container);
		for (String path : List.of("/returned", "/returned-by-a-page-controller")) {
			try (SseTestClient client = place.to(application, path).keepRaw().connect()) {
				client.awaitOpen();
				application.broadcaster().send(SseAudience.topic("live"), "tick", "1");
				client.expect("tick", "1");
				assertThat(client.raw()).startsWith("retry: ").doesNotContain("closing");
			}
		}
	}

	@ParameterizedTest
	@MethodSource("places")
	void aFailureAddsNothingToAStream(Container container, Place place) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = place.to(application, "/failing").keepRaw().connect()) {
			client.expect("tick", "1");
			assertThat(client.skipTo("sse-end").data()).contains("FAILED");
			client.expectEnd();
			assertThat(client.raw().substring(client.raw().indexOf("event: sse-end"))).doesNotContain("\"status\"");
		}
	}

	@ParameterizedTest
	@MethodSource("places")
	void whatIsNoTopicIsABadRequest(Container container, Place place) {
		try (SseTestClient client = place.to(applications.on(container), "/no-topic").connect()) {
			assertThat(client.status()).isEqualTo(400);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aReadyMadeEndpointIsBelowTheServletPath(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect("/api/ready-made")) {
			client.awaitOpen();
			application.broadcaster().broadcast("tick", "1");
			client.expect("tick", "1");
		}
	}

	@ParameterizedTest
	@EnumSource
	void streamsAreNotInTheTimerOfRequests(Container container) {
		TestApplication application = applications.on(container);
		Place.CHILD_SERVLET.to(application, "/of-the-child").connect().expectEnd();
		// Timed once it is answered, so what came before it has been by then
		Place.CHILD_SERVLET.to(application, "/other").header("Accept", "*/*").connect().body();
		MeterRegistry meters = application.bean(MeterRegistry.class);
		await().atMost(Duration.ofSeconds(30))
			.until(() -> meters.find("http.server.requests").tag("uri", "/other").timer() != null);
		assertThat(meters.find("http.server.requests").tag("uri", "/of-the-child").timer()).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void whatAChildDescribesIsHeldAgainstWhatIsSent(Container container, CapturedOutput output) {
		applications.on(container).broadcaster().broadcast(container.name(), "text");
		assertThat(output).contains("The data of an event '" + container + "' is java.lang.String,"
				+ " and what is described is " + BigDecimal.class.getName());
	}

	@ParameterizedTest
	@EnumSource
	void aTicketOpensAStreamOfTheServletThatItIsSentTo(Container container) {
		TestApplication application = applications.on(container);
		SseTickets tickets = application.bean(SseTickets.class);
		for (String path : List.of("/api/returned", "/child/returned", "/child/only-there")) {
			String ticket = tickets.issue(() -> "ann", List.of("live"));
			try (SseTestClient client = application.connect(path + "?ticket=" + ticket)) {
				client.awaitOpen();
				application.broadcaster().send(SseAudience.user("ann"), "to", "ann");
				client.expect("to", "ann");
			}
			assertThat(application.connect(path + "?ticket=" + ticket).status()).as(path).isEqualTo(401);
		}
		String ticket = tickets.issue(() -> "ann", List.of("live"));
		try (SseTestClient client = application.connect("/other/returned?ticket=" + ticket)) {
			assertThat(client.status()).as("of a servlet that is not Spring MVC's").isEqualTo(403);
		}
	}

	@ParameterizedTest
	@EnumSource
	void soItDoesBelowAContextPath(Container container) {
		TestApplication application = TestApplication.start(container, components(container, ChildServlet.class),
				properties("server.servlet.context-path=/app"));
		try {
			for (String path : List.of("/app/api/returned", "/app/child/only-there")) {
				String ticket = application.bean(SseTickets.class).issue(() -> "ann", List.of("live"));
				try (SseTestClient client = application.connect(path + "?ticket=" + ticket)) {
					client.awaitOpen();
				}
			}
		}
		finally {
			application.close();
		}
	}

	@ParameterizedTest
	@EnumSource
	void theApplicationStopsWithoutWaitingForThem(Container container) {
		TestApplication application = start(container, ChildServlet.class);
		List<SseTestClient> clients = Stream.of(Place.values())
			.map((place) -> place.to(application, "/returned").connect())
			.toList();
		try {
			clients.forEach(SseTestClient::awaitOpen);
			long before = System.nanoTime();
			application.close();
			for (SseTestClient client : clients) {
				assertThat(client.skipTo("sse-end").data()).contains("SHUTDOWN");
				client.expectEnd();
			}
			assertThat(Duration.ofNanos(System.nanoTime() - before))
				.as("the default of spring.lifecycle.timeout-per-shutdown-phase")
				.isLessThan(Duration.ofSeconds(30));
		}
		finally {
			SseTestClient.closeAll(clients);
			application.close();
		}
	}

	@ParameterizedTest
	@EnumSource
	void aMethodThatCannotStreamIsRefusedInAChildToo(Container container, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(container, ServletWithText.class).close())
			.satisfies((failure) -> assertThat(failure).hasStackTraceContaining(SseStartUpException.class.getName()));
		assertThat(output).contains("The method " + ReturnsText.class.getName()
				+ "#stream[1 args] takes an SseStream, but returns java.lang.String.");
	}

	@ParameterizedTest
	@EnumSource
	void soIsAStreamWhereSpringMvcIsSetUpByHand(Container container, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(container, ServletByHand.class).close())
			.satisfies((failure) -> assertThat(failure).hasStackTraceContaining(SseStartUpException.class.getName()));
		assertThat(output).contains("Spring MVC is set up by " + ByHand.class.getName()
				+ " without the WebMvcConfigurer beans, and so without the starter's");
	}

	@ParameterizedTest
	@EnumSource
	void withoutAStreamItMayBeSetUpByHand(Container container) {
		TestApplication application = start(container, ServletWithoutStreams.class);
		try (SseTestClient client = application.to("/child/other").header("Accept", "*/*").connect()) {
			assertThat(client.body()).isEqualTo("other");
		}
		finally {
			application.close();
		}
	}

	private static TestApplication start(Container container, Class<?> servlet) {
		return TestApplication.start(container, components(container, servlet), properties());
	}

	private static List<Class<?>> components(Container container, Class<?> servlet) {
		return List.of(servlet, ManagementPort.class,
				(container == Container.TOMCAT) ? WithoutJetty.class : WithoutTomcat.class);
	}

	private static String[] properties(String... more) {
		List<String> properties = new ArrayList<>(List.of("management.server.port=0", "test.management-streams=true",
				"server.shutdown=graceful", "spring.mvc.servlet.path=/api"));
		properties.addAll(List.of(more));
		return properties.toArray(String[]::new);
	}

	private static ServletRegistrationBean<DispatcherServlet> servlet(ApplicationContext parent,
			Class<?>... components) {
		AnnotationConfigWebApplicationContext child = new AnnotationConfigWebApplicationContext();
		child.setParent(parent);
		child.register(components);
		ServletRegistrationBean<DispatcherServlet> registration = new ServletRegistrationBean<>(
				new DispatcherServlet(child), "/child/*");
		registration.setName("child");
		registration.setLoadOnStartup(1);
		return registration;
	}

	@Configuration(proxyBeanMethods = false)
	static class ChildServlet {

		@Bean
		ServletRegistrationBean<DispatcherServlet> child(ApplicationContext context) {
			return servlet(context, Mvc.class, Streams.class, Pages.class, OnlyThere.class);
		}

		@Bean
		ServletRegistrationBean<HttpServlet> other() {
			return new ServletRegistrationBean<>(new HttpServlet() {
			}, "/other/*");
		}

		@Bean
		Streams streams() {
			return new Streams();
		}

		@Bean
		Pages pages() {
			return new Pages();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ServletWithText {

		@Bean
		ServletRegistrationBean<DispatcherServlet> child(ApplicationContext context) {
			return servlet(context, Mvc.class, ReturnsText.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ServletByHand {

		@Bean
		ServletRegistrationBean<DispatcherServlet> child(ApplicationContext context) {
			return servlet(context, ByHand.class, Streams.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ServletWithoutStreams {

		@Bean
		ServletRegistrationBean<DispatcherServlet> child(ApplicationContext context) {
			return servlet(context, ByHand.class, Others.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebMvc
	static class Mvc {

	}

	@Configuration(proxyBeanMethods = false)
	static class ByHand extends WebMvcConfigurationSupport {

	}

	/**
	 * Of the context that {@code management.server.port} makes, which finds it by
	 * META-INF/spring.
	 */
	@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
	@ConditionalOnBooleanProperty("test.management-streams")
	static class ManagementStreams {

		@Bean
		Streams streams() {
			return new Streams();
		}

		@Bean
		Pages pages() {
			return new Pages();
		}

	}

	/**
	 * Each would make the context of the management server.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = "org.springframework.boot.jetty.autoconfigure.actuate.web.server.JettyServletManagementContextAutoConfiguration")
	static class WithoutJetty {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = "org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatServletManagementContextAutoConfiguration")
	static class WithoutTomcat {

	}

	static class ManagementPort {

		private volatile int port;

		@EventListener
		void initialized(WebServerInitializedEvent event) {
			if (WebServerApplicationContext.hasServerNamespace(event.getApplicationContext(), "management")) {
				this.port = event.getWebServer().getPort();
			}
		}

	}

	@RestController
	static class Streams {

		@GetMapping("/returned")
		SseStream returned(SseStream stream) {
			return stream.join("live");
		}

		@GetMapping("/failing")
		void failing(SseStream stream) {
			stream.send("tick", "1");
			throw new IllegalStateException("on purpose");
		}

		@GetMapping("/no-topic")
		void noTopic(SseStream stream) {
			stream.join("*");
		}

		@GetMapping("/other")
		String other() {
			return "other";
		}

	}

	@Controller
	static class Pages {

		@GetMapping("/returned-by-a-page-controller")
		SseStream returned(SseStream stream) {
			return stream.join("live");
		}

	}

	@RestController
	static class OnlyThere {

		@GetMapping("/only-there")
		SseStream onlyThere(SseStream stream) {
			return stream.join("live");
		}

		@GetMapping("/of-the-child")
		@SseEvents({ @SseEventType(name = "TOMCAT", data = BigDecimal.class),
				@SseEventType(name = "JETTY", data = BigDecimal.class) })
		void stream(SseStream stream) {
			stream.send("tick", "1");
		}

	}

	@RestController
	static class Others {

		@GetMapping("/other")
		String other() {
			return "other";
		}

	}

	@RestController
	static class ReturnsText {

		@GetMapping("/stream")
		String stream(SseStream stream) {
			return "";
		}

	}

}
