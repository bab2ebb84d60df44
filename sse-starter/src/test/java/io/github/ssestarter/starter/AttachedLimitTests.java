package io.github.ssestarter.starter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import io.github.ssestarter.SseClientIds;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Handlers that think for long: they are kept alive, and do not take all threads.
 */
@ExtendWith(OutputCaptureExtension.class)
class AttachedLimitTests {

	private static final int HANDLERS = 10;

	private static final int CROWD = 500;

	private static final Duration SOON = Duration.ofSeconds(10);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@ParameterizedTest
	@EnumSource
	void handlersThatThinkAreKeptAliveAndLeaveThreadsToOthers(Container container) {
		try (TestApplication application = start(container, "sse.heartbeat.interval=200ms")) {
			List<SseTestClient> thinking = SseTestClient.connectAll(HANDLERS, (i) -> application.to("/think"));
			for (SseTestClient client : thinking) {
				client.awaitOpen();
				assertThat(client.expectComment()).isEmpty();
				assertThat(client.expectComment()).isEmpty();
			}
			assertThat(application.to("/other").header("Accept", "*/*").connect().body()).isEqualTo("other");
			application.bean(Thinker.class).done.countDown();
			for (SseTestClient client : thinking) {
				client.expect("thought", "42");
				client.expectEnd();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void overTheLimitABrowserIsToldToComeBackAndOthersGet503(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-attached=2", "sse.limits.busy-retry=3s")) {
			List<SseTestClient> thinking = SseTestClient.connectAll(2, (i) -> application.to("/think"));
			SseTestClient browser = application.to("/think").header("Cache-Control", "no-cache").connect();
			assertThat(browser.status()).isEqualTo(200);
			browser.expect("sse-busy", "{}");
			browser.expectEnd();
			assertThat(browser.retry()).get()
				.matches((retry) -> retry.compareTo(Duration.ofSeconds(3)) >= 0
						&& retry.compareTo(Duration.ofSeconds(6)) <= 0);
			SseTestClient other = application.connect("/think");
			assertThat(other.status()).isEqualTo(503);
			assertThat(Integer.parseInt(other.header("Retry-After"))).isBetween(3, 6);
			application.bean(Thinker.class).done.countDown();
			thinking.forEach((client) -> client.expect("thought", "42"));
			await().atMost(5, TimeUnit.SECONDS).until(() -> application.connect("/think").status() == 200);
		}
	}

	@ParameterizedTest
	@EnumSource
	void theEleventhThatSendsIsRefusedBeforeItsFirstByteAndThoseThatOnlyJoinAreNot(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-attached=10")) {
			List<SseTestClient> thinking = SseTestClient.connectAll(HANDLERS, (i) -> application.to("/think"));
			List<CompletableFuture<SseTestClient>> joining = Stream
				.generate(() -> CompletableFuture.supplyAsync(() -> application.connect("/join"), this.threads))
				.limit(2 * HANDLERS)
				.toList();
			Thinker thinker = application.bean(Thinker.class);
			await().atMost(SOON).until(() -> thinker.joining.get() == 2 * HANDLERS);
			SseTestClient eleventh = application.connect("/think");
			assertRefused(eleventh);
			assertThat(eleventh.headers()).doesNotContainKeys("Sse-Client-Id", "Content-Type");
			thinker.joinDone.countDown();
			for (CompletableFuture<SseTestClient> one : joining) {
				SseTestClient client = one.orTimeout(10, TimeUnit.SECONDS).join();
				assertThat(client.status()).isEqualTo(200);
				client.awaitOpen();
				client.close();
			}
			thinker.done.countDown();
			thinking.forEach((client) -> client.expect("thought", "42"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoIsRefusedIsToldSoWhateverTheMethodMakesOfIt(Container container, CapturedOutput output) {
		try (TestApplication application = start(container, "sse.limits.max-attached=1", "sse.limits.max-streams=2",
				"sse.client-id.on-duplicate=reject")) {
			Thinker thinker = application.bean(Thinker.class);
			SseTestClient thinking = application.connect("/think");
			thinking.awaitOpen();
			String id = application.bean(SseClientIds.class).create();
			for (String path : List.of("/think", "/swallow", "/wrap", "/insist", "/forward")) {
				// Whoever is answered has left: else there would be no room for the next
				SseTestClient browser = application.to(path)
					.header("Cache-Control", "no-cache")
					.header("Sse-Client-Id", id)
					.connect();
				assertThat(browser.status()).as(path).isEqualTo(200);
				browser.expect("sse-busy", "{}");
				browser.expectEnd();
				assertThat(browser.raw()).as(path).doesNotContain("retry: 2000");
				assertRefused(application.to(path).header("Sse-Client-Id", id).connect());
			}
			await().untilAsserted(() -> assertThat(thinker.ends).hasSize(10).containsOnly(SseCloseReason.FAILED));
			assertThat(application.bean(StreamEvents.class).opened(id)).isEmpty();
			assertThat(output.toString().lines().filter((line) -> line.contains("sse.limits.max-attached")))
				.singleElement()
				.asString()
				.contains("WARN");
			assertThat(output).doesNotContain(" ERROR ", "took an SseStream and returned");
			thinker.done.countDown();
			thinking.expectEnd();
			application.connect("/swallow").expect("thought", "42");
		}
	}

	@ParameterizedTest
	@EnumSource
	void theFailureOfAMethodThatWasRefusedIsAnsweredByTheApplication(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-attached=1")) {
			application.connect("/think").awaitOpen();
			SseTestClient failed = application.connect("/fail");
			assertThat(failed.status()).isEqualTo(418);
			assertThat(failed.header("Retry-After")).isNull();
			application.bean(Thinker.class).done.countDown();
		}
	}

	/**
	 * The request of another thread is not the stream's: it must not seem to have
	 * succeeded.
	 */
	@ParameterizedTest
	@EnumSource
	void whoSendsToAnothersStreamIsToldOfTheEndAndNotRefusedItself(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-attached=1")) {
			Thinker thinker = application.bean(Thinker.class);
			application.connect("/think").awaitOpen();
			CompletableFuture<SseTestClient> waiting = CompletableFuture.supplyAsync(() -> application.connect("/wait"),
					this.threads);
			await().atMost(SOON).until(() -> thinker.waiting != null);
			SseTestClient other = application.to("/send")
				.header("Cache-Control", "no-cache")
				.header("Accept", "*/*")
				.connect();
			assertThat(other.status()).isEqualTo(500);
			thinker.joinDone.countDown();
			assertRefused(waiting.orTimeout(10, TimeUnit.SECONDS).join());
			thinker.done.countDown();
		}
	}

	@ParameterizedTest
	@EnumSource
	void fiveHundredThatComeAtOnceToAColdNodeAreAllLetIn(Container container) throws IOException {
		List<Socket> clients = new ArrayList<>();
		try (TestApplication application = start(container)) {
			for (int i = 0; i < CROWD; i++) {
				Socket client = new Socket(InetAddress.getLoopbackAddress(), application.port());
				client.setSoTimeout(30_000);
				clients.add(client);
			}
			for (Socket client : clients) {
				client.getOutputStream()
					.write("GET /joined HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			}
			Map<String, Integer> answers = new HashMap<>();
			for (Socket client : clients) {
				byte[] status = client.getInputStream().readNBytes("HTTP/1.1 200".length());
				answers.merge(new String(status, StandardCharsets.US_ASCII), 1, Integer::sum);
			}
			assertThat(answers).containsOnly(Map.entry("HTTP/1.1 200", CROWD));
			await().atMost(SOON).until(() -> application.broadcaster().connectedCount() == CROWD);
		}
		finally {
			for (Socket client : clients) {
				client.close();
			}
		}
	}

	private static void assertRefused(SseTestClient client) {
		assertThat(client.status()).isEqualTo(503);
		assertThat(client.header("Retry-After")).containsOnlyDigits();
		assertThat(client.header("Connection")).isEqualTo("close");
		client.expectEnd();
		assertThat(client.body()).isEmpty();
	}

	private static TestApplication start(Container container, String... properties) {
		return TestApplication.start(container, List.of(Thinker.class, StreamEvents.class), properties);
	}

	@RestController
	static class Thinker {

		private final CountDownLatch done = new CountDownLatch(1);

		private final CountDownLatch joinDone = new CountDownLatch(1);

		private final AtomicInteger joining = new AtomicInteger();

		private final List<SseCloseReason> ends = new CopyOnWriteArrayList<>();

		private volatile @Nullable SseStream waiting;

		@GetMapping("/think")
		void think(SseStream stream) throws InterruptedException {
			stream.onClose(this.ends::add);
			stream.open();
			if (this.done.await(60, TimeUnit.SECONDS)) {
				stream.send("thought", 42);
			}
		}

		/**
		 * As a client of a model does with what its callbacks throw.
		 */
		@GetMapping("/swallow")
		void swallow(SseStream stream) {
			stream.onClose(this.ends::add);
			try {
				stream.send("thought", 42);
			}
			catch (SseClosedException ex) {
				assertThat(stream.isOpen()).isFalse();
			}
		}

		@GetMapping("/wrap")
		void wrap(SseStream stream) {
			stream.onClose(this.ends::add);
			try {
				stream.send("thought", 42);
			}
			catch (SseClosedException ex) {
				throw new IllegalStateException("The model failed", ex);
			}
		}

		@GetMapping("/insist")
		void insist(SseStream stream) {
			stream.onClose(this.ends::add);
			assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> stream.send("thought", 1));
			assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> stream.join("topic"));
			stream.send("thought", 2);
		}

		@GetMapping("/forward")
		void forward(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
			request.getRequestDispatcher("/swallow").forward(request, response);
		}

		@GetMapping("/fail")
		void fail(SseStream stream) {
			assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> stream.send("thought", 1));
			throw new ResponseStatusException(HttpStatus.I_AM_A_TEAPOT);
		}

		@GetMapping("/wait")
		void waitForOthers(SseStream stream) throws InterruptedException {
			this.waiting = stream;
			assertThat(this.joinDone.await(60, TimeUnit.SECONDS)).isTrue();
		}

		@GetMapping("/send")
		void send() {
			Objects.requireNonNull(this.waiting).send("thought", 42);
		}

		@GetMapping("/join")
		void join(SseStream stream) throws InterruptedException {
			stream.join("topic");
			this.joining.incrementAndGet();
			assertThat(this.joinDone.await(60, TimeUnit.SECONDS)).isTrue();
		}

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

		@GetMapping("/other")
		String other() {
			return "other";
		}

	}

}
