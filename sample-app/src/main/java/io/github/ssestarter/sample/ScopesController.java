package io.github.ssestarter.sample;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;

/**
 * The two lives of a stream, side by side: one ends when its method returns, the other
 * goes on from there.
 */
@RestController
@RequestMapping("/scopes")
class ScopesController {

	private static final String TOPIC = "global";

	private final SseBroadcaster broadcaster;

	ScopesController(SseBroadcaster broadcaster) {
		this.broadcaster = broadcaster;
	}

	@GetMapping("/local")
	void local(SseStream stream) throws InterruptedException {
		stream.send(SseEvent.of("Action", "hello, there!").id(1234));
		Thread.sleep(3000);
		stream.send(SseEvent.of("BoldOne", "general kenobi").id(1337));
	}

	@GetMapping("/global")
	void global(SseStream stream) {
		stream.join(TOPIC);
	}

	@Scheduled(fixedRate = 2000)
	void speak() {
		LocalTime time = LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
		this.broadcaster.send(SseAudience.topic(TOPIC), SseEvent.of("The server's clock says " + time));
	}

}
