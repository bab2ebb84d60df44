import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.sse.SseEventSource;

/**
 * As Jakarta REST has it.
 */
public class Client implements BiFunction<String, Consumer<String[]>, AutoCloseable> {

	/** CXF logs each connection that was cut, with a stack trace. */
	private static final Logger logger = Logger.getLogger("org.apache.cxf");

	static {
		logger.setLevel(Level.OFF);
	}

	@Override
	public AutoCloseable apply(String url, Consumer<String[]> tell) {
		jakarta.ws.rs.client.Client client = ClientBuilder.newClient();
		SseEventSource source = SseEventSource.target(client.target(url)).build();
		source.register((event) -> tell.accept(
				new String[] { "event", event.getName(), event.readData(), event.getId() }),
				(error) -> tell.accept(new String[] { "error" }), () -> tell.accept(new String[] { "closed" }));
		source.open();
		return () -> {
			// Both wait for a stream that is open
			source.close(1, TimeUnit.MILLISECONDS);
			new Thread(client::close).start();
		};
	}

}
