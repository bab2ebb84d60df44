package io.github.ssestarter.benchmarks.server;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.IntSupplier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * How the runner reaches into a server: it publishes, and tells of heap and clients. Has
 * a port of its own, apart from what is measured, and ends the process with its standard
 * input.
 */
final class Control {

	private final HttpServer server;

	/**
	 * Creates one that can tell of the heap, and begins nothing.
	 * @param port the port to listen on
	 */
	Control(int port) {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(Executors.newCachedThreadPool());
		answer("/heap", Control::usedHeap);
	}

	/**
	 * Lets the runner publish.
	 * @param publisher publishes
	 * @return this
	 */
	Control publisher(TopicPublisher publisher) {
		return order("/publish", (order) -> order.execute(publisher));
	}

	/**
	 * Lets the runner append to a log, without clients.
	 * @param publisher hands an event over
	 * @param end waits until all that was handed over is in the log
	 * @return this
	 */
	Control appender(TopicPublisher publisher, Flush end) {
		return order("/append", (order) -> {
			long start = System.nanoTime();
			order.execute(publisher);
			end.flush();
			return System.nanoTime() - start;
		});
	}

	/**
	 * Lets the runner ask how many clients there are.
	 * @param clients counts them
	 * @return this
	 */
	Control clients(IntSupplier clients) {
		return answer("/clients", clients::getAsInt);
	}

	/**
	 * Lets the runner have streams send at their own turns.
	 * @param turns the streams
	 * @return this
	 */
	Control turns(Turns turns) {
		return order("/turns", turns::execute);
	}

	/**
	 * Lets the runner ask who has left.
	 * @param departures counts them
	 * @return this
	 */
	Control departures(DepartureCounter departures) {
		return answer("/departures", departures::toLine);
	}

	/**
	 * Lets the runner ask something.
	 * @param path what it asks for
	 * @param answer gives the answer
	 * @return this
	 */
	Control answer(String path, Answer answer) {
		return on(path, (query) -> answer.get());
	}

	private Control order(String path, OrderAnswer answer) {
		return on(path, (query) -> answer.execute(order(query)));
	}

	private Control on(String path, QueryAnswer answer) {
		this.server.createContext(path, (exchange) -> {
			try {
				reply(exchange, 200, answer.get(query(exchange.getRequestURI())).toString());
			}
			catch (Exception ex) {
				reply(exchange, 500, ex.toString());
			}
		});
		return this;
	}

	/**
	 * Starts, and tells the runner that the server is there. Does not return.
	 */
	void start() {
		try {
			this.server.start();
			System.out.println("ready");
			System.in.transferTo(OutputStream.nullOutputStream());
			Runtime.getRuntime().halt(0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void reply(HttpExchange exchange, int status, String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(status, (bytes.length > 0) ? bytes.length : -1);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	private static Map<String, String> query(URI uri) {
		Map<String, String> query = new HashMap<>();
		String text = uri.getQuery();
		if (text != null) {
			for (String pair : text.split("&", -1)) {
				int split = pair.indexOf('=');
				query.put(pair.substring(0, split), pair.substring(split + 1));
			}
		}
		return query;
	}

	private static PublishOrder order(Map<String, String> query) {
		return new PublishOrder(Integer.parseInt(query.getOrDefault("topics", "1")),
				Integer.parseInt(query.getOrDefault("count", "1")), Integer.parseInt(query.getOrDefault("rate", "0")),
				Integer.parseInt(query.getOrDefault("size", "100")), Long.parseLong(query.getOrDefault("base", "0")));
	}

	private static long usedHeap() {
		System.gc();
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	/**
	 * Answers.
	 */
	@FunctionalInterface
	interface Answer {

		/**
		 * Gives the answer.
		 */
		Object get() throws Exception;

	}

	/**
	 * Waits for what was handed over.
	 */
	@FunctionalInterface
	interface Flush {

		/**
		 * Waits.
		 */
		void flush() throws Exception;

	}

	/**
	 * Does what an order says.
	 */
	@FunctionalInterface
	private interface OrderAnswer {

		Object execute(PublishOrder order) throws Exception;

	}

	/**
	 * Answers by what was asked for.
	 */
	@FunctionalInterface
	private interface QueryAnswer {

		Object get(Map<String, String> query) throws Exception;

	}

}
