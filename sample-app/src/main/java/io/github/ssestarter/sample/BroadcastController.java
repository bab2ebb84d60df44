package io.github.ssestarter.sample;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.util.StringUtils;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;

/**
 * Sends what is posted to everybody who listens to a topic. The streams themselves are
 * the ready-made endpoints of {@code application.yml}.
 */
@RestController
@RequestMapping("/api/broadcast")
@Tag(name = "SSE")
@ApiResponse(responseCode = "200", description = "It was sent")
@ApiResponse(responseCode = "400", description = "It cannot be sent",
		content = @Content(mediaType = "application/json",
				schema = @Schema(implementation = BroadcastController.Failed.class)))
@ApiResponse(responseCode = "500", description = "It was not sent", content = @Content(mediaType = "application/json",
		schema = @Schema(implementation = BroadcastController.Failed.class)))
class BroadcastController {

	private static final Logger logger = LoggerFactory.getLogger(BroadcastController.class);

	private final SseBroadcaster broadcaster;

	BroadcastController(SseBroadcaster broadcaster) {
		this.broadcaster = broadcaster;
	}

	@PostMapping
	@Operation(operationId = "broadcastMessage", summary = "Sends an event to all who hear messages")
	CompletableFuture<Sent> message(@RequestBody Message message) {
		return publish("messages", message.toEvent());
	}

	@PostMapping("/progress")
	@Operation(operationId = "broadcastProgress", summary = "Tells all who hear progress how far a task is")
	CompletableFuture<Sent> progress(@Valid @RequestBody Progress progress) {
		return publish("progress", progress.toEvent());
	}

	private CompletableFuture<Sent> publish(String topic, SseEvent event) {
		return this.broadcaster.publish(SseAudience.topic(topic), event)
			.thenApply((id) -> new Sent(true, event.name(), this.broadcaster.connectedCount()));
	}

	@ExceptionHandler
	@Nullable ResponseEntity<Failed> unreadable(HttpMessageNotReadableException ex, HttpServletResponse response) {
		if (response.isCommitted()) {
			// The client has gone in the middle of its body: nobody is left to tell
			return null;
		}
		return refused((ex.getCause() instanceof JacksonException cause)
				? "The body cannot be read: " + cause.getOriginalMessage() : "The body is missing: send a JSON object");
	}

	@ExceptionHandler
	ResponseEntity<Failed> notJson(HttpMediaTypeNotSupportedException ex) {
		return refused("The body must be JSON, with Content-Type application/json: " + ex.getMessage());
	}

	@ExceptionHandler
	ResponseEntity<Failed> invalid(MethodArgumentNotValidException ex) {
		return refused(ex.getFieldErrors()
			.stream()
			.map((error) -> error.getField() + " " + error.getDefaultMessage())
			.collect(Collectors.joining(", ")));
	}

	@ExceptionHandler
	ResponseEntity<Failed> invalid(IllegalArgumentException ex) {
		return refused(ex.getMessage());
	}

	/**
	 * Spring Security looks at headers and parameters when they are asked for.
	 */
	@ExceptionHandler
	ResponseEntity<Failed> rejected(RequestRejectedException ex) {
		return refused(ex.getMessage());
	}

	@ExceptionHandler
	ResponseEntity<Failed> failed(RuntimeException ex) {
		logger.error("A broadcast failed", ex);
		return failed(HttpStatus.INTERNAL_SERVER_ERROR, ex.getMessage());
	}

	private static ResponseEntity<Failed> refused(@Nullable String error) {
		return failed(HttpStatus.BAD_REQUEST, error);
	}

	/**
	 * Says why in JSON, whatever the client accepts.
	 */
	private static ResponseEntity<Failed> failed(HttpStatus status, @Nullable String error) {
		return ResponseEntity.status(status).contentType(MediaType.APPLICATION_JSON).body(new Failed(error));
	}

	private static String orElse(@Nullable String value, String fallback) {
		return (StringUtils.hasText(value)) ? value : fallback;
	}

	@Schema(name = "SseBroadcastRequest")
	record Message(
			@Schema(description = "Name of the event", example = "message",
					requiredMode = Schema.RequiredMode.REQUIRED) @Nullable String event,
			@Schema(description = "What it tells: anything", example = "{\"text\":\"Hello\"}",
					requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Object data) {

		SseEvent toEvent() {
			return SseEvent.of(orElse(this.event, "message"),
					(this.data != null) ? this.data : Map.of("text", "empty"));
		}

	}

	@Schema(name = "OperationProgressRequest")
	record Progress(@Nullable String taskId, @Min(0) @Max(100) @Nullable Integer progress, @Nullable String status,
			@Nullable String state) {

		SseEvent toEvent() {
			return SseEvent.of("progress",
					new OperationProgressEvent(orElse(this.taskId, "task-1"),
							(this.progress != null) ? this.progress : 0, orElse(this.status, "Working..."),
							orElse(this.state, "running"), Instant.now()));
		}

	}

	@Schema(name = "OperationProgressEvent")
	record OperationProgressEvent(String taskId, int progress, String status, String state, Instant ts) {
	}

	@Schema(name = "SseBroadcastOkResponse", requiredProperties = { "ok", "event", "connected" })
	record Sent(boolean ok, @Nullable String event, int connected) {
	}

	@Schema(name = "SseBroadcastErrorResponse", requiredProperties = { "ok", "error" })
	record Failed(boolean ok, @Nullable String error) {

		Failed(@Nullable String error) {
			this(false, error);
		}

	}

}
