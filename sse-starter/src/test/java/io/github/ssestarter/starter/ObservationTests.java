package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.test.simple.SimpleTracer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.SseStreamClosedEvent;
import io.github.ssestarter.SseStreamOpenedEvent;
import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the observations of requests, and so traces, have of streams.
 */
@ByBothTransports
class ObservationTests {

	private static final Duration SOON = Duration.ofSeconds(5);

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			List.of(Tracing.class, Recorder.class, Streams.class, Listener.class, StreamEvents.class),
			"sse.heartbeat.interval=200ms"));

	@ParameterizedTest
	@EnumSource
	void aTabThatIsClosedIsNoError(Container container) {
		TestApplication application = applications.on(container);
		List<SseTestClient> clients = new ArrayList<>(
				SseTestClient.connectAll(10, (i) -> application.to("/live/closed-tab")));
		for (SseTestClient client : clients) {
			client.awaitOpen();
			client.cut();
		}
		for (SseTestClient client : clients) {
			awaitClosed(application, client, SseCloseReason.CLIENT_GONE);
		}
		assertThat(application.bean(Recorder.class).of("/live/closed-tab")).hasSize(10)
			.allSatisfy((observation) -> assertThat(observation.error()).isNull());
		assertThat(application.bean(SimpleTracer.class).getSpans())
			.filteredOn((span) -> "/live/closed-tab".equals(span.getTags().get("http.url")))
			.hasSize(10)
			.allSatisfy((span) -> assertThat(span.getError()).isNull());
	}

	@ParameterizedTest
	@EnumSource
	void aTabThatIsClosedWhileItsMethodSendsIsNone(Container container) {
		TestApplication application = applications.on(container);
		SseTestClient client = application.connect("/sending");
		client.expect("tick", "1");
		client.cut();
		awaitClosed(application, client, SseCloseReason.CLIENT_GONE);
		await().atMost(SOON).until(() -> application.bean(Recorder.class).of("/sending").size() == 1);
		assertThat(application.bean(Recorder.class).of("/sending").get(0).error()).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void theObservationEndsWhenTheMethodDoes(Container container) {
		TestApplication application = applications.on(container);
		Recorder recorder = application.bean(Recorder.class);
		try (SseTestClient client = application.connect("/live/ends")) {
			client.awaitOpen();
			await().atMost(SOON).until(() -> recorder.of("/live/ends").size() == 1);
			MeterRegistry meters = application.bean(MeterRegistry.class);
			await().atMost(SOON)
				.until(() -> meters.get("http.server.requests.active").longTaskTimer().activeTasks() == 0);
			application.broadcaster().send(SseAudience.topic("ends"), "tick", "1");
			client.expect("tick", "1");
			application.broadcaster().close(SseAudience.topic("ends"));
			client.expectEnd();
			awaitClosed(application, client, SseCloseReason.CLOSED);
		}
		// Whatever was to end it once more has been asked to by now
		application.to("/answer").header("Accept", "*/*").connect().body();
		await().atMost(SOON).until(() -> !recorder.of("/answer").isEmpty());
		assertThat(recorder.of("/live/ends")).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource
	void aMethodThatFailsIsAnError(Container container) {
		TestApplication application = applications.on(container);
		Recorder recorder = application.bean(Recorder.class);
		application.connect("/failing?sends=true").expectEnd();
		await().atMost(SOON).until(() -> recorder.of("/failing").size() == 1);
		application.connect("/failing?sends=false");
		await().atMost(SOON).until(() -> recorder.of("/failing").size() == 2);
		assertThat(recorder.of("/failing")).allSatisfy(
				(observation) -> assertThat(observation.error()).isInstanceOf(UnsupportedOperationException.class)
					.hasMessage("on purpose"));
	}

	@ParameterizedTest
	@EnumSource
	void whatIsCalledBackIsInTheTraceOfTheRequest(Container container) {
		TestApplication application = applications.on(container);
		try (SseTestClient client = application.connect("/live/traced")) {
			client.awaitOpen();
			String id = String.valueOf(client.header("Sse-Client-Id"));
			application.broadcaster().close(SseAudience.topic("traced"));
			client.expectEnd();
			awaitClosed(application, client, SseCloseReason.CLOSED);
			String trace = application.bean(Streams.class).traces.get(id);
			assertThat(trace).isNotEmpty();
			await().atMost(SOON)
				.untilAsserted(() -> assertThat(application.bean(Listener.class).traces.get(id)).containsOnly(trace)
					.hasSize(3));
		}
	}

	private static void awaitClosed(TestApplication application, SseTestClient client, SseCloseReason reason) {
		application.bean(StreamEvents.class).awaitClosed(String.valueOf(client.header("Sse-Client-Id")), reason);
	}

	private static String trace(SimpleTracer tracer) {
		Span span = tracer.currentSpan();
		return (span != null) ? span.context().spanId() : "none";
	}

	@Configuration(proxyBeanMethods = false)
	static class Tracing {

		@Bean
		SimpleTracer tracer() {
			return new SimpleTracer();
		}

		@Bean
		DefaultTracingObservationHandler tracingHandler(SimpleTracer tracer) {
			return new DefaultTracingObservationHandler(tracer);
		}

	}

	private record Observed(String path, @Nullable Throwable error) {
	}

	/**
	 * The observations of requests, each as often as it was stopped.
	 */
	static class Recorder implements ObservationHandler<ServerRequestObservationContext> {

		private final Queue<Observed> stopped = new ConcurrentLinkedQueue<>();

		private final Map<Observation.Context, String> paths = new ConcurrentHashMap<>();

		@Override
		public void onStart(ServerRequestObservationContext context) {
			// The container takes the request back
			this.paths.put(context, context.getCarrier().getRequestURI());
		}

		@Override
		public void onStop(ServerRequestObservationContext context) {
			this.stopped.add(new Observed(this.paths.get(context), context.getError()));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof ServerRequestObservationContext;
		}

		List<Observed> of(String path) {
			return this.stopped.stream().filter((observed) -> observed.path().equals(path)).toList();
		}

	}

	/**
	 * In which trace the application is told of a stream.
	 */
	static class Listener {

		private final SimpleTracer tracer;

		private final Map<String, Queue<String>> traces = new ConcurrentHashMap<>();

		Listener(SimpleTracer tracer) {
			this.tracer = tracer;
		}

		@EventListener
		void opened(SseStreamOpenedEvent event) {
			told(event.clientId());
		}

		@EventListener
		void closed(SseStreamClosedEvent event) {
			told(event.clientId());
		}

		void told(String clientId) {
			this.traces.computeIfAbsent(clientId, (id) -> new ConcurrentLinkedQueue<>()).add(trace(this.tracer));
		}

	}

	@RestController
	static class Streams {

		private final Map<String, String> traces = new ConcurrentHashMap<>();

		private final SimpleTracer tracer;

		private final Listener listener;

		Streams(SimpleTracer tracer, Listener listener) {
			this.tracer = tracer;
			this.listener = listener;
		}

		@GetMapping("/live/{topic}")
		void live(SseStream stream, @PathVariable String topic) {
			this.traces.put(stream.clientId(), trace(this.tracer));
			stream.onClose((reason) -> this.listener.told(stream.clientId()));
			stream.join(topic);
		}

		@GetMapping("/sending")
		void sending(SseStream stream) {
			for (int i = 1; i < 1_000_000; i++) {
				stream.send("tick", i);
			}
		}

		@GetMapping("/failing")
		void failing(SseStream stream, @RequestParam boolean sends) {
			if (sends) {
				stream.send("tick", "1");
			}
			throw new UnsupportedOperationException("on purpose");
		}

		@GetMapping("/answer")
		String answer() {
			return "answer";
		}

	}

}
