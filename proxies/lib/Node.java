import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.SseStreamClosedEvent;

/**
 * The application behind the proxies. All but {@code /live} and {@code /live/silent} is asked
 * for past the proxy.
 */
@RestController
@EnableAutoConfiguration
@SpringBootConfiguration(proxyBeanMethods = false)
public class Node {

	private final Map<String, String> closed = new ConcurrentHashMap<>();

	private final SseBroadcaster broadcaster;

	Node(SseBroadcaster broadcaster) {
		this.broadcaster = broadcaster;
	}

	public static void main(String[] args) {
		SpringApplication.run(Node.class, args);
	}

	/** With heartbeats. {@code /live/silent} is an endpoint without: see measure.mjs. */
	@GetMapping("/live")
	void live(SseStream stream) {
		stream.join("live");
	}

	@GetMapping("/send")
	void send(@RequestParam String data) {
		this.broadcaster.send(SseAudience.topic("live"), "n", data);
	}

	@GetMapping("/closed")
	String closed(@RequestParam String client) {
		return this.closed.getOrDefault(client, "");
	}

	@GetMapping("/connected")
	int connected() {
		return this.broadcaster.connectedCount();
	}

	@EventListener
	void closed(SseStreamClosedEvent event) {
		this.closed.put(event.clientId(), event.reason().name());
	}

}
