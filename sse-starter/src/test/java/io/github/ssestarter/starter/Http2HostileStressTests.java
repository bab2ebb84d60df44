package io.github.ssestarter.starter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * HTTP/2 clients that grant the largest windows and then do not read, or only just enough
 * to hold a thread that writes to them: nobody else waits for them.
 */
@Tag("stress")
class Http2HostileStressTests {

	private static final int HOSTILE = 10;

	private static final int HOSTILE_STREAMS = 10;

	private static final int CLIENTS = Stress.count(200, 40);

	private static final int CONNECTIONS = 5;

	private static final int CONNECTION_STREAMS = CLIENTS / CONNECTIONS;

	/** With them the buffers of a hostile connection are full in some seconds. */
	private static final String PADDING = "x".repeat(4000);

	private static final int SECONDS = Stress.count(40, 8);

	private static final int WARM_UP = 6;

	/** Through which an event goes, each of which the machine may keep waiting. */
	private static final int THREADS = 3;

	/** How long others may wait, in milliseconds, besides what the machine adds. */
	private static final int BOUND = 200;

	@ParameterizedTest
	@EnumSource
	void nobodyElseWaits(Container container) throws Exception {
		ScheduledExecutorService executor = Executors.newScheduledThreadPool(HOSTILE + 1);
		List<RawHttp2Client> http2 = new ArrayList<>();
		try (TestApplication application = start(container);
				EventClients clients = new EventClients();
				Delays.Hiccups hiccups = new Delays.Hiccups()) {
			Delays http1Delays = new Delays();
			Delays http2Delays = new Delays();
			for (int i = 0; i < CLIENTS; i++) {
				clients.connect(new EventClient.Request(application.port(), "/feed", "", 0), http1Delays);
			}
			for (int i = 0; i < CONNECTIONS; i++) {
				http2.add(healthy(application.port(), http2Delays));
			}
			for (int i = 0; i < 2 * HOSTILE; i++) {
				RawHttp2Client hostile = new RawHttp2Client(application.port(), 4096);
				http2.add(hostile);
				for (int j = 0; j < HOSTILE_STREAMS; j++) {
					hostile.readUntil(hostile.get("/feed"), "open");
				}
				if (i < HOSTILE) {
					executor.scheduleAtFixedRate(() -> skip(hostile), 4900, 4900, TimeUnit.MILLISECONDS);
				}
			}
			await().atMost(30, TimeUnit.SECONDS)
				.until(() -> application.broadcaster().connectedCount() == CLIENTS + CONNECTIONS * CONNECTION_STREAMS
						+ 2 * HOSTILE * HOSTILE_STREAMS);
			http1Delays.measure(true);
			http2Delays.measure(true);
			executor.scheduleAtFixedRate(
					() -> application.broadcaster()
						.send(SseAudience.topic("feed"), SseEvent.of("n", Delays.data(PADDING))),
					0, 50, TimeUnit.MILLISECONDS);
			// Until the hostile ones are stuck
			awaitDeliveries(WARM_UP, http1Delays, http2Delays);
			http1Delays.reset();
			http2Delays.reset();
			hiccups.reset();
			awaitDeliveries(SECONDS, http1Delays, http2Delays);
			clients.check();
			report(container, "HTTP/1.1", http1Delays, hiccups);
			report(container, "h2c", http2Delays, hiccups);
			assertThat(http1Delays.failure()).isNull();
			assertThat(http2Delays.failure()).isNull();
			assertThat(http1Delays.percentile(100)).isLessThan(BOUND + THREADS * hiccups.longest());
			assertThat(http2Delays.percentile(100)).isLessThan(BOUND + THREADS * hiccups.longest());
		}
		finally {
			executor.shutdownNow();
			for (RawHttp2Client client : http2) {
				client.close();
			}
		}
	}

	private static void awaitDeliveries(int seconds, Delays http1Delays, Delays http2Delays) {
		await().atMost(seconds + 60, TimeUnit.SECONDS).until(() -> {
			assertThat(http1Delays.failure()).isNull();
			assertThat(http2Delays.failure()).isNull();
			return http1Delays.count() >= 20L * seconds * CLIENTS
					&& http2Delays.count() >= 20L * seconds * CONNECTIONS * CONNECTION_STREAMS;
		});
	}

	private static void report(Container container, String protocol, Delays delays, Delays.Hiccups hiccups) {
		Stress.report(
				"Beside hostile HTTP/2 clients, %s, %s: %d deliveries, median %.1f ms, p99 %.1f ms, p99.9 %.1f ms,"
						+ " longest %.1f ms; the machine itself: %.1f ms",
				container, protocol, delays.count(), delays.percentile(50), delays.percentile(99),
				delays.percentile(99.9), delays.percentile(100), hiccups.longest());
	}

	private static RawHttp2Client healthy(int port, Delays delays) throws IOException {
		RawHttp2Client client = new RawHttp2Client(port, 256 * 1024);
		for (int i = 0; i < CONNECTION_STREAMS; i++) {
			client.get("/feed", delays::block);
		}
		Thread reader = new Thread(() -> {
			try {
				while (true) {
					client.readFrame();
				}
			}
			catch (IOException ex) {
				delays.failed(ex.toString());
			}
		}, "stress-http2-reader");
		reader.setDaemon(true);
		reader.start();
		return client;
	}

	private static void skip(RawHttp2Client client) {
		try {
			client.skip(8 * 1024);
		}
		catch (IOException ex) {
			// The server has had enough of it, or the test has ended
		}
	}

	private static TestApplication start(Container container) {
		return TestApplication.start(container, Feed.class, "server.http2.enabled=true");
	}

	@RestController
	static class Feed {

		@GetMapping("/feed")
		void feed(SseStream stream) {
			stream.join("feed");
		}

	}

}
