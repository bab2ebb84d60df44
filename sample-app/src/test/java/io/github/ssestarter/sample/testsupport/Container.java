package io.github.ssestarter.sample.testsupport;

import org.apache.coyote.UpgradeProtocol;
import org.apache.coyote.http2.Http2Protocol;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.context.annotation.Bean;

/**
 * The servlet containers that the sample runs on.
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

	// No @Configuration: the sample's own tests would find them

	static class Tomcat {

		/**
		 * What Tomcat keeps of connections that were, for those to come, is not ours.
		 */
		@Bean
		TomcatServletWebServerFactory webServerFactory() {
			TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory();
			factory.addConnectorCustomizers((connector) -> {
				connector.setProperty("socket.bufferPool", "0");
				for (UpgradeProtocol protocol : connector.findUpgradeProtocols()) {
					((Http2Protocol) protocol).setDiscardRequestsAndResponses(true);
				}
			});
			return factory;
		}

	}

	static class Jetty {

		@Bean
		JettyServletWebServerFactory webServerFactory() {
			return new JettyServletWebServerFactory();
		}

	}

}
