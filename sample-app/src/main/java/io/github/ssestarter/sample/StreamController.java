package io.github.ssestarter.sample;

import java.time.Instant;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.constraints.Max;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseEventType;
import io.github.ssestarter.SseEvents;
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
	@Operation(operationId = "streamTicks", tags = "SSE", summary = "Counts, and ends",
			description = "*Execute* shows nothing before the end: listen on [the page](/stream.html).")
	@ApiResponse(responseCode = "200")
	@ApiResponse(responseCode = "400", description = "A parameter is no number, or too much", content = @Content)
	@SseEvents({ @SseEventType(name = "connected", data = Connected.class),
			@SseEventType(name = "tick", data = Tick.class), @SseEventType(name = "complete", data = Complete.class) })
	void stream(
			@Parameter(description = "How many ticks",
					schema = @Schema(type = "integer", format = "int32", minimum = "1", maximum = "1000",
							defaultValue = "" + DEFAULT_COUNT)) @RequestParam(
									defaultValue = "" + DEFAULT_COUNT) @Max(1000) int count,
			@Parameter(description = "How many milliseconds to wait after each",
					schema = @Schema(type = "integer", format = "int64", minimum = "100", maximum = "60000",
							defaultValue = "" + DEFAULT_INTERVAL_MS)) @RequestParam(
									defaultValue = "" + DEFAULT_INTERVAL_MS) @Max(60_000) long intervalMs,
			SseStream stream) throws InterruptedException {
		int total = (count > 0) ? count : DEFAULT_COUNT;
		long interval = (intervalMs > 0) ? intervalMs : DEFAULT_INTERVAL_MS;
		stream.send("connected", new Connected("Here it comes", Instant.now(), total, interval));
		for (int i = 1; i <= total; i++) {
			stream.send(SseEvent.of("tick", new Tick(i, total, Instant.now())).id(i));
			Thread.sleep(interval);
		}
		stream.send("complete", new Complete("That was all", total, Instant.now()));
	}

	@Schema(name = "StreamConnected")
	record Connected(String message, Instant serverTime, int count, long intervalMs) {
	}

	@Schema(name = "StreamTick")
	record Tick(int i, int total, Instant timestamp) {
	}

	@Schema(name = "StreamComplete")
	record Complete(String message, int total, Instant serverTime) {
	}

}
