package io.github.ssestarter.benchmarks.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What a connection costs that only waits: a method that writes one comment, calls
 * {@code startAsync} and nothing else. Publishes nothing.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(AsyncServer.Requests.class)
public class AsyncServer {

	/**
	 * How many clients there are, of which nothing is written to notice that they left.
	 */
	private static final int UNKNOWN = -1;

	/**
	 * Runs the server.
	 * @param args the port, the control port, the container
	 */
	public static void main(String[] args) {
		Container.of(args[2]).run(AsyncServer.class, Integer.parseInt(args[0]), "--sse.enabled=false");
		Control.start(Integer.parseInt(args[1]), (topic, payload) -> {
		}, () -> UNKNOWN);
	}

	/**
	 * The requests.
	 */
	@RestController
	static class Requests {

		private static final byte[] OPEN = ": open\n\n".getBytes(StandardCharsets.US_ASCII);

		@GetMapping("/events")
		void events(HttpServletRequest request, HttpServletResponse response) throws IOException {
			response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
			response.getOutputStream().write(OPEN);
			response.flushBuffer();
			request.startAsync(request, response).setTimeout(0);
		}

	}

}
