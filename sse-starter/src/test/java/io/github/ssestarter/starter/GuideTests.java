package io.github.ssestarter.starter;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootVersion;
import org.springframework.util.FileSystemUtils;

import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.GuideProject;
import io.github.ssestarter.starter.testsupport.Page;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The project of the guide: each step compiles, and its pages show what happens. That
 * Maven builds it and its own test passes, {@code src/it/guide} shows.
 */
@Tag("clients")
class GuideTests {

	private static final Path GUIDE = Path.of("..", "docs", "guide.md");

	/**
	 * Orders by the form. Then the page begins anew, and is slow to read the list: an
	 * order is done when that comes, which still has it.
	 */
	private static final String ORDERS = """
			(async () => {
				const until = async (isTrue) => {
					while (!isTrue()) {
						await new Promise((resolve) => setTimeout(resolve, 10));
					}
				};
				const shown = (id) => document.getElementById(id)?.textContent;
				await until(() => shown('state') === 'open');
				document.querySelector('[name=item]').value = 'espresso';
				document.querySelector('button').click();
				await until(() => shown('ready') === 'Your espresso is ready.');
				const realFetch = fetch;
				let asked, answer;
				window.fetch = (url, options) => (url === '/orders' && !options)
					? new Promise((resolve) => [asked, answer] = [true, resolve]) : realFetch(url, options);
				await import('/orders.js?anew');
				await until(() => asked);
				const order = await (await realFetch('/orders', {
					method: 'POST',
					headers: {
						'Content-Type': 'application/json',
						'X-XSRF-TOKEN': document.cookie.match(/XSRF-TOKEN=([^;]+)/)[1]
					},
					body: JSON.stringify({ item: 'lungo' })
				})).json();
				await until(() => shown('ready') === 'Your lungo is ready.' && !shown(`order-${order.number}`));
				answer(new Response(JSON.stringify([order, { ...order, number: 1000 }])));
				await until(() => shown('order-1000') && !shown(`order-${order.number}`));
				return shown('ready');
			})()""";

	@TempDir
	private Path project;

	@Test
	void theVersionsAreThoseOfThisBuild() throws IOException {
		String version = versions("sse-parent", Path.of("pom.xml")).get(0);
		assertThat(versions("sse-starter", GUIDE)).containsExactly(version);
		assertThat(versions("sse-starter-test", GUIDE)).containsExactly(version);
		assertThat(versions("sse-starter", Path.of("..", "README.md"))).containsExactly(version);
		assertThat(versions("spring-boot-starter-parent", GUIDE)).containsExactly(SpringBootVersion.getVersion());
	}

	private static List<String> versions(String artifact, Path file) throws IOException {
		return Pattern.compile("<artifactId>" + artifact + "</artifactId>\\s*<version>([^<]+)")
			.matcher(Files.readString(file))
			.results()
			.map((result) -> result.group(1))
			.toList();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7 })
	void eachStepCompiles(int step) throws IOException {
		GuideProject.write(GUIDE, step, this.project);
		compile();
	}

	@Test
	void itsPagesShowWhatHappens() throws Exception {
		GuideProject.write(GUIDE, GuideProject.STEPS, this.project);
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader loader = new URLClassLoader(new URL[] { compile().toUri().toURL() }, before)) {
			Thread.currentThread().setContextClassLoader(loader);
			Class<?> application = loader.loadClass("com.example.cafe.CafeApplication");
			try (TestApplication running = TestApplication.startWithSecurity(Container.TOMCAT, List.of(application),
					"spring.config.location=" + this.project.resolve("target/classes/application.yml").toUri(),
					"barista.pace=100ms")) {
				assertThat(Page.open(running.url("/"), ORDERS, login("ada"))).isEqualTo("\"Your lungo is ready.\"");
				assertThat(Page.open(running.url("/dashboard.html"),
						"document.querySelector('#listeners li')?.textContent", login("mia")))
					.isEqualTo("\"mia hears dashboard\"");
			}
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

	/** The tests compare passwords as they are written. */
	private static String login(String user) {
		return "Basic "
				+ Base64.getEncoder().encodeToString((user + ":{noop}" + user).getBytes(StandardCharsets.ISO_8859_1));
	}

	/**
	 * Compiles the project, and copies its resources.
	 */
	private Path compile() throws IOException {
		Path classes = Files.createDirectories(this.project.resolve("target/classes"));
		Path resources = this.project.resolve("src/main/resources");
		if (Files.exists(resources)) {
			FileSystemUtils.copyRecursively(resources, classes);
		}
		List<Path> sources = new ArrayList<>();
		try (Stream<Path> files = Files.walk(this.project.resolve("src"))) {
			files.filter((file) -> file.toString().endsWith(".java")).forEach(sources::add);
		}
		StringWriter output = new StringWriter();
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
			assertThat(
					compiler
						.getTask(output, manager, null,
								List.of("-parameters", "-proc:none", "-d", classes.toString(), "-classpath",
										System.getProperty("java.class.path")),
								null, manager.getJavaFileObjectsFromPaths(sources))
						.call())
				.as(output::toString)
				.isTrue();
		}
		return classes;
	}

}
