package io.github.ssestarter.sample;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplicationAotProcessor;

import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample as Spring makes it ahead of time: processed, compiled and run, in processes
 * of their own.
 */
class AotTests {

	private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

	@TempDir
	Path directory;

	@Test
	void theSampleRunsAsMadeAheadOfTime() throws Exception {
		Path sources = this.directory.resolve("sources");
		Path resources = this.directory.resolve("resources");
		Path classes = this.directory.resolve("classes");
		Path log = this.directory.resolve("log");
		Process processor = java(log, classPath(), SpringApplicationAotProcessor.class.getName(),
				SampleApplication.class.getName(), sources.toString(), resources.toString(), classes.toString(),
				"io.github.sse-starter", "sample-app");
		assertThat(processor.waitFor(2, TimeUnit.MINUTES)).isTrue();
		assertThat(processor.exitValue()).as(Files.readString(log)).isZero();
		assertThat(hints(resources)).contains("io.github.ssestarter.servlet.TomcatStreamProtocol",
				"io.github.ssestarter.servlet.SseEndpoint");
		compile(sources, classes);

		String classPath = String.join(File.pathSeparator, classes.toString(), resources.toString(), classPath());
		Process sample = java(log, classPath, "-Dspring.aot.enabled=true", SampleApplication.class.getName(),
				"--server.port=0", "--sse.event.close-name=bye",
				// A busy machine may take longer to start than clients stay away
				"--logging.level.io.github.ssestarter.autoconfigure.StartUpTime=ERROR");
		try {
			await().atMost(Duration.ofMinutes(1)).until(() -> STARTED.matcher(Files.readString(log)).find());
			assertThat(Files.readString(log)).contains("Starting AOT-processed SampleApplication");
			use(port(log));
			try (SseTestClient client = SseTestClient.to(port(log), "/sse/broadcast").connect()) {
				client.skipTo("connected");
				sample.destroy();
				client.skipTo("bye");
				client.expectEnd();
			}
			assertThat(sample.waitFor(20, TimeUnit.SECONDS)).isTrue();
			assertThat(Files.readString(log)).doesNotContain(" ERROR ", " WARN ", "Exception");
		}
		finally {
			sample.destroyForcibly();
		}
	}

	private static void use(int port) throws Exception {
		try (SseTestClient stream = SseTestClient.to(port, "/sse?count=2&intervalMs=10").connect()) {
			stream.skipTo("complete");
			stream.expectEnd();
		}
		try (SseTestClient joined = SseTestClient.to(port, "/sse/broadcast").connect()) {
			joined.skipTo("connected");
			post(port, "/api/broadcast", "{\"event\":\"note\",\"data\":{\"n\":1}}", 200);
			assertThat(joined.skipTo("note").data()).isEqualTo("{\"n\":1}");
		}
		try (SseTestClient asking = SseTestClient.to(port, "/reply/stream").connect()) {
			asking.skipTo("connected");
			post(port, "/reply?clientId=" + asking.header("Sse-Client-Id"), "{\"text\":\"hello\"}", 202);
			assertThat(asking.skipTo("answer").data()).contains("You said: hello");
		}
	}

	private static void post(int port, String path, String json, int status) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(json))
			.build();
		HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
	}

	private static void compile(Path sources, Path classes) throws IOException {
		List<String> arguments = new ArrayList<>(
				List.of("-parameters", "-nowarn", "-proc:none", "-d", classes.toString()));
		arguments.addAll(List.of("-classpath", classes + File.pathSeparator + classPath()));
		try (Stream<Path> files = Files.walk(sources)) {
			files.map(Path::toString).filter((name) -> name.endsWith(".java")).forEach(arguments::add);
		}
		assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
			.isZero();
	}

	private static String hints(Path resources) throws IOException {
		try (Stream<Path> files = Files.walk(resources)) {
			return Files.readString(
					files.filter((file) -> file.endsWith("reachability-metadata.json")).findFirst().orElseThrow());
		}
	}

	private static Process java(Path log, String classPath, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(List
			.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-cp", classPath));
		command.addAll(List.of(arguments));
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
	}

	/**
	 * Without the tests, which lie in the packages that the sample scans, and without the
	 * other container that they have.
	 */
	private static String classPath() {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		return Arrays.stream(classPath.split(File.pathSeparator))
			.filter((entry) -> !entry.endsWith("test-classes") && !entry.contains("jetty"))
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static int port(Path log) throws IOException {
		Matcher started = STARTED.matcher(Files.readString(log));
		assertThat(started.find()).isTrue();
		return Integer.parseInt(started.group(1));
	}

}
