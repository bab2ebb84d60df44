package io.github.ssestarter.starter.testsupport;

import java.util.Set;

import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.ssestarter.SseCloseReason;

/**
 * The servlet containers that everything has to work on.
 */
public enum Container {

	TOMCAT(Tomcat.class), JETTY(Jetty.class);

	private final Class<?> configuration;

	Container(Class<?> configuration) {
		this.configuration = configuration;
	}

	Class<?> configuration() {
		return this.configuration;
	}

	/**
	 * Why the streams of an HTTP/2 connection end that nobody reads. Jetty gives up the
	 * connection with the first of them: for the others the client has gone.
	 */
	public Set<SseCloseReason> reasonsOfStuckHttp2() {
		return (this == JETTY) ? Set.of(SseCloseReason.WRITE_TIMEOUT, SseCloseReason.CLIENT_GONE)
				: Set.of(SseCloseReason.WRITE_TIMEOUT);
	}

	@Configuration(proxyBeanMethods = false)
	static class Tomcat {

		@Bean
		TomcatServletWebServerFactory webServerFactory() {
			return new TomcatServletWebServerFactory();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Jetty {

		@Bean
		JettyServletWebServerFactory webServerFactory() {
			return new JettyServletWebServerFactory();
		}

	}

}
