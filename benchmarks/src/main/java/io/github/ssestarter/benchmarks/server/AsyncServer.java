package io.github.ssestarter.benchmarks.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

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
	 * Runs the server.
	 * @param args the port, the control port, the container
	 */
	public static void main(String[] args) {
		Requests requests = Container.of(args[2])
			.run(AsyncServer.class, Integer.parseInt(args[0]), "--sse.enabled=false")
			.getBean(Requests.class);
		Control.start(Integer.parseInt(args[1]), (topic, payload) -> {
		}, requests.count::get);
	}

	/**
	 * The requests.
	 */
	@RestController
	static class Requests {

		private static final byte[] OPEN = ": open\n\n".getBytes(StandardCharsets.US_ASCII);

		private final AtomicInteger count = new AtomicInteger();

		@GetMapping("/events")
		void events(HttpServletRequest request, HttpServletResponse response) throws IOException {
			response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
			response.getOutputStream().write(OPEN);
			response.flushBuffer();
			request.startAsync(request, response).setTimeout(0);
			this.count.incrementAndGet();
		}

	}

}
