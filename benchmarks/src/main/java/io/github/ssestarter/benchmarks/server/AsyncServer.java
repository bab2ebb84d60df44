package io.github.ssestarter.benchmarks.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What a connection costs that only waits: a method that writes one comment, calls
 * {@code startAsync} and nothing else; and what a thread costs that only waits for its
 * turns. Publishes nothing.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ AsyncServer.Requests.class, Turns.class })
public class AsyncServer {

	/**
	 * How many clients there are, of which nothing is written to notice that they left.
	 */
	private static final int UNKNOWN = -1;

	/**
	 * Runs the server.
	 * @param args the port, the control port, the container, further properties
	 */
	public static void main(String[] args) {
		Turns turns = Container.of(args[2])
			.run(AsyncServer.class, Integer.parseInt(args[0]), Arrays.copyOfRange(args, 3, args.length))
			.getBean(Turns.class);
		new Control(Integer.parseInt(args[1])).publisher((topic, payload) -> {
		}).clients(() -> UNKNOWN).turns(turns).start();
	}

	/**
	 * The requests.
	 */
	@RestController
	static class Requests {

		private static final byte[] OPEN = ": open\n\n".getBytes(StandardCharsets.US_ASCII);

		private final Turns turns;

		Requests(Turns turns) {
			this.turns = turns;
		}

		@GetMapping("/events")
		void events(HttpServletRequest request, HttpServletResponse response) throws IOException {
			open(response);
			request.startAsync(request, response).setTimeout(0);
		}

		/**
		 * A thread that waits for each turn, and sends nothing.
		 */
		@GetMapping("/tokens")
		void tokens(@RequestParam String topic, HttpServletResponse response) throws Exception {
			open(response);
			this.turns.follow(topic, (name, payload) -> {
			});
		}

		private static void open(HttpServletResponse response) throws IOException {
			response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
			response.getOutputStream().write(OPEN);
			response.flushBuffer();
		}

	}

}
