package io.github.ssestarter.starter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code sse.enabled=false} leaves in a server: nothing.
 */
class SwitchedOffTests {

	private static final String OURS = "io.github.ssestarter";

	@Test
	void nothingIsLeftInTomcat() {
		assertThat(partsOfTomcat("sse.enabled=true")).contains(OURS + ".servlet.TomcatStreamValve",
				OURS + ".servlet.TomcatStreamProtocol", OURS + ".servlet.SseSessionListener", "sse-shard-1");
		assertThat(partsOfTomcat("sse.enabled=false")).isEmpty();
	}

	@Test
	void nothingIsLeftInJetty() {
		assertThat(partsOfJetty("sse.enabled=true")).contains(OURS + ".servlet.SseSessionListener", "sse-shard-1");
		assertThat(partsOfJetty("sse.enabled=false")).isEmpty();
	}

	private static List<String> partsOfTomcat(String property) {
		Set<Thread> before = threads();
		try (TestApplication application = TestApplication.start(Container.TOMCAT, Greeting.class, property)) {
			Tomcat tomcat = ((TomcatWebServer) application.webServer()).getTomcat();
			StandardContext context = (StandardContext) tomcat.getHost().findChildren()[0];
			List<Object> parts = new ArrayList<>(Arrays.asList(tomcat.getEngine().getPipeline().getValves()));
			parts.addAll(Arrays.asList(context.getApplicationEventListeners()));
			parts.addAll(Arrays.asList(context.getApplicationLifecycleListeners()));
			for (Connector connector : tomcat.getService().findConnectors()) {
				parts.add(connector.getProtocolHandler());
			}
			return ours(application, parts, before);
		}
	}

	private static List<String> partsOfJetty(String property) {
		Set<Thread> before = threads();
		try (TestApplication application = TestApplication.start(Container.JETTY, Greeting.class, property)) {
			Server server = ((JettyWebServer) application.webServer()).getServer();
			List<Object> parts = new ArrayList<>(
					server.getDescendant(ServletContextHandler.class).getSessionHandler().getBeans());
			parts.addAll(server.getDescendant(ServletContextHandler.class).getEventListeners());
			return ours(application, parts, before);
		}
	}

	private static List<String> ours(TestApplication application, List<Object> parts, Set<Thread> before) {
		try (SseTestClient client = application.connect("/greeting")) {
			assertThat(client.status()).isEqualTo(200);
		}
		List<String> ours = new ArrayList<>();
		parts.stream()
			.map((part) -> part.getClass().getName())
			.filter((name) -> name.startsWith(OURS))
			.forEach(ours::add);
		threads().stream().filter((thread) -> !before.contains(thread)).map(Thread::getName).forEach(ours::add);
		return ours;
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("sse-") && !thread.getName().startsWith("sse-test"))
			.collect(Collectors.toSet());
	}

	@RestController
	static class Greeting {

		@GetMapping("/greeting")
		String greeting() {
			return "hello";
		}

	}

}
