package io.github.ssestarter.starter.testsupport;

import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Starts an application again and again, for {@code RestartTests}, in a JVM of its own.
 */
public final class Restarts {

	private Restarts() {
	}

	/**
	 * Restarts, and ends with a failure if anything of what was before is left.
	 * @param arguments the container, and what the names of classes begin with that are
	 * loaded again
	 */
	public static void main(String[] arguments) throws Exception {
		startWithoutTheStarter(arguments[0]);
		List<WeakReference<ClassLoader>> before = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			before.add(runOnce(arguments[0], arguments[1]));
		}
		// Logback holds the environment of the last one, and the JDK a type or two
		runOnce(arguments[0], arguments[1]);
		// No assertion on what is referred to: its failure would hold it
		await().atMost(Duration.ofSeconds(30)).until(() -> {
			System.gc();
			return before.stream().allMatch((loader) -> loader.get() == null);
		});
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.noneMatch((name) -> name.startsWith("sse-") && !name.startsWith("sse-test"));
		System.exit(0);
	}

	/**
	 * Has Spring, the container and the JDK make what they make once, and hold for ever
	 * with the class loader of the first application.
	 */
	private static void startWithoutTheStarter(String container) {
		try (TestApplication application = TestApplication.start(Container.valueOf(container), Streams.class,
				"sse.enabled=false"); SseTestClient client = application.connect("/nothing")) {
			assertThat(client.status()).isEqualTo(404);
		}
	}

	private static WeakReference<ClassLoader> runOnce(String container, String restarted) throws Exception {
		RestartClassLoader loader = new RestartClassLoader(restarted);
		Thread thread = new Thread(() -> {
			try {
				loader.loadClass(Application.class.getName()).getMethod("use", String.class).invoke(null, container);
			}
			catch (ReflectiveOperationException ex) {
				ex.printStackTrace();
				System.exit(1);
			}
		}, "restarted-main");
		thread.setContextClassLoader(loader);
		thread.start();
		thread.join();
		loader.close();
		return new WeakReference<>(loader);
	}

	/**
	 * Loads again what its parent has too.
	 */
	private static final class RestartClassLoader extends URLClassLoader {

		private final String restarted;

		RestartClassLoader(String restarted) throws IOException {
			super(urls(), Restarts.class.getClassLoader());
			this.restarted = restarted;
		}

		private static URL[] urls() throws IOException {
			List<URL> urls = new ArrayList<>();
			for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
				urls.add(Path.of(entry).toUri().toURL());
			}
			return urls.toArray(URL[]::new);
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			synchronized (getClassLoadingLock(name)) {
				if (!name.startsWith(this.restarted)) {
					return super.loadClass(name, resolve);
				}
				Class<?> loaded = findLoadedClass(name);
				return (loaded != null) ? loaded : findClass(name);
			}
		}

	}

	/**
	 * What is started again.
	 */
	public static final class Application {

		private Application() {
		}

		public static void use(String container) throws Exception {
			assertThat(Application.class.getClassLoader().getClass().getName()).contains("RestartClassLoader");
			List<SseTestClient> open = new ArrayList<>();
			try (TestApplication application = TestApplication.start(Container.valueOf(container), Streams.class,
					"sse.endpoints[0].path=/ready",
					// Where Spring Boot leaves the registry of an application that has
					// ended
					"management.metrics.use-global-registry=false")) {
				open.add(application.connect("/joined"));
				open.add(application.connect("/ready"));
				open.forEach(SseTestClient::awaitOpen);
				application.bean(SseBroadcaster.class).broadcast("tick", new Data(1));
				open.forEach((client) -> assertThat(client.skipTo("tick").data()).isEqualTo("{\"number\":1}"));
				application.bean(Streams.class).assertHeld();
			}
			open.forEach(SseTestClient::expectEnd);
			open.forEach(SseTestClient::close);
		}

	}

	record Data(int number) {
	}

	@RestController
	static class Streams {

		private final List<SseStream> streams = new ArrayList<>();

		@GetMapping("/joined")
		void joined(SseStream stream) {
			this.streams.add(stream.join("topic").onClose((reason) -> this.streams.clear()));
		}

		void assertHeld() {
			assertThat(this.streams).hasSize(1);
			assertThat(this.streams.get(0).isOpen()).isTrue();
		}

	}

}
