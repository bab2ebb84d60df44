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
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Delays;
import io.github.ssestarter.starter.testsupport.EventClient;
import io.github.ssestarter.starter.testsupport.EventClients;
import io.github.ssestarter.starter.testsupport.RawHttp2Client;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.starter.testsupport.TestCertificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * HTTP/2 clients that grant the largest windows and then do not read, or only just enough
 * to hold a thread that writes to them: nobody else waits for them, be it over TLS.
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
	private static final int THREADS = 2;

	/** How long others may wait, in milliseconds, besides what the machine adds. */
	private static final int BOUND = 200;

	@ParameterizedTest
	@EnumSource
	void nobodyElseWaits(Container container) throws Exception {
		nobodyElseWaits(container, false);
	}

	@ParameterizedTest
	@EnumSource
	void nobodyElseWaitsOverTls(Container container) throws Exception {
		nobodyElseWaits(container, true);
	}

	private static void nobodyElseWaits(Container container, boolean isSecure) throws Exception {
		ScheduledExecutorService executor = Executors.newScheduledThreadPool(HOSTILE + 1);
		List<RawHttp2Client> http2 = new ArrayList<>();
		List<Others> others = new ArrayList<>();
		try (TestApplication application = start(container, isSecure);
				EventClients clients = new EventClients();
				Delays.Hiccups hiccups = new Delays.Hiccups()) {
			if (!isSecure) {
				Others http1 = new Others("HTTP/1.1", CLIENTS, new Delays());
				others.add(http1);
				for (int i = 0; i < CLIENTS; i++) {
					clients.connect(new EventClient.Request(application.port(), "/feed", "", 0), http1.delays());
				}
			}
			others.add(new Others((isSecure) ? "h2" : "h2c", CONNECTIONS * CONNECTION_STREAMS, new Delays()));
			for (int i = 0; i < CONNECTIONS; i++) {
				http2.add(healthy(connect(application, isSecure, 256 * 1024), others.get(others.size() - 1).delays()));
			}
			for (int i = 0; i < 2 * HOSTILE; i++) {
				RawHttp2Client hostile = connect(application, isSecure, 4096);
				http2.add(hostile);
				for (int j = 0; j < HOSTILE_STREAMS; j++) {
					hostile.readUntil(hostile.get("/feed"), "retry: ");
				}
				if (i < HOSTILE) {
					executor.scheduleAtFixedRate(() -> skip(hostile), 4900, 4900, TimeUnit.MILLISECONDS);
				}
			}
			int streams = others.stream().mapToInt(Others::count).sum() + 2 * HOSTILE * HOSTILE_STREAMS;
			await().atMost(30, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == streams);
			others.forEach((other) -> other.delays().measure(true));
			executor.scheduleAtFixedRate(
					() -> application.broadcaster()
						.send(SseAudience.topic("feed"), SseEvent.of("n", Delays.data(PADDING))),
					0, 50, TimeUnit.MILLISECONDS);
			// Until the hostile ones are stuck
			awaitDeliveries(WARM_UP, others);
			others.forEach((other) -> other.delays().reset());
			hiccups.reset();
			awaitDeliveries(SECONDS, others);
			clients.check();
			others.forEach((other) -> report(container, other, hiccups));
			for (Others other : others) {
				assertThat(other.delays().failure()).isNull();
				assertThat(other.delays().percentile(100)).isLessThan(BOUND + THREADS * hiccups.longest());
			}
		}
		finally {
			executor.shutdownNow();
			for (RawHttp2Client client : http2) {
				client.close();
			}
		}
	}

	private static void awaitDeliveries(int seconds, List<Others> others) {
		await().atMost(seconds + 60, TimeUnit.SECONDS).until(() -> {
			assertThat(others).allMatch((other) -> other.delays().failure() == null);
			return others.stream().allMatch((other) -> other.delays().count() >= 20L * seconds * other.count());
		});
	}

	private static void report(Container container, Others others, Delays.Hiccups hiccups) {
		Delays delays = others.delays();
		Stress.report(
				"Beside hostile HTTP/2 clients, %s, %s: %d deliveries, median %.1f ms, p99 %.1f ms, p99.9 %.1f ms,"
						+ " longest %.1f ms; the machine itself: %.1f ms",
				container, others.protocol(), delays.count(), delays.percentile(50), delays.percentile(99),
				delays.percentile(99.9), delays.percentile(100), hiccups.longest());
	}

	private static RawHttp2Client connect(TestApplication application, boolean isSecure, int receiveBuffer)
			throws IOException {
		return (isSecure) ? RawHttp2Client.overTls(application.port(), receiveBuffer)
				: new RawHttp2Client(application.port(), receiveBuffer);
	}

	private static RawHttp2Client healthy(RawHttp2Client client, Delays delays) throws IOException {
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

	private static TestApplication start(Container container, boolean isSecure) {
		List<String> properties = new ArrayList<>(List.of("server.http2.enabled=true"));
		if (isSecure) {
			properties.addAll(List.of(TestCertificate.properties()));
		}
		return TestApplication.start(container, Feed.class, properties.toArray(String[]::new));
	}

	/**
	 * Those that must not wait.
	 *
	 * @param protocol what they speak
	 * @param count how many streams they have
	 * @param delays what they are given is measured there
	 */
	private record Others(String protocol, int count, Delays delays) {
	}

	@RestController
	static class Feed {

		@GetMapping("/feed")
		void feed(SseStream stream) {
			stream.join("feed");
		}

	}

}
