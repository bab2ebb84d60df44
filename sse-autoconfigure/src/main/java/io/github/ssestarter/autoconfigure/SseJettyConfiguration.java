package io.github.ssestarter.autoconfigure;

import org.eclipse.jetty.compression.Compression;
import org.eclipse.jetty.compression.gzip.GzipEncoderConfig;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.server.Server;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;

/**
 * What streams need of Jetty besides the servlet API.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Server.class, JettyServletWebServerFactory.class, CompressionHandler.class,
		GzipEncoderConfig.class })
class SseJettyConfiguration {

	private static final String GZIP = "gzip";

	private static final String MAX_CONNECTIONS = "server.jetty.max-connections";

	/**
	 * Last of all, to find the compression as others have set it.
	 */
	@Bean
	@Order
	WebServerFactoryCustomizer<JettyServletWebServerFactory> sseJettyCustomizer(SseProperties properties,
			Environment environment) {
		return (factory) -> {
			ConnectorCapacity.check(properties, environment.getProperty(MAX_CONNECTIONS, Integer.class, -1),
					MAX_CONNECTIONS);
			factory.addServerCustomizers((server) -> {
				if (StreamCompression.types(factory.getCompression()).contains(MediaType.TEXT_EVENT_STREAM_VALUE)) {
					server.getDescendants(CompressionHandler.class).forEach(SseJettyConfiguration::flush);
				}
			});
		};
	}

	/**
	 * Lets a flush through: otherwise the compressor keeps what a stream has sent until
	 * the stream ends.
	 */
	private static void flush(CompressionHandler handler) {
		Compression compression = handler.removeCompression(GZIP);
		if (compression != null) {
			if (compression.getDefaultEncoderConfig() instanceof GzipEncoderConfig config) {
				config.setSyncFlush(true);
			}
			handler.putCompression(compression);
		}
	}

}
