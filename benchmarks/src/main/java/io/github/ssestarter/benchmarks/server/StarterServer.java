package io.github.ssestarter.benchmarks.server;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;

/**
 * Ours: a stream that joins a topic, and the broadcaster.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(StarterServer.Streams.class)
public class StarterServer {

	/**
	 * As many as there are request threads: the methods only join, but in a storm all of
	 * them wait for a core at once.
	 */
	private static final String MAX_ATTACHED = "--sse.limits.max-attached=200";

	/**
	 * Runs the server.
	 * @param args the port, the control port, the container, further properties
	 */
	public static void main(String[] args) {
		String[] properties = Arrays.copyOfRange(args, 2, args.length);
		properties[0] = MAX_ATTACHED;
		SseBroadcaster broadcaster = Container.of(args[2])
			.run(StarterServer.class, Integer.parseInt(args[0]), properties)
			.getBean(SseBroadcaster.class);
		Control.start(Integer.parseInt(args[1]),
				(topic, payload) -> broadcaster.send(SseAudience.topic(topic), SseEvent.of(payload)),
				broadcaster::connectedCount,
				() -> broadcaster.publish(SseAudience.topic("t0"), SseEvent.of("mark")).get(10, TimeUnit.SECONDS));
	}

	/**
	 * The streams.
	 */
	@RestController
	static class Streams {

		@GetMapping("/events")
		void events(@RequestParam String topic, SseStream stream) {
			stream.join(topic);
		}

	}

}
