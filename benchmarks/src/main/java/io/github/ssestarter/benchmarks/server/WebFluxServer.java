package io.github.ssestarter.benchmarks.server;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * WebFlux on Netty: a sink for each topic, and streams of {@link ServerSentEvent}.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ WebFluxServer.Streams.class, Turns.class, DepartureCounter.class })
public class WebFluxServer {

	private static final int BUFFER = 256;

	private static final Duration RETRY = Duration.ofNanos(50_000);

	/**
	 * Runs the server.
	 * @param args the port, the control port
	 */
	public static void main(String[] args) {
		Streams streams = Container.NETTY.run(WebFluxServer.class, Integer.parseInt(args[0]), "--sse.enabled=false")
			.getBean(Streams.class);
		new Control(Integer.parseInt(args[1])).publisher(streams::publish)
			.clients(streams::count)
			.turns(streams.turns)
			.departures(streams.departures)
			.start();
	}

	/**
	 * The streams.
	 */
	@RestController
	static class Streams {

		private final Map<String, Sinks.Many<Payload>> topics = new ConcurrentHashMap<>();

		private final Scheduler threads = Schedulers.fromExecutor(Executors.newCachedThreadPool());

		private final Turns turns;

		private final DepartureCounter departures;

		Streams(Turns turns, DepartureCounter departures) {
			this.turns = turns;
			this.departures = departures;
		}

		@GetMapping("/events")
		Flux<ServerSentEvent<Payload>> events(@RequestParam String topic) {
			Flux<ServerSentEvent<Payload>> opened = Flux
				.just(ServerSentEvent.<Payload>builder().comment("open").build());
			return Flux.merge(sink(topic).asFlux().map((payload) -> ServerSentEvent.builder(payload).build()), opened)
				.doFinally((signal) -> this.departures.left());
		}

		/**
		 * A thread of its own gives each event to the stream's sink.
		 */
		@GetMapping("/tokens")
		Flux<ServerSentEvent<Payload>> tokens(@RequestParam String topic) {
			return Flux.<ServerSentEvent<Payload>>create((sink) -> follow(topic, sink)).subscribeOn(this.threads);
		}

		private void follow(String topic, FluxSink<ServerSentEvent<Payload>> sink) {
			sink.next(ServerSentEvent.<Payload>builder().comment("open").build());
			try {
				this.turns.follow(topic, (name, payload) -> sink.next(ServerSentEvent.builder(payload).build()));
			}
			catch (Exception ex) {
				sink.error(ex);
			}
		}

		private Sinks.Many<Payload> sink(String topic) {
			return this.topics.computeIfAbsent(topic,
					(name) -> Sinks.many().multicast().onBackpressureBuffer(BUFFER, false));
		}

		/**
		 * Publishes, and waits for room if a client is behind by what the sink holds.
		 */
		void publish(String topic, Payload payload) {
			Sinks.Many<Payload> sink = sink(topic);
			Sinks.EmitResult result = sink.tryEmitNext(payload);
			while (result == Sinks.EmitResult.FAIL_OVERFLOW && sink.currentSubscriberCount() > 0) {
				LockSupport.parkNanos(RETRY.toNanos());
				result = sink.tryEmitNext(payload);
			}
		}

		int count() {
			return this.topics.values().stream().mapToInt(Sinks.Many::currentSubscriberCount).sum();
		}

	}

}
