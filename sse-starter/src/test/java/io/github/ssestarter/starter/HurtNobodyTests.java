package io.github.ssestarter.starter;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.task.TaskExecutor;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseClientIds;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Block;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.EventClient;
import io.github.ssestarter.starter.testsupport.EventClients;
import io.github.ssestarter.starter.testsupport.HealthyClient;
import io.github.ssestarter.starter.testsupport.RawHttp2Client;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that could hurt others, each beside a healthy one, whose events come as they do
 * without them.
 */
@Tag("stress")
@ExtendWith(OutputCaptureExtension.class)
class HurtNobodyTests {

	/** How much later 95 of 100 events may come, in milliseconds. */
	private static final double UNFELT = 2;

	private static final int PATTERNS = Stress.count(1726, 1726);

	private static final int TOPICS = 10_000;

	private static final int RETURNS_PER_SECOND = 100;

	@ParameterizedTest
	@EnumSource
	void whoComesBackWithAPatternBesideManyPatterns(Container container) throws Exception {
		AtomicInteger returned = new AtomicInteger();
		try (TestApplication application = start(container, "sse.history.max-events=" + TOPICS);
				EventClients crowd = new EventClients();
				EventClients returning = new EventClients()) {
			for (int i = 0; i < PATTERNS; i++) {
				crowd.connect(new EventClient.Request(application.port(), "/pattern?first=users&own=" + i, "", 0),
						new Deaf());
			}
			await().atMost(60, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == PATTERNS);
			for (int i = 0; i < TOPICS; i++) {
				application.broadcaster().send(SseAudience.topic("users/" + i % 100 + "/" + i), SseEvent.of("n", i));
			}
			try (HealthyClient healthy = new HealthyClient(application)) {
				HealthyClient.Comparison comparison = healthy
					.beside("Patterns", container,
							() -> repeat(RETURNS_PER_SECOND,
									() -> returning.connect(new EventClient.Request(application.port(),
											"/pattern?first=*&own=back-" + returned.get() % 50, "1-1.aaaaaa", 0),
											new Returning(returned))));
				crowd.check();
				returning.check();
				Stress.report("Patterns, %s: %d returns", container, returned.get());
				assertThat(returned).hasPositiveValue();
				comparison.assertUnhurt(UNFELT);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoIsRefusedOverAndOver(Container container) throws Exception {
		Queue<Integer> newcomers = new ConcurrentLinkedQueue<>();
		AtomicInteger asked = new AtomicInteger();
		try (TestApplication application = start(container, "sse.limits.max-streams-per-address=1",
				"sse.limits.max-connects-per-second=20", "server.forward-headers-strategy=native");
				SseTestClient first = from(application, "192.0.2.1")) {
			first.awaitOpen();
			try (HealthyClient healthy = new HealthyClient(application)) {
				healthy.beside("Refused requests", container, () -> repeat(60, () -> {
					int number = asked.incrementAndGet();
					boolean isNewcomer = number % 12 == 0;
					try (SseTestClient client = from(application,
							(isNewcomer) ? "198.51.100." + number / 12 % 250 : "192.0.2.1")) {
						if (isNewcomer) {
							newcomers.add(client.status());
						}
						else {
							assertThat(client.status()).isEqualTo(429);
						}
					}
				})).assertUnhurt(UNFELT);
			}
			assertThat(newcomers).isNotEmpty().containsOnly(200);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoAsksForWhatIsNoTopic(Container container, CapturedOutput output) throws Exception {
		List<String> bad = List.of("/join?t=*", "/join?t=" + "x".repeat(5_000),
				"/join?" + String.join("&", IntStream.range(0, 101).mapToObj((i) -> "t=" + i).toList()));
		AtomicInteger asked = new AtomicInteger();
		try (TestApplication application = start(container, "management.endpoints.web.exposure.include=sse",
				"server.max-http-request-header-size=16KB"); HealthyClient healthy = new HealthyClient(application)) {
			long heap = Stress.heap();
			healthy.beside("Topics that are none", container, () -> repeat(200, () -> {
				int number = asked.incrementAndGet();
				boolean isBad = number % 2 == 0;
				String path = (isBad) ? bad.get(number / 2 % bad.size())
						: "/actuator/sse/streams?topic=" + number + "x".repeat(6_000);
				try (SseTestClient client = application.to(path).header("Accept", "*/*").connect()) {
					assertThat(client.status()).isEqualTo((isBad) ? 400 : 200);
				}
			})).assertUnhurt(UNFELT);
			assertThat(Stress.heap() - heap).isLessThan(8_000_000);
			assertThat(output).doesNotContain("\tat ");
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoReplacesItsOwnStreamsAndReadsNone(Container container) throws Exception {
		int most = 10;
		int perSecond = 25;
		try (TestApplication application = start(container, "sse.limits.max-streams=" + most,
				"sse.stream.send-buffer=8KB"); HealthyClient healthy = new HealthyClient(application)) {
			String id = application.bean(SseClientIds.class).create();
			AtomicInteger connections = new AtomicInteger();
			healthy.beside("Replaced streams", container, () -> {
				Queue<Socket> opened = new ConcurrentLinkedQueue<>();
				AutoCloseable opening = repeat(perSecond, () -> {
					opened.add(ask(application, "/join?t=padded", id));
					application.broadcaster().send(SseAudience.topic("padded"), SseEvent.of("n", "x".repeat(20_000)));
					connections.accumulateAndGet(connections(application.port()), Math::max);
				});
				return () -> {
					opening.close();
					for (Socket socket : opened) {
						socket.close();
					}
				};
			}).assertUnhurt(UNFELT);
			Stress.report("Replaced streams, %s: %d connections at most", container, connections.get());
			// And those of two seconds that are told their end, or are being refused
			assertThat(connections).hasValueLessThanOrEqualTo(most + 2 * perSecond);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoGrantsEightBytesToMethodsThatThink(Container container) throws Exception {
		try (TestApplication application = start(container, "server.http2.enabled=true",
				"sse.heartbeat.interval=200ms");
				SseTestClient attached = application.connect("/think");
				HealthyClient healthy = new HealthyClient(application)) {
			attached.awaitOpen();
			healthy.beside("Eight bytes of window", container, () -> {
				RawHttp2Client stuck = RawHttp2Client.withWindow(application.port(), 8);
				for (int i = 0; i < 20; i++) {
					stuck.readUntil(stuck.get("/think"), "retry");
				}
				int before = attached.comments().size();
				return () -> {
					// In four seconds
					assertThat(attached.comments().size() - before).isGreaterThan(10);
					stuck.close();
				};
			}).assertUnhurt(UNFELT);
			application.bean(Methods.class).done.countDown();
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoReplacesMethodsThatReadASharedFile(Container container, @TempDir Path folder) throws Exception {
		try (FileChannel file = FileChannel.open(Files.writeString(folder.resolve("shared"), "x"));
				TestApplication application = start(container, "sse.shutdown.timeout=300ms");
				HealthyClient healthy = new HealthyClient(application)) {
			application.bean(Methods.class).file = file;
			String id = application.bean(SseClientIds.class).create();
			healthy.beside("Replaced methods", container, () -> {
				Queue<Socket> opened = new ConcurrentLinkedQueue<>();
				AutoCloseable opening = repeat(5, () -> opened.add(ask(application, "/read", id)));
				return () -> {
					opening.close();
					for (Socket socket : opened) {
						socket.close();
					}
				};
			}).assertUnhurt(UNFELT);
			assertThat(file.isOpen()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoKeepsTheExecutorOfTheApplicationBusy(Container container) throws Exception {
		try (TestApplication application = start(container); HealthyClient healthy = new HealthyClient(application)) {
			AtomicInteger closed = application.bean(Methods.class).closed;
			healthy.beside("Endless producers", container, () -> {
				int before = closed.get();
				List<SseTestClient> clients = SseTestClient.connectAll(8, (i) -> application.to("/produce"));
				clients.forEach(SseTestClient::awaitOpen);
				clients.forEach(SseTestClient::cut);
				return () -> await().atMost(2, TimeUnit.SECONDS).until(() -> closed.get() == before + 8);
			}).assertUnhurt(UNFELT);
		}
	}

	/**
	 * Asks for a stream, and reads nothing.
	 */
	private static Socket ask(TestApplication application, String path, String clientId) throws IOException {
		Socket socket = new Socket();
		socket.setReceiveBufferSize(4096);
		socket.connect(new InetSocketAddress("localhost", application.port()));
		socket.getOutputStream()
			.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nSse-Client-Id: "
					+ clientId + "\r\n\r\n")
				.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	/**
	 * How many connections a port has, as Linux tells it; 0 if it does not.
	 */
	private static int connections(int port) throws IOException {
		String local = ":%04X".formatted(port);
		int count = 0;
		for (Path table : List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"))) {
			if (Files.isReadable(table)) {
				count += (int) Files.readAllLines(table)
					.stream()
					.map((line) -> line.strip().split(" +"))
					.filter((fields) -> fields[1].endsWith(local) && fields[3].equals("01"))
					.count();
			}
		}
		return count;
	}

	/**
	 * Does something over and over, until it is closed. What fails in it fails then.
	 */
	private static AutoCloseable repeat(int perSecond, Action action) {
		ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		executor.scheduleAtFixedRate(() -> {
			try {
				action.run();
			}
			catch (Exception | AssertionError ex) {
				failure.compareAndSet(null, ex);
			}
		}, 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
		return () -> {
			executor.shutdown();
			assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
			assertThat(failure.get()).isNull();
		};
	}

	private static SseTestClient from(TestApplication application, String address) {
		return application.to("/join?t=feed").header("X-Forwarded-For", address).connect();
	}

	private static TestApplication start(Container container, String... properties) {
		return TestApplication.start(container, List.of(HealthyClient.Live.class, Feed.class, Methods.class),
				properties);
	}

	private interface Action {

		void run() throws Exception;

	}

	/**
	 * Hears nothing of what comes.
	 */
	private static final class Deaf implements EventClient.Listener {

		@Override
		public void block(EventClient client, Block block) {
		}

	}

	/**
	 * Goes again once it knows that it has lost something.
	 */
	private static final class Returning implements EventClient.Listener {

		private final AtomicInteger returned;

		Returning(AtomicInteger returned) {
			this.returned = returned;
		}

		@Override
		public void block(EventClient client, Block block) {
			if ("sse-gap".equals(block.name())) {
				this.returned.incrementAndGet();
				client.cut();
			}
		}

	}

	@RestController
	static class Feed {

		@GetMapping("/join")
		void join(SseStream stream, @RequestParam List<String> t) {
			stream.join(t.toArray(String[]::new));
		}

		@GetMapping("/pattern")
		void pattern(SseStream stream, @RequestParam String first, @RequestParam String own) {
			stream.joinMatching(first + "/" + own + "/*");
		}

	}

	@RestController
	static class Methods {

		private final CountDownLatch done = new CountDownLatch(1);

		private final AtomicInteger closed = new AtomicInteger();

		private final TaskExecutor executor;

		private volatile @Nullable FileChannel file;

		Methods(@Qualifier("applicationTaskExecutor") TaskExecutor executor) {
			this.executor = executor;
		}

		@GetMapping("/think")
		void think(SseStream stream) throws InterruptedException {
			stream.open();
			this.done.await();
		}

		@GetMapping("/read")
		void read(SseStream stream) throws IOException {
			FileChannel file = Objects.requireNonNull(this.file);
			stream.open();
			while (stream.isOpen()) {
				file.read(ByteBuffer.allocate(1), 0);
				LockSupport.parkNanos(100_000);
			}
		}

		@GetMapping("/produce")
		void produce(SseStream stream) {
			stream.keepOpen();
			CountDownLatch end = new CountDownLatch(1);
			stream.onClose((reason) -> {
				this.closed.incrementAndGet();
				end.countDown();
			});
			this.executor.execute(() -> {
				try {
					end.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			});
		}

	}

}
