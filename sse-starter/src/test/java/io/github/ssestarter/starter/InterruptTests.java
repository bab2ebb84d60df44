package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Methods that read a file which all share, as their streams end: whoever interrupts one
 * of them closes the file for all.
 */
class InterruptTests {

	private static final Duration TIMEOUT = Duration.ofMillis(300);

	private static FileChannel shared;

	@BeforeEach
	void openFile(@TempDir Path folder) throws IOException {
		Path file = Files.writeString(folder.resolve("shared"), "x");
		shared = FileChannel.open(file, StandardOpenOption.READ);
	}

	@AfterEach
	void closeFile() throws IOException {
		shared.close();
	}

	@ParameterizedTest
	@EnumSource
	void onlyAShutdownInterruptsAMethodThatDoesNotSeeTheEndOfItsStream(Container container) {
		try (TestApplication application = start(container)) {
			Reader reader = application.bean(Reader.class);
			SseTestClient replaced = application.connect("/read");
			replaced.awaitOpen();
			String id = Objects.requireNonNull(replaced.header("Sse-Client-Id"));
			SseTestClient ended = application.to("/read").header("Sse-Client-Id", id).connect();
			ended.awaitOpen();
			await().until(() -> reader.told.equals(List.of("REPLACED while it reads")));
			application.broadcaster().close(SseAudience.client(id));
			await().until(() -> reader.told.equals(List.of("REPLACED while it reads", "CLOSED while it reads")));
			assertSharedForLong();
			reader.isDone = true;
			replaced.skipTo("sse-end");
			replaced.expectEnd();
			ended.skipTo("sse-end");
			ended.expectEnd();
			reader.isDone = false;
			application.connect("/read").awaitOpen();
			application.bean(SseEngine.class).drain();
			assertThat(reader.told).hasSize(3).endsWith("SHUTDOWN while it reads");
			assertThat(shared.isOpen()).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource
	void whereItIsAskedForEachEndInterruptsAfterItHasBeenTold(Container container) {
		try (TestApplication application = start(container, "sse.stream.interrupt=always")) {
			Reader reader = application.bean(Reader.class);
			SseTestClient client = application.connect("/read");
			client.awaitOpen();
			application.broadcaster().close(SseAudience.client(Objects.requireNonNull(client.header("Sse-Client-Id"))));
			client.skipTo("sse-end");
			client.expectEnd();
			assertThat(reader.told).containsExactly("CLOSED while it reads");
			assertThat(shared.isOpen()).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource
	void whereItIsForbiddenNotEvenTheDrainInterrupts(Container container) {
		try (TestApplication application = start(container, "sse.stream.interrupt=never")) {
			Reader reader = application.bean(Reader.class);
			application.connect("/read").awaitOpen();
			application.bean(SseEngine.class).drain();
			assertThat(reader.told).containsExactly("SHUTDOWN while it reads");
			assertSharedForLong();
			reader.isDone = true;
		}
	}

	private static void assertSharedForLong() {
		await().during(TIMEOUT.multipliedBy(3)).atMost(TIMEOUT.multipliedBy(20)).until(shared::isOpen);
	}

	private static TestApplication start(Container container, String... properties) {
		String[] all = List.of(List.of(properties), List.of("sse.shutdown.timeout=" + TIMEOUT.toMillis() + "ms"))
			.stream()
			.flatMap(List::stream)
			.toArray(String[]::new);
		return TestApplication.start(container, Reader.class, all);
	}

	/**
	 * Reads on, whatever becomes of its stream.
	 */
	@RestController
	static class Reader {

		private final List<String> told = new CopyOnWriteArrayList<>();

		private volatile boolean isDone;

		@GetMapping("/read")
		void read(SseStream stream) throws IOException {
			ByteBuffer buffer = ByteBuffer.allocate(1);
			stream.onClose((reason) -> this.told
				.add(reason + ((shared.isOpen() && !stream.isOpen()) ? " while it reads" : " too late")));
			stream.open();
			try {
				while (!this.isDone) {
					shared.read(buffer.clear(), 0);
					LockSupport.parkNanos(100_000);
				}
			}
			catch (ClosedChannelException ex) {
				assertThat(stream.isOpen()).isFalse();
			}
		}

	}

}
