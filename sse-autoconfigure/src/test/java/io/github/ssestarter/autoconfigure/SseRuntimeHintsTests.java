package io.github.ssestarter.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.ReflectionHintsPredicates;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2Token;

import io.github.ssestarter.servlet.BrowserClient;
import io.github.ssestarter.servlet.SseEndpoint;
import io.github.ssestarter.servlet.TomcatStreamProtocol;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SseRuntimeHints}.
 */
class SseRuntimeHintsTests {

	private static final Pattern ASKED = Pattern.compile("(?:isPresent|forName)\\(\\s*\"([\\w.]+)\"");

	private static final ReflectionHintsPredicates REFLECTION = RuntimeHintsPredicates.reflection();

	@Test
	void theMethodOfAnEndpointCanBeFoundAndCalled() {
		assertThat(Arrays.stream(SseEndpoint.class.getDeclaredMethods())
			.filter((method) -> method.getName().equals("stream"))).singleElement()
			.satisfies((method) -> assertThat(REFLECTION.onMethodInvocation(method)).accepts(hints()));
	}

	@Test
	void theClientForPagesIsThereAndCanBeServed() {
		assertThat(Arrays.stream(BrowserClient.class.getDeclaredMethods())
			.filter((method) -> method.getName().equals("file"))).singleElement()
			.satisfies((method) -> assertThat(REFLECTION.onMethodInvocation(method)).accepts(hints()));
		for (String file : List.of("sse-client.js", "sse-client.d.ts")) {
			assertThat(RuntimeHintsPredicates.resource().forResource("io/github/ssestarter/browser/" + file))
				.accepts(hints());
		}
	}

	@Test
	void tomcatCanMakeItsProtocolAndSetIt() {
		assertThat(REFLECTION.onType(TomcatStreamProtocol.class)
			.withMemberCategories(MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS, MemberCategory.INVOKE_PUBLIC_METHODS))
			.accepts(hints());
	}

	@Test
	void whatIsAskedForByNameCanBeFound() {
		assertThat(REFLECTION.onType(Tomcat.class)
			.and(REFLECTION.onType(ServletContextRequest.class))
			.and(REFLECTION.onType(Authentication.class))).accepts(hints());
	}

	/**
	 * In a native image a class that nobody names is absent, and a check for it says so:
	 * streams would outlive their tokens.
	 */
	@Test
	void whateverTheSourcesAskForByNameCanBeFound() throws Exception {
		List<String> asked = new ArrayList<>();
		try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
			for (Path file : files.filter((file) -> file.toString().endsWith(".java")).toList()) {
				ASKED.matcher(Files.readString(file)).results().forEach((found) -> asked.add(found.group(1)));
			}
		}
		assertThat(asked).contains(OAuth2Token.class.getName(), Authentication.class.getName())
			.allSatisfy((name) -> assertThat(REFLECTION.onType(TypeReference.of(name))).accepts(hints()));
	}

	@Test
	void whatIsAbsentIsLeftOut() {
		RuntimeHints hints = new RuntimeHints();
		new SseRuntimeHints().registerHints(hints,
				new FilteredClassLoader("org.apache", "org.eclipse", "org.springframework.security", "org.slf4j",
						"org.reactivestreams", TomcatStreamProtocol.class.getName()));
		assertThat(hints.reflection().typeHints()).extracting((hint) -> hint.getType().getName())
			.containsExactly(SseEndpoint.class.getName(), BrowserClient.class.getName());
	}

	private static RuntimeHints hints() {
		RuntimeHints hints = new RuntimeHints();
		new SseRuntimeHints().registerHints(hints, SseRuntimeHints.class.getClassLoader());
		return hints;
	}

}
