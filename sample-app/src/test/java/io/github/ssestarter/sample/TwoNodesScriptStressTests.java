package io.github.ssestarter.sample;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.ssestarter.sample.testsupport.NodeStream;
import io.github.ssestarter.sample.testsupport.RedisServer;
import io.github.ssestarter.sample.testsupport.Stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code two-nodes.sh}, as somebody runs it who has just checked out the project.
 */
@Tag("stress")
class TwoNodesScriptStressTests {

	private static final Duration BUILD_TIMEOUT = Duration.ofMinutes(10);

	private static final Duration TIMEOUT = Duration.ofMinutes(2);

	private static final Pattern ADDRESS = Pattern.compile("http://localhost:(\\d+)/nodes\\.html");

	@TempDir
	private Path folder;

	@Test
	void aKilledNodeIsStartedAnewItsClientsMissNothingAndInTheEndNothingIsLeft() throws Exception {
		Path output = this.folder.resolve("output");
		Process script = run(output);
		List<ProcessHandle> started = new ArrayList<>();
		try {
			await().atMost(BUILD_TIMEOUT).until(() -> !script.isAlive() || read(output).contains("Ctrl-C"));
			assertThat(script.isAlive()).as(read(output)).isTrue();
			assumeThat(read(output)).doesNotContain("nginx is not installed");
			List<Integer> ports = ADDRESS.matcher(read(output))
				.results()
				.map((match) -> Integer.valueOf(match.group(1)))
				.toList();
			assertThat(ports).hasSize(3);
			killOneOf(ports.get(1), ports.get(2), ports.get(0), script.toHandle());
			assertThat(read(output)).containsOnlyOnce("is started anew");
			started.addAll(script.descendants().toList());
			assertThat(started).as("Redis, nginx, two nodes, and who looks after each").hasSizeGreaterThanOrEqualTo(8);
			long start = System.nanoTime();
			signal("-INT", script.pid());
			assertThat(script.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
			Stress.report("two-nodes.sh: ended in %d ms", (System.nanoTime() - start) / 1_000_000);
			await().atMost(Duration.ofSeconds(5)).until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
			assertThat(ports).noneMatch(RedisServer::isTaken);
			assertThat(temporaryFiles()).isEmpty();
			System.out.println(read(output));
		}
		finally {
			started.addAll(script.descendants().toList());
			script.destroyForcibly();
			started.forEach(ProcessHandle::destroyForcibly);
		}
	}

	private static void killOneOf(int left, int right, int front, ProcessHandle script) {
		try (NodeStream stream = NodeStream.open(front)) {
			int port = stream.port();
			assertThat(port).isIn(left, right);
			int other = (port == left) ? right : left;
			List<String> published = new ArrayList<>(List.of(NodeStream.publish(other)));
			assertThat(stream.awaitIds(1)).isEqualTo(published);
			assertThat(stream.publisher(0)).isEqualTo(other);
			script.descendants()
				.filter((one) -> one.pid() == stream.process())
				.findFirst()
				.orElseThrow()
				.destroyForcibly();
			stream.expectBreak();
			for (int i = 0; i < 20; i++) {
				published.add(NodeStream.publish((i % 2 == 0) ? other : front));
			}
			long start = System.nanoTime();
			try (NodeStream again = stream.comeBack()) {
				assertThat(again.awaitIds(20)).isEqualTo(published.subList(1, 21));
				assertThat(again.port()).isEqualTo(other);
				await().atMost(TIMEOUT).until(() -> RedisServer.isTaken(port));
				Stress.report("two-nodes.sh: a killed node is back in %d ms", (System.nanoTime() - start) / 1_000_000);
				published.add(NodeStream.publish(port));
				assertThat(again.awaitIds(21)).isEqualTo(published.subList(1, 22));
			}
			try (NodeStream back = NodeStream.open(port, published.get(0))) {
				assertThat(back.awaitIds(21)).isEqualTo(published.subList(1, 22));
				assertThat(back.process()).isNotEqualTo(stream.process());
			}
		}
	}

	/**
	 * In a copy of the project: the build would take the classes of this test's own
	 * process from under it.
	 */
	private Process run(Path output) throws IOException {
		Path project = this.folder.resolve("project");
		copy(Path.of("..").toAbsolutePath().normalize(), project);
		// Which may be ignored here, if the build runs in the background
		ProcessBuilder builder = new ProcessBuilder("env", "--default-signal=INT", "bash",
				project.resolve("sample-app/two-nodes.sh").toString());
		builder.environment().put("PORT", Integer.toString(RedisServer.freePort()));
		builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
		builder.environment().put("TMPDIR", Files.createDirectory(this.folder.resolve("tmp")).toString());
		return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
	}

	private static void copy(Path from, Path to) throws IOException {
		Set<String> leftOut = Set.of("target", ".git", "it-repository", "test", "it", "docs");
		Files.walkFileTree(from, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
				boolean isSource = folder.toString().contains("/java/");
				if (!isSource && leftOut.contains(folder.getFileName().toString())) {
					return FileVisitResult.SKIP_SUBTREE;
				}
				Files.createDirectories(to.resolve(from.relativize(folder)));
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
				return FileVisitResult.CONTINUE;
			}

		});
	}

	private List<Path> temporaryFiles() throws IOException {
		try (Stream<Path> files = Files.list(this.folder.resolve("tmp"))) {
			return files.filter((file) -> file.getFileName().toString().startsWith("tmp.")).toList();
		}
	}

	private static void signal(String signal, long process) throws Exception {
		assertThat(new ProcessBuilder("kill", signal, Long.toString(process)).start().waitFor()).isZero();
	}

	private static String read(Path file) throws IOException {
		return Files.readString(file);
	}

}
