package io.github.ssestarter.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

import io.github.ssestarter.servlet.BrowserClient;
import io.github.ssestarter.servlet.SseEndpoint;

/**
 * What a native image has to keep of the starter: methods that Spring MVC calls, classes
 * that are asked for by their names, files that are served.
 */
final class SseRuntimeHints implements RuntimeHintsRegistrar {

	private static final List<String> ASKED_FOR = List.of("org.apache.catalina.startup.Tomcat",
			"org.eclipse.jetty.ee11.servlet.ServletContextRequest", "org.springframework.security.core.Authentication",
			"org.springframework.security.oauth2.core.OAuth2Token", "org.slf4j.MDC",
			"org.reactivestreams.FlowAdapters");

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		ReflectionHints reflection = hints.reflection();
		reflection.registerType(SseEndpoint.class, MemberCategory.INVOKE_DECLARED_METHODS);
		reflection.registerType(BrowserClient.class, MemberCategory.INVOKE_DECLARED_METHODS);
		hints.resources().registerPattern("io/github/ssestarter/browser/*");
		// Tomcat makes it, and sets its properties by their names
		reflection.registerTypeIfPresent(classLoader, "io.github.ssestarter.servlet.TomcatStreamProtocol",
				MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS, MemberCategory.INVOKE_PUBLIC_METHODS);
		ASKED_FOR.forEach((type) -> reflection.registerTypeIfPresent(classLoader, type));
	}

}
