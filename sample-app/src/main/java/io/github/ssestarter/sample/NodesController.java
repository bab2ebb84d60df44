package io.github.ssestarter.sample;

import java.util.concurrent.CompletableFuture;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseEventType;
import io.github.ssestarter.SseEvents;
import io.github.ssestarter.SseStream;

/**
 * Tells a page which node it is connected to, and what any node publishes. Nothing here
 * is about Redis: that is in {@code application-redis.yml}.
 */
@RestController
@RequestMapping("/nodes")
class NodesController {

	private static final String TOPIC = "nodes";

	private final SseBroadcaster broadcaster;

	private final Node node;

	NodesController(SseBroadcaster broadcaster, Node node) {
		this.broadcaster = broadcaster;
		this.node = node;
	}

	@GetMapping("/stream")
	@SseEvents({ @SseEventType(name = "node", data = Here.class),
			@SseEventType(name = "published", data = Published.class) })
	void stream(SseStream stream) {
		stream.join(TOPIC)
			.send("node", new Here(this.node.port(), ProcessHandle.current().pid(), this.node.isOneOfMany()));
	}

	@PostMapping
	CompletableFuture<Receipt> publish() {
		int by = this.node.port();
		return this.broadcaster
			.publish(SseAudience.topic(TOPIC), SseEvent.of("published", new Published(by, System.currentTimeMillis())))
			.thenApply((id) -> new Receipt(by, id));
	}

	record Here(int port, long process, boolean isOneOfMany) {
	}

	record Published(int by, long at) {
	}

	record Receipt(int by, String id) {
	}

}
