package io.github.ssestarter.autoconfigure;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

import io.github.ssestarter.servlet.BrowserClient;

/**
 * The client for pages. Off unless asked for: a library on the class path gives an
 * application no path that it did not name.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("sse.browser-client.enabled")
class SseBrowserClientConfiguration {

	@Bean
	SmartInitializingSingleton sseBrowserClient(SseProperties properties,
			@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
		String path = path(properties.getBrowserClient().getPath());
		return () -> BrowserClient.register(mapping, path);
	}

	private static String path(String path) {
		if (!path.startsWith("/") || !path.endsWith(BrowserClient.SCRIPT) || isPattern(path)) {
			throw PropertyChecks.invalid("sse.browser-client.path", path,
					"a path that begins with '/' and ends with '.js', without * ? { }, such as /sse-client.js");
		}
		return path;
	}

	private static boolean isPattern(String path) {
		try {
			return PathPatternParser.defaultInstance.parse(path).hasPatternSyntax();
		}
		catch (PatternParseException ex) {
			return true;
		}
	}

}
