package io.github.ssestarter.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Semaphore;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * A line that takes so many kilobytes a second: asks this server for the prices, as the
 * page would, and passes them on. A page cannot be that slow itself, since its browser
 * reads megabytes ahead. Works only where the server listens on the loopback address,
 * without TLS.
 */
@Hidden
@RestController
class SlowLineController {

	private static final int BUFFER = 8 * 1024;

	private static final int PIECES_A_SECOND = 10;

	/** In milliseconds: to connect, and between two prices. */
	private static final int TIMEOUT = 30_000;

	/** Each line holds a thread. */
	private final Semaphore lines = new Semaphore(20);

	@GetMapping("/market/slow-line")
	void prices(@RequestParam @Min(5) @Max(500) int kilobytes, HttpServletRequest request, HttpServletResponse response)
			throws IOException, InterruptedException {
		if (!this.lines.tryAcquire()) {
			comeBack(response);
			return;
		}
		try (Socket line = new Socket()) {
			line.setReceiveBufferSize(BUFFER);
			line.setSoTimeout(TIMEOUT);
			line.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), request.getLocalPort()), TIMEOUT);
			line.getOutputStream().write(ask(request).getBytes(StandardCharsets.ISO_8859_1));
			InputStream prices = line.getInputStream();
			if (!readLine(prices).startsWith("HTTP/1.1 200")) {
				comeBack(response);
				return;
			}
			while (!readLine(prices).isEmpty()) {
				// The rest of the head
			}
			response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
			pass(prices, response.getOutputStream(), new byte[kilobytes * 1024 / PIECES_A_SECOND]);
		}
		finally {
			this.lines.release();
		}
	}

	private static void comeBack(HttpServletResponse response) {
		response.setHeader(HttpHeaders.RETRY_AFTER, "10");
		response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
	}

	/**
	 * The query has the client's id, and after a loss the header has its place.
	 */
	private static String ask(HttpServletRequest request) {
		return "GET " + request.getContextPath() + "/market/prices?" + request.getQueryString() + " HTTP/1.0\r\n"
				+ "Accept: text/event-stream\r\nLast-Event-ID: "
				+ Objects.requireNonNullElse(request.getHeader("Last-Event-ID"), "") + "\r\n\r\n";
	}

	private static String readLine(InputStream input) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int c = input.read(); c >= 0 && c != '\n'; c = input.read()) {
			line.append((char) c);
		}
		return line.toString().strip();
	}

	private static void pass(InputStream prices, OutputStream output, byte[] piece)
			throws IOException, InterruptedException {
		for (int length = prices.read(piece); length >= 0; length = prices.read(piece)) {
			output.write(piece, 0, length);
			output.flush();
			Thread.sleep(1000L * length / piece.length / PIECES_A_SECOND);
		}
	}

}
