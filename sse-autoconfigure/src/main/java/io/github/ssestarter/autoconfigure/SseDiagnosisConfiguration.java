package io.github.ssestarter.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.server.AbstractConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Warns of what is set or described wrong.
 */
@Configuration(proxyBeanMethods = false)
class SseDiagnosisConfiguration {

	@Bean
	static UnknownProperties sseUnknownProperties(Environment environment) {
		return new UnknownProperties(environment);
	}

	@Bean
	@Conditional(OnEventChecks.class)
	EventChecks sseEventChecks(SseProperties properties, ApplicationContext context) {
		return new EventChecks(properties, context);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(AbstractConfigurableWebServerFactory.class)
	static class WebServer {

		/**
		 * Last of all, to find the compression as others have set it.
		 */
		@Bean
		@Order
		WebServerFactoryCustomizer<AbstractConfigurableWebServerFactory> sseStreamCompression() {
			return (factory) -> StreamCompression.check(factory.getCompression());
		}

	}

}
