package io.github.ssestarter.starter.testsupport;

import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.starter.testsupport.JavaClients.Sight;

/**
 * A client of {@link MavenInstallation}, with a class loader of its own: it cannot be on
 * one class path with another, or brings more than the tests should have.
 */
final class IsolatedClient implements JavaClient {

	private final String module;

	private @Nullable BiFunction<String, Consumer<String[]>, AutoCloseable> client;

	IsolatedClient(String module) {
		this.module = module;
	}

	@Override
	public synchronized AutoCloseable open(String url, Consumer<Sight> tell) {
		BiFunction<String, Consumer<String[]>, AutoCloseable> client = this.client;
		if (client == null) {
			client = MavenInstallation.load(this.module);
			this.client = client;
		}
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(client.getClass().getClassLoader());
		try {
			return client.apply(url, (sight) -> {
				@Nullable String[] all = Arrays.copyOf(sight, 4);
				tell.accept(new Sight(String.valueOf(all[0]), all[1], all[2], all[3]));
			});
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

}
