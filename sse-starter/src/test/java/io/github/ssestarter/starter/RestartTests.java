package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Restarts;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is started again and again in one JVM, each time by a class loader
 * of its own, as the devtools do it: what was before has to be garbage.
 */
class RestartTests {

	@TempDir
	Path directory;

	/**
	 * With the starter below the class loader that is thrown away, as the devtools have
	 * what is in a jar, and within it. Each in a JVM of its own that keeps nothing softly
	 * reachable, both at the same time.
	 */
	@ParameterizedTest
	@EnumSource
	void whatWasBeforeARestartIsGarbage(Container container) throws Exception {
		Map<Path, Process> processes = new LinkedHashMap<>();
		try {
			for (String restarted : List.of("io.github.ssestarter.starter.", "io.github.ssestarter.")) {
				Path log = this.directory.resolve(restarted + "log");
				processes.put(log, start(container, restarted, log));
			}
			for (Map.Entry<Path, Process> one : processes.entrySet()) {
				assertThat(one.getValue().waitFor(2, TimeUnit.MINUTES)).isTrue();
				assertThat(one.getValue().exitValue()).as(Files.readString(one.getKey())).isZero();
			}
		}
		finally {
			processes.values().forEach(Process::destroyForcibly);
		}
	}

	private static Process start(Container container, String restarted, Path log) throws IOException {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
				"-XX:SoftRefLRUPolicyMSPerMB=0", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath(),
				Restarts.class.getName(), container.name(), restarted)
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
	}

	private static String classPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
	}

}
