package io.github.ssestarter.starter;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
	 * what is in a jar, and within it. In a JVM of its own that keeps nothing softly
	 * reachable.
	 */
	@ParameterizedTest
	@CsvSource({ "TOMCAT,io.github.ssestarter.starter.", "JETTY,io.github.ssestarter.starter.",
			"TOMCAT,io.github.ssestarter.", "JETTY,io.github.ssestarter." })
	void whatWasBeforeARestartIsGarbage(Container container, String restarted) throws Exception {
		Path log = this.directory.resolve("log");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx256m", "-XX:SoftRefLRUPolicyMSPerMB=0", "-cp", classPath(), Restarts.class.getName(),
				container.name(), restarted)
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		try {
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
			assertThat(process.exitValue()).as(Files.readString(log)).isZero();
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static String classPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
	}

}
