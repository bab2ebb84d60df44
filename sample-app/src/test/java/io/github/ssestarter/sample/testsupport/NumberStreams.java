package io.github.ssestarter.sample.testsupport;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;

/**
 * A page that uses the client for pages, and its streams, some of which are refused.
 */
@TestComponent
@RestController
public class NumberStreams implements Filter {

	private static final String POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'";

	/** A stream with all that the standard has a parser know of, and how it is cut. */
	private static final List<String> PIECES = List.of("\uFEFFdata: first\n\n", "event: a\rdata:1\r", "\ndata: 2\r",
			"\r", "\ndata\n\n", "data:  two spaces\nid: 7\n\n", "id: 8\n\n", "event: none\n\n",
			"id: 9\0\ndata: nul\n\n", ": comment\nignored: x\nda", "ta: \u00fc\u2028\nretry: 1x\n\n",
			"id\ndata: no id\n\n", "event: a\ndata: x\ndata:\ndata: y\nid: 10\n\n",
			"id: 12\nevent\ndata: {\"n\": 1}\n\n", "id: 11\ndata: cut off\n");

	private final Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();

	/**
	 * Refuses one of the next requests.
	 */
	public void refuse(int status, @Nullable String retryAfter) {
		this.refusals.add(new Refusal(status, retryAfter));
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		boolean isRefusable = ((HttpServletRequest) request).getRequestURI().equals("/numbers");
		Refusal refusal = (isRefusable) ? this.refusals.poll() : null;
		if (refusal == null) {
			chain.doFilter(request, response);
			return;
		}
		HttpServletResponse refused = (HttpServletResponse) response;
		refused.setHeader(HttpHeaders.RETRY_AFTER, refusal.retryAfter());
		refused.setStatus(refusal.status());
	}

	@GetMapping("/numbers")
	void numbers(SseStream stream) {
		stream.join("numbers");
	}

	@GetMapping("/numbered")
	void numbered(SseStream stream) {
		stream.join("numbers");
		for (int i = 1; i <= 3; i++) {
			stream.send(SseEvent.of("number", i).id("row-" + i));
		}
	}

	@PostMapping("/questions")
	void ask(SseStream stream, @RequestHeader("X-Token") String token, @RequestBody String question) {
		stream.send("answer", token + ": " + question);
		stream.send("value", Map.of("n", 1));
	}

	@GetMapping("/raw")
	void raw(HttpServletResponse response) throws IOException {
		response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
		OutputStream output = response.getOutputStream();
		for (String piece : PIECES) {
			output.write(piece.getBytes(StandardCharsets.UTF_8));
			response.flushBuffer();
			// So that the client reads each of them alone
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
		}
	}

	@GetMapping({ "/tab.html", "/tab.js" })
	ResponseEntity<Resource> page(HttpServletRequest request) {
		boolean isScript = request.getRequestURI().endsWith(".js");
		return ResponseEntity.ok()
			.header("Content-Security-Policy", POLICY)
			.contentType((isScript) ? new MediaType("text", "javascript") : MediaType.TEXT_HTML)
			.body(new ClassPathResource("browser-client" + request.getRequestURI()));
	}

	private record Refusal(int status, @Nullable String retryAfter) {
	}

}
