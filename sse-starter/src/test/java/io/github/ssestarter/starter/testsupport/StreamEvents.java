package io.github.ssestarter.starter.testsupport;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.context.event.EventListener;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStreamClosedEvent;
import io.github.ssestarter.SseStreamOpenedEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The application events of streams, as they came.
 */
public class StreamEvents {

	private final List<SseStreamOpenedEvent> opened = new CopyOnWriteArrayList<>();

	private final List<SseStreamClosedEvent> closed = new CopyOnWriteArrayList<>();

	@EventListener
	public void opened(SseStreamOpenedEvent event) {
		this.opened.add(event);
	}

	@EventListener
	public void closed(SseStreamClosedEvent event) {
		this.closed.add(event);
	}

	public int openedCount() {
		return this.opened.size();
	}

	public List<SseStreamOpenedEvent> opened(String clientId) {
		return this.opened.stream().filter((event) -> event.clientId().equals(clientId)).toList();
	}

	public List<SseCloseReason> closed(String clientId) {
		return this.closed.stream()
			.filter((event) -> event.clientId().equals(clientId))
			.map(SseStreamClosedEvent::reason)
			.toList();
	}

	void forget(String clientId) {
		awaitClosed(clientId, SseCloseReason.COMPLETED);
		this.opened.removeIf((event) -> event.clientId().equals(clientId));
		this.closed.removeIf((event) -> event.clientId().equals(clientId));
	}

	/**
	 * Waits for the one end of a client's stream.
	 */
	public void awaitClosed(String clientId, SseCloseReason... reasons) {
		await().atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> assertThat(closed(clientId)).containsExactly(reasons));
	}

}
