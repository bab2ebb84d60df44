package io.github.ssestarter.autoconfigure;

import java.io.IOException;

import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.UpgradeProtocol;
import org.apache.coyote.http2.Http2Protocol;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import io.github.ssestarter.servlet.TomcatCompactConnections;
import io.github.ssestarter.servlet.TomcatStreamProtocol;
import io.github.ssestarter.servlet.TomcatStreamValve;
import io.github.ssestarter.servlet.WatchedHttp2Protocol;
import io.github.ssestarter.servlet.WritableSockets;

/**
 * What streams need of Tomcat besides the servlet API.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Tomcat.class, ConfigurableTomcatWebServerFactory.class })
class SseTomcatConfiguration {

	@Bean
	WritableSockets sseWritableSockets() throws IOException {
		return new WritableSockets();
	}

	/**
	 * Last of all, to find the HTTP/2 protocol as others have set it.
	 */
	@Bean
	@Order
	WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> sseTomcatCustomizer(WritableSockets sockets,
			SseProperties properties) {
		return (factory) -> {
			if (factory instanceof TomcatWebServerFactory webServerFactory
					&& webServerFactory.getProtocol().equals(TomcatWebServerFactory.DEFAULT_PROTOCOL)) {
				webServerFactory.setProtocol(TomcatStreamProtocol.class.getName());
			}
			factory.addEngineValves(new TomcatStreamValve(sockets));
			factory.addConnectorCustomizers((connector) -> watchHttp2(connector, sockets),
					(connector) -> checkCapacity(connector, properties));
		};
	}

	@Bean
	@Order
	@ConditionalOnBooleanProperty("sse.tomcat.compact-connections")
	WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> sseTomcatCompactConnections() {
		return (factory) -> factory.addConnectorCustomizers(TomcatCompactConnections::apply);
	}

	private static void checkCapacity(Connector connector, SseProperties properties) {
		if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
			ConnectorCapacity.check(properties, protocol.getMaxConnections(), "server.tomcat.max-connections");
		}
	}

	private static void watchHttp2(Connector connector, WritableSockets sockets) {
		for (UpgradeProtocol protocol : connector.findUpgradeProtocols()) {
			if (protocol.getClass() == Http2Protocol.class) {
				connector.addUpgradeProtocol(new WatchedHttp2Protocol((Http2Protocol) protocol, sockets));
			}
		}
	}

}
