package io.github.ssestarter.starter;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import com.launchdarkly.eventsource.StreamException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.CuttingProxy;
import io.github.ssestarter.starter.testsupport.GeneratedEvents;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that others wrote receive what was sent.
 */
class RealClientTests {

	private static final int COUNT = 10_000;

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> TestApplication.start(container,
			Generated.class, "sse.history.max-events=20000", "sse.history.max-size=64MB"));

	@ParameterizedTest
	@EnumSource
	void okHttpReceivesAnAttachedStream(Container container) throws Exception {
		TestApplication application = applications.on(container);
		long seed = seed();
		try (EventSource client = okHttp(application, "/generated?seed=" + seed)) {
			assertThat(received(client)).isEqualTo(expected(new GeneratedEvents(seed, false).next(COUNT)));
		}
	}

	@ParameterizedTest
	@EnumSource
	void okHttpReceivesBroadcasts(Container container) throws Exception {
		TestApplication application = applications.on(container);
		List<SseEvent> events = new GeneratedEvents(seed(), true).next(COUNT);
		try (EventSource client = okHttp(application, "/joined")) {
			await().atMost(Duration.ofSeconds(5)).until(() -> application.broadcaster().connectedCount() == 1);
			CompletableFuture<Void> publisher = CompletableFuture.runAsync(() -> events
				.forEach((event) -> application.broadcaster().send(SseAudience.topic("generated"), event)));
			assertThat(received(client)).isEqualTo(expected(events));
			publisher.get(5, TimeUnit.SECONDS);
		}
		application.broadcaster().close(SseAudience.everyone());
		await().atMost(Duration.ofSeconds(5)).until(() -> application.broadcaster().connectedCount() == 0);
	}

	@ParameterizedTest
	@EnumSource
	void webClientReceivesAnAttachedStream(Container container) {
		TestApplication application = applications.on(container);
		long seed = seed();
		List<ServerSentEvent<String>> received = WebClient.create(application.url("/generated?seed=" + seed))
			.get()
			.accept(MediaType.TEXT_EVENT_STREAM)
			.retrieve()
			.bodyToFlux(new ParameterizedTypeReference<ServerSentEvent<String>>() {
			})
			.collectList()
			.block(Duration.ofSeconds(60));
		List<Received> actual = new ArrayList<>();
		for (ServerSentEvent<String> event : Objects.requireNonNull(received)) {
			if (event.data() != null && !"sse-end".equals(event.event())) {
				actual.add(new Received(strip(event.event()), strip(event.id()), event.data()));
			}
		}
		// This client takes the spaces off names and ids, and gives an event its own id
		// only
		List<Received> expected = new GeneratedEvents(seed, false).next(COUNT)
			.stream()
			.map((event) -> new Received(strip(GeneratedEvents.normalised(event.name())),
					strip(GeneratedEvents.normalised(event.id())), GeneratedEvents.normalised((String) event.data())))
			.toList();
		assertThat(actual).isEqualTo(expected);
	}

	/**
	 * As {@code docs/clients.md} has it.
	 */
	@ParameterizedTest
	@EnumSource
	void webClientComesBackByHand(Container container) throws Exception {
		TestApplication application = applications.on(container);
		List<String> received = new CopyOnWriteArrayList<>();
		try (CuttingProxy proxy = CuttingProxy.whenTold(application.port())) {
			WebClient client = WebClient.create("http://localhost:" + proxy.port());
			AtomicReference<String> position = new AtomicReference<>("");
			Disposable stream = Flux.defer(() -> client.get()
				.uri("/joined")
				.header("Last-Event-ID", position.get())
				.retrieve()
				.bodyToFlux(new ParameterizedTypeReference<ServerSentEvent<String>>() {
				}))
				.doOnNext((event) -> position.updateAndGet((id) -> (event.id() != null) ? event.id() : id))
				.repeatWhen((ends) -> ends.delayElements(Duration.ofSeconds(1)))
				.retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofSeconds(1)))
				.filter((event) -> event.data() != null)
				.subscribe((event) -> received.add(event.event() + event.data()));
			try {
				await().atMost(Duration.ofSeconds(12)).until(() -> proxy.begun() == 1);
				for (int i = 1; i <= 6; i++) {
					int number = i;
					application.broadcaster().send(SseAudience.topic("generated"), "n", i);
					await().atMost(Duration.ofSeconds(12)).until(() -> received.contains("n" + number));
					if (i % 2 == 0) {
						application.broadcaster().close(SseAudience.topic("generated"));
					}
					else {
						proxy.cutAll(0, i == 1);
					}
				}
				assertThat(received).filteredOn((text) -> text.startsWith("n"))
					.containsExactly("n1", "n2", "n3", "n4", "n5", "n6");
			}
			finally {
				stream.dispose();
			}
		}
	}

	private static long seed() {
		long seed = System.nanoTime();
		System.out.println("Generated events, seed " + seed);
		return seed;
	}

	private static String strip(@Nullable String text) {
		return (text != null) ? text.trim() : "";
	}

	private static EventSource okHttp(TestApplication application, String path) throws StreamException {
		EventSource client = new EventSource.Builder(
				ConnectStrategy.http(URI.create(application.url(path))).readTimeout(30, TimeUnit.SECONDS))
			.build();
		client.start();
		return client;
	}

	private static List<Received> received(EventSource client) throws StreamException {
		List<Received> received = new ArrayList<>(COUNT);
		while (received.size() < COUNT) {
			MessageEvent event = client.readMessage();
			if (!event.getData().startsWith("{\"clientId\"")) {
				received.add(new Received(event.getEventName(), ownId(event.getLastEventId()), event.getData()));
			}
		}
		return received;
	}

	/**
	 * The application's own id, without the place in the log.
	 */
	private static @Nullable String ownId(@Nullable String lastEventId) {
		return (lastEventId != null) ? lastEventId.replaceFirst("^\\d+-\\d+\\.[0-9a-z]{6}~", "") : null;
	}

	private static List<Received> expected(List<SseEvent> events) {
		List<Received> expected = new ArrayList<>(events.size());
		String lastEventId = null;
		for (SseEvent event : events) {
			String name = GeneratedEvents.normalised(event.name());
			lastEventId = (event.id() != null) ? GeneratedEvents.normalised(event.id()) : lastEventId;
			expected.add(new Received((name.isEmpty()) ? "message" : name, lastEventId,
					GeneratedEvents.normalised((String) event.data())));
		}
		return expected;
	}

	private record Received(@Nullable String name, @Nullable String lastEventId, @Nullable String data) {
	}

	@RestController
	static class Generated {

		@GetMapping("/generated")
		void generated(SseStream stream, @RequestParam long seed) {
			new GeneratedEvents(seed, false).next(COUNT).forEach(stream::send);
		}

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("generated");
		}

	}

}
