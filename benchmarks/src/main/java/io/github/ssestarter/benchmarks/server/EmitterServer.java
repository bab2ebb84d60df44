package io.github.ssestarter.benchmarks.server;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The usual code without a library: a list of {@link SseEmitter} for each topic, and a
 * loop over it.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ EmitterServer.Emitters.class, Turns.class, DepartureCounter.class })
public class EmitterServer {

	/**
	 * Runs the server.
	 * @param args the port, the control port, the container, further properties
	 */
	public static void main(String[] args) {
		String[] properties = Arrays.copyOfRange(args, 3, args.length);
		Emitters emitters = Container.of(args[2])
			.run(EmitterServer.class, Integer.parseInt(args[0]), properties)
			.getBean(Emitters.class);
		new Control(Integer.parseInt(args[1])).publisher(emitters::publish)
			.clients(emitters::count)
			.turns(emitters.turns)
			.departures(emitters.departures)
			.start();
	}

	/**
	 * The emitters.
	 */
	@RestController
	static class Emitters {

		private final Map<String, List<SseEmitter>> topics = new ConcurrentHashMap<>();

		private final Turns turns;

		private final AsyncTaskExecutor executor;

		private final DepartureCounter departures;

		Emitters(Turns turns, AsyncTaskExecutor executor, DepartureCounter departures) {
			this.turns = turns;
			this.executor = executor;
			this.departures = departures;
		}

		@GetMapping("/events")
		SseEmitter events(@RequestParam String topic) throws IOException {
			SseEmitter emitter = new SseEmitter(0L);
			List<SseEmitter> emitters = this.topics.computeIfAbsent(topic, (name) -> new CopyOnWriteArrayList<>());
			emitter.onCompletion(() -> remove(emitter, emitters));
			emitter.onError((ex) -> remove(emitter, emitters));
			emitter.send(SseEmitter.event().comment("open"));
			emitters.add(emitter);
			return emitter;
		}

		/**
		 * A thread of the application sends: before the method has returned, nothing is.
		 */
		@GetMapping("/tokens")
		SseEmitter tokens(@RequestParam String topic) throws IOException {
			SseEmitter emitter = new SseEmitter(0L);
			emitter.send(SseEmitter.event().comment("open"));
			this.executor.submit(() -> {
				this.turns.follow(topic,
						(name, payload) -> emitter.send(SseEmitter.event().data(payload, MediaType.APPLICATION_JSON)));
				return topic;
			});
			return emitter;
		}

		void publish(String topic, Payload payload) {
			List<SseEmitter> emitters = this.topics.getOrDefault(topic, List.of());
			for (SseEmitter emitter : emitters) {
				try {
					emitter.send(SseEmitter.event().data(payload, MediaType.APPLICATION_JSON));
				}
				catch (IOException | IllegalStateException ex) {
					remove(emitter, emitters);
				}
			}
		}

		private void remove(SseEmitter emitter, List<SseEmitter> emitters) {
			if (emitters.remove(emitter)) {
				this.departures.left();
			}
		}

		int count() {
			return this.topics.values().stream().mapToInt(List::size).sum();
		}

	}

}
