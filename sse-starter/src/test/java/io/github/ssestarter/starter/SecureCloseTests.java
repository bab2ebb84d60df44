package io.github.ssestarter.starter;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RawStream;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.starter.testsupport.TestCertificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Streams over TLS that have taken their sockets and end, however they end, while writes
 * to them are half done: what their clients have read is whole events, up to where they
 * were cut at most.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecureCloseTests {

	private static final int ROUNDS = 2;

	private static final int STREAMS = 20;

	/** Together more than a client that does not read, and its socket, can hold. */
	private static final int EVENTS = 60;

	private static final Pattern EVENT = Pattern.compile("event: large\ndata: (\\d+):(x*)\nid: [\\w.-]+");

	private static final Duration SOON = Duration.ofSeconds(20);

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			List.of(Live.class, StreamEvents.class),
			Stream.concat(
					Stream.of("sse.transport=auto", "sse.heartbeat.interval=200ms", "sse.stream.send-buffer=32KB",
							"sse.stream.write-timeout=1500ms", "sse.shutdown.timeout=3s", "sse.history.max-size=64MB"),
					Stream.of(TestCertificate.properties()))
				.toArray(String[]::new)));

	@ParameterizedTest
	@EnumSource
	void whatWasReadIsWholeUpToTheCut(Container container, CapturedOutput output) throws Exception {
		TestApplication application = applications.on(container);
		int before = SocketStreamTests.connections(application);
		Random random = new Random(1);
		ExecutorService threads = Executors.newCachedThreadPool();
		try {
			for (int round = 0; round < ROUNDS; round++) {
				List<RawStream> streams = new ArrayList<>();
				for (int i = 0; i < STREAMS; i++) {
					streams.add(RawStream.open(application.port(), 4096, true, "GET /joined?own=" + i + " HTTP/1.1"));
				}
				streams.forEach((stream) -> SocketStreamTests.awaitTransport(application, stream,
						SseConnection.Transport.SOCKET));
				for (int i = 0; i < EVENTS; i++) {
					application.broadcaster().send(SseAudience.topic("topic"), "large", text(i));
				}
				List<Future<?>> ends = new ArrayList<>();
				for (int i = 0; i < STREAMS; i++) {
					RawStream stream = streams.get(i);
					Ending ending = Ending.values()[i % Ending.values().length];
					int own = i;
					int progress = random.nextInt(EVENTS / 2);
					ends.add(threads.submit(() -> end(application, stream, own, ending, progress)));
				}
				for (Future<?> end : ends) {
					end.get(60, TimeUnit.SECONDS);
				}
				await().atMost(SOON).until(() -> application.broadcaster().connectedCount() == 0);
			}
			await().atMost(SOON).until(() -> SocketStreamTests.connections(application) <= before);
			assertThat(output).doesNotContain(" WARN ", " ERROR ", "\tat ");
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static void end(TestApplication application, RawStream stream, int own, Ending ending, int progress) {
		StreamEvents events = application.bean(StreamEvents.class);
		try (stream) {
			if (ending != Ending.NEVER_READ) {
				stream.readTo("data: " + text(progress) + '\n');
			}
			switch (ending) {
				case COMPLETED -> {
					application.bean(Live.class).streams.get(own).complete();
					assertThat(stream.readToEnd()).isEqualTo(RawStream.End.IN_ORDER);
					assertThat(wholeEvents(stream)).isEqualTo(EVENTS);
				}
				case CLOSED -> {
					application.broadcaster().close(SseAudience.topic("own/" + own));
					assertThat(stream.readToEnd()).isEqualTo(RawStream.End.IN_ORDER);
					assertThat(stream.body()).endsWith("\n\n");
				}
				case CLOSED_IN_VAIN -> {
					application.broadcaster().close(SseAudience.topic("own/" + own));
					awaitClosed(events, stream, SseCloseReason.CLOSED);
					stream.readToEnd();
				}
				case NEVER_READ -> {
					awaitClosed(events, stream, SseCloseReason.WRITE_TIMEOUT);
					assertThat(stream.readToEnd()).isEqualTo(RawStream.End.CUT);
				}
				case FLOODED -> {
					try {
						stream.send("x".repeat(100_000));
					}
					catch (UncheckedIOException ex) {
						// The server has had enough of it
					}
					stream.readToEnd();
				}
				case RESET -> stream.reset();
			}
			wholeEvents(stream);
		}
	}

	private static void awaitClosed(StreamEvents events, RawStream stream, SseCloseReason reason) {
		await().atMost(SOON).until(() -> events.closed(stream.clientId()).equals(List.of(reason)));
	}

	private static String text(int number) {
		return number + ":" + "x".repeat(20_000 + 97 * number);
	}

	/**
	 * Checks that there are events in their order, and then one that is cut at most.
	 * @return how many
	 */
	private static int wholeEvents(RawStream stream) {
		// A heartbeat is a line of the next block
		String[] blocks = stream.body().replaceAll("(?<=\n): \n", "").split("\n\n", -1);
		int count = 0;
		for (int i = 0; i < blocks.length - 1; i++) {
			if (isOfOurs(blocks[i])) {
				Matcher matcher = EVENT.matcher(blocks[i]);
				assertThat(matcher.matches()).as(blocks[i]).isTrue();
				assertThat(matcher.group(1) + ':' + matcher.group(2)).isEqualTo(text(count));
				count++;
			}
		}
		String rest = blocks[blocks.length - 1];
		String next = "event: large\ndata: " + text(count);
		if (isOfOurs(rest)) {
			assertThat(rest).startsWith(next.substring(0, Math.min(rest.length(), next.length())));
		}
		return count;
	}

	/**
	 * Not what the starter tells of the stream.
	 */
	private static boolean isOfOurs(String block) {
		return !block.startsWith(":") && !block.startsWith("id:") && !block.startsWith("retry:");
	}

	private enum Ending {

		/** After all that was published, which the client reads. */
		COMPLETED,

		/** After the event that is being written. */
		CLOSED,

		/** The same, but the client does not read. */
		CLOSED_IN_VAIN,

		/** The client takes nothing. */
		NEVER_READ,

		/** The client sends what it must not. */
		FLOODED,

		/** The client has gone. */
		RESET

	}

	@RestController
	static class Live {

		private final Map<Integer, SseStream> streams = new ConcurrentHashMap<>();

		@GetMapping("/joined")
		void joined(SseStream stream, @RequestParam int own) {
			this.streams.put(own, stream.join("topic", "own/" + own));
		}

	}

}
