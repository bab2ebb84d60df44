package io.github.ssestarter.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Configuration;

import io.github.ssestarter.fanout.SseEngine;

/**
 * Warns in an application that has the starter and in which it cannot work. Does nothing
 * else.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = SseAutoConfiguration.class)
@ConditionalOnProperty(name = "sse.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(SseEngine.class)
public final class SseUnavailableAutoConfiguration {

	private static final Log logger = LogFactory.getLog(SseUnavailableAutoConfiguration.class);

	private static void warn(String reason, String remedy) {
		logger.warn("There is no SseBroadcaster and no SseStream here: " + reason + ". " + remedy
				+ ", or set sse.enabled=false if none are wanted");
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnNotWebApplication
	static class NotWeb {

		NotWeb() {
			warn("this is not a web application, and streams need a servlet container",
					"Add spring-boot-starter-web, and leave spring.main.web-application-type unset or set it to servlet");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class Reactive {

		Reactive() {
			warn("this is a reactive web application (WebFlux), and streams need a servlet container",
					"Add spring-boot-starter-web and set spring.main.web-application-type=servlet");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnMissingClass("org.springframework.web.servlet.DispatcherServlet")
	static class WithoutSpringMvc {

		WithoutSpringMvc() {
			warn("Spring MVC is absent, and streams are parameters of its controller methods",
					"Add spring-boot-starter-web");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnMissingClass("tools.jackson.databind.json.JsonMapper")
	static class WithoutJackson {

		WithoutJackson() {
			warn("Jackson 3 is absent, which writes the data of events", "Add tools.jackson.core:jackson-databind");
		}

	}

}
