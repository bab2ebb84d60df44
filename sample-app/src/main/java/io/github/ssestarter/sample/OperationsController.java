package io.github.ssestarter.sample;

import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.http.HttpStatus;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.SseEventType;
import io.github.ssestarter.SseEvents;
import io.github.ssestarter.SseStream;

/**
 * Shows the streams of this node, once a second, to whoever looks, and closes them. In an
 * application that is for its administrators alone.
 */
@RestController
@RequestMapping("/operations")
class OperationsController {

	private static final String TOPIC = "operations";

	private final SseBroadcaster broadcaster;

	private final SseConnections connections;

	private final MeterRegistry meters;

	private final Node node;

	OperationsController(SseBroadcaster broadcaster, SseConnections connections, MeterRegistry meters, Node node) {
		this.broadcaster = broadcaster;
		this.connections = connections;
		this.meters = meters;
		this.node = node;
	}

	@GetMapping("/stream")
	@SseEvents(@SseEventType(name = "snapshot", data = Snapshot.class))
	void stream(SseStream stream) {
		stream.join(this.node.ownTopic(TOPIC));
	}

	@Scheduled(fixedRate = 1000)
	void publish() {
		SseAudience whoLooks = SseAudience.topic(this.node.ownTopic(TOPIC));
		if (this.broadcaster.connectedCount(whoLooks) > 0) {
			this.broadcaster.send(whoLooks, "snapshot", Snapshot.of(streams(), this.meters));
		}
	}

	/**
	 * The page knows no more of a client's id than its beginning: closes nothing if
	 * others have the same.
	 */
	@PostMapping("/close")
	@ResponseStatus(HttpStatus.ACCEPTED)
	void close(@RequestBody Choice choice) {
		List<String> chosen = streams().stream()
			.filter((stream) -> Snapshot.OpenStream.of(stream).client().equals(choice.client()))
			.map(SseConnection::id)
			.distinct()
			.toList();
		if (chosen.size() != 1) {
			throw new ResponseStatusException((chosen.isEmpty()) ? HttpStatus.NOT_FOUND : HttpStatus.CONFLICT);
		}
		this.broadcaster.close(SseAudience.client(chosen.get(0)));
	}

	private List<SseConnection> streams() {
		return this.connections.find(SseAudience.everyone());
	}

	record Choice(String client) {
	}

}
