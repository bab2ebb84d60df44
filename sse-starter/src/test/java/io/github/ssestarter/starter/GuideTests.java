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
				assertThat(Page.open(running.url("/"), """
						(() => {
							const item = document.querySelector('[name=item]');
							if (document.getElementById('state').value === 'open' && !globalThis.isOrdered) {
								globalThis.isOrdered = true;
								item.value = 'espresso';
								document.querySelector('button').click();
							}
							return document.getElementById('ready').textContent;
						})()""", login("ada"))).isEqualTo("\"Your espresso is ready.\"");
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
