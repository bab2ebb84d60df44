package io.github.ssestarter.benchmarks.server;

import org.eclipse.jetty.server.ServerConnector;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Lets as many clients knock at once on Jetty as on the other containers.
 */
@Configuration(proxyBeanMethods = false)
class Listening {

	static final int BACKLOG = 4096;

	@Bean
	WebServerFactoryCustomizer<JettyServletWebServerFactory> backlog() {
		return (factory) -> factory.addServerCustomizers((server) -> {
			for (ServerConnector connector : server.getBeans(ServerConnector.class)) {
				connector.setAcceptQueueSize(BACKLOG);
			}
		});
	}

}
