package io.github.ssestarter.benchmarks.server;

import java.util.UUID;

import ch.rasc.sse.eventbus.SseEvent;
import ch.rasc.sse.eventbus.SseEventBus;
import ch.rasc.sse.eventbus.config.EnableSseEventBus;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * sse-eventbus, as its documentation shows it, on Tomcat.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableSseEventBus
@Import(EventBusServer.Emitters.class)
public class EventBusServer {

	/**
	 * Runs the server.
	 * @param args the port, the control port
	 */
	public static void main(String[] args) {
		SseEventBus bus = Container.TOMCAT.run(EventBusServer.class, Integer.parseInt(args[0]), "--sse.enabled=false")
			.getBean(SseEventBus.class);
		new Control(Integer.parseInt(args[1]))
			.publisher((topic, payload) -> bus.handleEvent(SseEvent.of(topic, payload)))
			.clients(() -> bus.getAllClientIds().size())
			.start();
	}

	@Bean
	ObjectMapper objectMapper() {
		return new ObjectMapper();
	}

	/**
	 * The emitters.
	 */
	@RestController
	static class Emitters {

		private final SseEventBus bus;

		Emitters(SseEventBus bus) {
			this.bus = bus;
		}

		/*
		 * One at a time, since the registry keeps the subscribers of a topic in a plain
		 * HashSet. Who leaves is told to the bus, which would try 40 times else.
		 */
		@GetMapping("/events")
		synchronized SseEmitter events(@RequestParam String topic) throws Exception {
			String id = UUID.randomUUID().toString();
			SseEmitter emitter = this.bus.createSseEmitter(id, 0L, topic);
			emitter.onCompletion(() -> this.bus.unregisterClient(id));
			emitter.send(SseEmitter.event().comment("open"));
			return emitter;
		}

	}

}
