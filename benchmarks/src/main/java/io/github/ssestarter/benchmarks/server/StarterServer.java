package io.github.ssestarter.benchmarks.server;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.SseStreamClosedEvent;

/**
 * Ours: a stream that joins a topic, and the broadcaster.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ StarterServer.Streams.class, Turns.class, DepartureCounter.class })
public class StarterServer {

	/**
	 * Room for 200 streams that are sent to while their methods run, as "tokens" has
	 * them: by default there is room for half as many as there are request threads.
	 */
	private static final String MAX_ATTACHED = "--sse.limits.max-attached=400";

	/**
	 * Runs the server.
	 * @param args the port, the control port, the container, further properties
	 */
	public static void main(String[] args) {
		String[] properties = Arrays.copyOfRange(args, 2, args.length);
		properties[0] = MAX_ATTACHED;
		ApplicationContext application = Container.of(args[2])
			.run(StarterServer.class, Integer.parseInt(args[0]), properties);
		SseBroadcaster broadcaster = application.getBean(SseBroadcaster.class);
		new Control(Integer.parseInt(args[1]))
			.publisher((topic, payload) -> broadcaster.send(SseAudience.topic(topic), SseEvent.of(payload)))
			.appender((topic, payload) -> broadcaster.send(SseAudience.topic("nobody"), SseEvent.of(payload)),
					() -> broadcaster.publish(SseAudience.topic("nobody"), SseEvent.of("end"))
						.get(60, TimeUnit.SECONDS))
			.clients(broadcaster::connectedCount)
			.turns(application.getBean(Turns.class))
			.departures(application.getBean(DepartureCounter.class))
			.answer("/mark",
					() -> broadcaster.publish(SseAudience.topic("t0"), SseEvent.of("mark")).get(10, TimeUnit.SECONDS))
			.start();
	}

	/**
	 * The streams.
	 */
	@RestController
	static class Streams {

		private final Turns turns;

		private final DepartureCounter departures;

		Streams(Turns turns, DepartureCounter departures) {
			this.turns = turns;
			this.departures = departures;
		}

		@EventListener(SseStreamClosedEvent.class)
		void left() {
			this.departures.left();
		}

		@GetMapping("/events")
		void events(@RequestParam String topic, SseStream stream) {
			stream.join(topic);
		}

		/**
		 * The method stays, and its thread sends.
		 */
		@GetMapping("/tokens")
		void tokens(@RequestParam String topic, SseStream stream) throws Exception {
			stream.open();
			this.turns.follow(topic, (name, payload) -> stream.send(payload));
		}

	}

}
