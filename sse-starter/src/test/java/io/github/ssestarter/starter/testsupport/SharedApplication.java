package io.github.ssestarter.starter.testsupport;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The application of a test class: one on each container, started when the first test
 * asks for it, closed after the last; by each transport anew.
 */
public final class SharedApplication implements AfterAllCallback, AfterClassTemplateInvocationCallback {

	private final Map<Container, TestApplication> running = new EnumMap<>(Container.class);

	private final Function<Container, TestApplication> starter;

	public SharedApplication(Function<Container, TestApplication> starter) {
		this.starter = starter;
	}

	public TestApplication on(Container container) {
		return this.running.computeIfAbsent(container, this.starter);
	}

	public boolean isRunning(Container container) {
		return this.running.containsKey(container);
	}

	@Override
	public void afterAll(ExtensionContext context) {
		close();
	}

	@Override
	public void afterClassTemplateInvocation(ExtensionContext context) {
		close();
	}

	private void close() {
		this.running.values().forEach(TestApplication::close);
		this.running.clear();
	}

}
