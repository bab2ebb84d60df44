package io.github.ssestarter.starter.testsupport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A server without the starter, which writes the bytes that a test wants a client to see.
 * It remembers who asked for what.
 */
public final class ScriptedServer implements AutoCloseable {

	private static final Pattern QUERY = Pattern.compile("[?&]lastEventId=([^& ]*)");

	private final ServerSocket acceptor;

	private final Script script;

	private final CountDownLatch closed = new CountDownLatch(1);

	private final List<Socket> connections = new CopyOnWriteArrayList<>();

	private final Map<String, List<Request>> requests = new ConcurrentHashMap<>();

	public ScriptedServer(Script script) {
		this.script = script;
		try {
			this.acceptor = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start("scripted-server", this::accept);
	}

	private static void start(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		thread.start();
	}

	public int port() {
		return this.acceptor.getLocalPort();
	}

	/**
	 * The requests for a path, in order.
	 */
	public List<Request> requests(String path) {
		return this.requests.getOrDefault(path, List.of());
	}

	private void accept() {
		try {
			while (true) {
				Socket connection = this.acceptor.accept();
				connection.setTcpNoDelay(true);
				this.connections.add(connection);
				start("scripted-connection", () -> serve(connection));
			}
		}
		catch (IOException ex) {
			// It was closed
		}
	}

	private void serve(Socket connection) {
		try (connection) {
			BufferedReader reader = new BufferedReader(
					new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
			Answer answer = new Answer(connection, this.closed);
			while (!answer.isOver) {
				List<String> head = head(reader);
				if (head.isEmpty()) {
					return;
				}
				String target = head.get(0).split(" ")[1];
				String path = target.split("\\?")[0];
				List<Request> all = this.requests.computeIfAbsent(path, (key) -> new CopyOnWriteArrayList<>());
				all.add(new Request(lastEventId(target, head), System.nanoTime()));
				this.script.answer(path, all.size(), answer);
			}
		}
		catch (IOException ex) {
			// The client has gone
		}
	}

	private static List<String> head(BufferedReader reader) throws IOException {
		List<String> lines = new ArrayList<>();
		String line;
		while ((line = reader.readLine()) != null && !line.isEmpty()) {
			lines.add(line);
		}
		return lines;
	}

	private static @Nullable String lastEventId(String target, List<String> head) {
		for (String line : head) {
			if (line.toLowerCase().startsWith("last-event-id:")) {
				return line.substring(line.indexOf(':') + 1).strip();
			}
		}
		Matcher query = QUERY.matcher(target);
		return (query.find()) ? "?" + query.group(1) : null;
	}

	@Override
	public void close() {
		this.closed.countDown();
		try {
			this.acceptor.close();
			for (Socket connection : this.connections) {
				connection.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Answers a request.
	 */
	public interface Script {

		/**
		 * Answers.
		 * @param path what was asked for, without a query
		 * @param number how often it was asked for, with this request
		 */
		void answer(String path, int number, Answer answer) throws IOException;

	}

	/**
	 * What the server writes: nothing more until the client goes, if it is neither ended
	 * nor cut.
	 */
	public static final class Answer {

		private final Socket connection;

		private final CountDownLatch closed;

		private UnaryOperator<String> renaming = UnaryOperator.identity();

		private boolean isOver;

		Answer(Socket connection, CountDownLatch closed) {
			this.connection = connection;
			this.closed = closed;
		}

		private void write(String text) throws IOException {
			OutputStream output = Objects.requireNonNull(this.connection.getOutputStream());
			output.write(text.getBytes(StandardCharsets.UTF_8));
		}

		/**
		 * An answer without a body. The connection stays as it is.
		 */
		public void refuse(String statusAndHeaders) throws IOException {
			write("HTTP/1.1 " + statusAndHeaders + "\r\n\r\n");
		}

		public void open() throws IOException {
			write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
					+ "Transfer-Encoding: chunked\r\n\r\n");
		}

		/**
		 * Has something else sent for what matches.
		 */
		public void rename(String pattern, String replacement) {
			this.renaming = (text) -> text.replaceAll(pattern, replacement);
		}

		/**
		 * A chunk of its own.
		 */
		public void send(String chunk) throws IOException {
			String text = this.renaming.apply(chunk);
			write(Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n");
		}

		/**
		 * Waits until a condition holds, but not for ever: the streams of fetch drop what
		 * has not been read of them when the connection is cut.
		 */
		public void await(Duration atMost, BooleanSupplier condition) throws IOException {
			long start = System.nanoTime();
			try {
				while (!condition.getAsBoolean() && System.nanoTime() - start < atMost.toNanos()) {
					if (this.closed.await(20, TimeUnit.MILLISECONDS)) {
						throw new IOException("Closed");
					}
				}
			}
			catch (InterruptedException ex) {
				throw new InterruptedIOException();
			}
		}

		/**
		 * Ends the stream as it should be.
		 */
		public void end() throws IOException {
			write("0\r\n\r\n");
			cut();
		}

		/**
		 * Closes the connection, without a last chunk if it is a stream's.
		 */
		public void cut() throws IOException {
			this.isOver = true;
			this.connection.close();
		}

	}

	/**
	 * A request.
	 *
	 * @param lastEventId the id that came with it, with a question mark before it if it
	 * came in the query
	 * @param at when, by {@link System#nanoTime()}
	 */
	public record Request(@Nullable String lastEventId, long at) {
	}

}
