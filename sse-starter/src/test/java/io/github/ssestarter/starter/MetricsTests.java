package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Gate;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the meters show of streams over HTTP.
 */
class MetricsTests {

	private static final Duration SOON = Duration.ofSeconds(5);

	private static final String PAYLOAD = "x".repeat(50_000);

	@ParameterizedTest
	@EnumSource
	void theLifeOfStreamsIsMeasured(Container container) {
		try (TestApplication application = start(container)) {
			Meters meters = new Meters(application);
			List<SseTestClient> clients = new ArrayList<>(
					SseTestClient.connectAll(3, (i) -> application.to("/joined").keepRaw()));
			clients.forEach(SseTestClient::awaitOpen);
			awaitMeter(() -> meters.gauge("sse.streams"), 3);
			assertThat(meters.counter("sse.streams.opened")).isEqualTo(3);
			application.broadcaster().send(SseAudience.topic("topic"), "tick", "1");
			clients.forEach((client) -> client.expect("tick", "1"));
			awaitMeter(() -> meters.counter("sse.deliveries"), 3);
			long received = clients.stream().mapToLong((client) -> client.raw().length()).sum();
			assertThat(meters.counter("sse.bytes")).isEqualTo(received);
			Timer time = meters.registry.get("sse.delivery.time").timer();
			assertThat(time.count()).isPositive();
			assertThat(time.max(TimeUnit.SECONDS)).isBetween(0.0, 5.0);
			Timer toTheLog = meters.registry.get("sse.backplane.publish.time").timer();
			assertThat(toTheLog.count()).isEqualTo(1);
			assertThat(toTheLog.totalTime(TimeUnit.SECONDS)).isBetween(1e-9, 5.0);
			assertThat(meters.gauge("sse.backplane.lag")).isZero();
			clients.remove(0).cut();
			awaitMeter(() -> meters.counter("sse.streams.closed", "reason", "client-gone"), 1);
			application.broadcaster().close(SseAudience.everyone());
			awaitMeter(() -> meters.counter("sse.streams.closed", "reason", "closed"), 2);
			assertThat(meters.gauge("sse.streams")).isZero();
			assertThat(meters.registry.get("sse.stream.duration").timer().count()).isEqualTo(3);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aSlowClientIsSeenUntilItHasCaughtUp(Container container) {
		try (TestApplication application = start(container, "sse.stream.send-buffer=8KB")) {
			Meters meters = new Meters(application);
			SseTestClient client = application.to("/joined").receiveBuffer(4096).connect();
			client.awaitOpen();
			client.stall();
			await().atMost(SOON).until(() -> {
				application.broadcaster().send(SseAudience.topic("topic"), "big", PAYLOAD);
				return meters.gauge("sse.lagging") == 1;
			});
			client.resume();
			awaitMeter(() -> meters.gauge("sse.lagging"), 0);
			awaitMeter(() -> meters.counter("sse.deliveries"),
					(int) meters.counter("sse.events.published", "outcome", "accepted"));
			client.close();
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoIsRefusedAndWhoComesBackIsSeen(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-attached=1")) {
			Meters meters = new Meters(application);
			SseTestClient thinking = application.connect("/thinking");
			thinking.awaitOpen();
			assertThat(application.connect("/thinking").status()).isEqualTo(503);
			assertThat(meters.counter("sse.refused", "limit", "attached")).isEqualTo(1);
			application.bean(Streams.class).thinking.open();
			thinking.expectEnd();
			SseTestClient client = application.to("/joined").lastEventId("1-0.gone00").connect();
			client.skipTo("sse-gap");
			awaitMeter(() -> meters.counter("sse.resumed", "outcome", "unknown"), 1);
			assertThat(meters.counter("sse.gaps")).isEqualTo(1);
			client.close();
		}
	}

	@ParameterizedTest
	@EnumSource
	void streamsAreNotInTheTimerOfRequestsAndAllElseIs(Container container) {
		try (TestApplication application = start(container)) {
			Meters meters = new Meters(application);
			useAll(application, meters);
			SseTestClient open = application.connect("/joined");
			open.awaitOpen();
			// The method is over
			awaitMeter(() -> meters.registry.get("http.server.requests.active").longTaskTimer().activeTasks(), 0);
			open.close();
			assertThat(meters.registry.get("http.server.requests").timers())
				.extracting((timer) -> timer.getId().getTag("method") + " " + timer.getId().getTag("uri"))
				.containsExactlyInAnyOrder("POST /joined", "GET /other");
		}
	}

	@ParameterizedTest
	@EnumSource
	void streamsAreInTheTimerOfRequestsIfThatIsWanted(Container container) {
		try (TestApplication application = start(container, "sse.metrics.http-server-requests=true")) {
			Meters meters = new Meters(application);
			useAll(application, meters);
			await().atMost(SOON)
				.untilAsserted(() -> assertThat(meters.registry.get("http.server.requests").timers())
					.extracting((timer) -> timer.getId().getTag("method") + " " + timer.getId().getTag("uri"))
					.containsExactlyInAnyOrder("POST /joined", "GET /other", "GET /joined", "GET /thinking",
							"GET /ready-made"));
		}
	}

	private static void useAll(TestApplication application, Meters meters) {
		application.bean(Streams.class).thinking.open();
		application.connect("/thinking").expectEnd();
		for (String path : List.of("/joined", "/ready-made")) {
			SseTestClient client = application.connect(path);
			client.awaitOpen();
			application.broadcaster().close(SseAudience.everyone());
			client.expectEnd();
		}
		assertThat(application.to("/joined").method("POST").header("Accept", "*/*").connect().status()).isEqualTo(200);
		assertThat(application.to("/other").header("Accept", "*/*").connect().body()).isEqualTo("other");
		await().atMost(SOON)
			.until(() -> meters.registry.find("http.server.requests").tag("uri", "/other").timer() != null);
	}

	private static void awaitMeter(DoubleSupplier meter, int value) {
		await().atMost(SOON).untilAsserted(() -> assertThat(meter.getAsDouble()).isEqualTo(value));
	}

	private static TestApplication start(Container container, String... properties) {
		List<String> all = new ArrayList<>(
				List.of("sse.heartbeat.interval=200ms", "sse.endpoints[0].path=/ready-made"));
		all.addAll(List.of(properties));
		return TestApplication.start(container, Streams.class, all.toArray(String[]::new));
	}

	private record Meters(MeterRegistry registry) {

		Meters(TestApplication application) {
			this(application.bean(MeterRegistry.class));
		}

		double counter(String name, String... tags) {
			return this.registry.get(name).tags(tags).counter().count();
		}

		double gauge(String name) {
			return this.registry.get(name).gauges().stream().mapToDouble(Gauge::value).sum();
		}

	}

	@RestController
	static class Streams {

		private final Gate thinking = new Gate();

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

		@PostMapping("/joined")
		void post() {
		}

		@GetMapping("/thinking")
		void thinking(SseStream stream) {
			stream.open();
			this.thinking.hold();
		}

		@GetMapping("/other")
		String other() {
			return "other";
		}

	}

}
