package io.github.ssestarter.sample;

import java.time.Duration;
import java.time.Instant;

import jakarta.validation.constraints.Max;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;

/**
 * A stream that belongs to one request and ends with it. The method may sleep: it writes
 * to its own client, on the thread of the request.
 */
@RestController
class StreamController {

	private static final int DEFAULT_COUNT = 30;

	private static final long DEFAULT_INTERVAL_MS = 1000;

	@GetMapping("/sse")
	void stream(@RequestParam(defaultValue = "" + DEFAULT_COUNT) @Max(1000) int count,
			@RequestParam(defaultValue = "" + DEFAULT_INTERVAL_MS) @Max(60_000) long intervalMs, SseStream stream)
			throws InterruptedException {
		int total = (count > 0) ? count : DEFAULT_COUNT;
		long interval = (intervalMs > 0) ? intervalMs : DEFAULT_INTERVAL_MS;
		stream.send(SseEvent.of("connected", new Connected("Here it comes", Instant.now(), total, interval))
			.retry(Duration.ofSeconds(2)));
		for (int i = 1; i <= total; i++) {
			stream.send(SseEvent.of("tick", new Tick(i, total, Instant.now())).id(i));
			Thread.sleep(interval);
		}
		stream.send("complete", new Complete("That was all", total, Instant.now()));
	}

	record Connected(String message, Instant serverTime, int count, long intervalMs) {
	}

	record Tick(int i, int total, Instant timestamp) {
	}

	record Complete(String message, int total, Instant serverTime) {
	}

}
