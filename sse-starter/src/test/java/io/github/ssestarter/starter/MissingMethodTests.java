package io.github.ssestarter.starter;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.ApplicationProcess;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A version of a container that lacks a method by which sockets are taken: streams go
 * through the servlet API, and that is told once.
 */
class MissingMethodTests {

	@TempDir
	private Path classes;

	@ParameterizedTest
	@CsvSource({ "TOMCAT,org/apache/coyote/UpgradeToken,<init>", "JETTY,org/eclipse/jetty/io/FillInterest,onFail" })
	void streamsGoThroughTheServletApi(Container container, String type, String method) throws IOException {
		writeWithout(type, method);
		int port = ApplicationProcess.freePort();
		try (ApplicationProcess application = ApplicationProcess.start(this.classes, container, Live.class, port,
				"logging.level.io.github.ssestarter=INFO", "sse.transport=auto")) {
			for (int i = 0; i < 2; i++) {
				try (SseTestClient client = SseTestClient.to(port, "/live").connect();
						SseTestClient publisher = SseTestClient.to(port, "/publish").connect()) {
					client.expect("tick", "1");
					assertThat(publisher.status()).isEqualTo(200);
				}
			}
			assertThat(application.output().lines().filter((line) -> line.contains("instead of their sockets")))
				.singleElement()
				.asString()
				.contains("INFO", "lacks something", method);
			assertThat(application.output()).doesNotContain(" ERROR ", "\tat ");
		}
	}

	/**
	 * Writes a class of the container's as it is, but for one method.
	 */
	private void writeWithout(String type, String method) throws IOException {
		ClassWriter writer = new ClassWriter(0);
		try (InputStream original = getClass().getClassLoader().getResourceAsStream(type + ".class")) {
			new ClassReader(original).accept(new ClassVisitor(SpringAsmInfo.ASM_VERSION, writer) {

				@Override
				public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
						@Nullable String signature, String @Nullable [] exceptions) {
					return (name.equals(method)) ? null
							: super.visitMethod(access, name, descriptor, signature, exceptions);
				}

			}, 0);
		}
		Path file = this.classes.resolve(type + ".class");
		Files.createDirectories(file.getParent());
		Files.write(file, writer.toByteArray());
	}

	@RestController
	static class Live {

		private final SseBroadcaster broadcaster;

		Live(SseBroadcaster broadcaster) {
			this.broadcaster = broadcaster;
		}

		@GetMapping("/live")
		void live(SseStream stream) {
			stream.join("live");
		}

		@GetMapping("/publish")
		void publish() {
			this.broadcaster.send(SseAudience.topic("live"), "tick", 1);
		}

	}

}
