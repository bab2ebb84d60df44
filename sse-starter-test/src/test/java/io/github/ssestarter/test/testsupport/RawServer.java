package io.github.ssestarter.test.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server that gives every request the same bytes for an answer and leaves the
 * connection to the test.
 */
public final class RawServer implements AutoCloseable {

	public static final String STREAM = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

	public static final String CHUNKED_STREAM = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream;charset=UTF-8\r\n"
			+ "Transfer-Encoding: chunked\r\n\r\n";

	private static final Pattern CONTENT_LENGTH = Pattern.compile("\r\nContent-Length: (\\d+)\r\n");

	private final ServerSocket socket;

	private final byte[] answer;

	private final BlockingQueue<Connection> arrived = new LinkedBlockingQueue<>();

	private final List<Connection> all = new CopyOnWriteArrayList<>();

	public RawServer(String answer) {
		this.answer = answer.getBytes(StandardCharsets.UTF_8);
		try {
			this.socket = new ServerSocket(0, 500, InetAddress.getByName("localhost"));
			this.socket.setReceiveBufferSize(4096);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Thread thread = new Thread(this::serve, "raw-server");
		thread.setDaemon(true);
		thread.start();
	}

	private void serve() {
		while (!this.socket.isClosed()) {
			try {
				Socket accepted = this.socket.accept();
				accepted.setTcpNoDelay(true);
				accepted.setSendBufferSize(16 * 1024);
				String request = readRequest(accepted.getInputStream());
				accepted.getOutputStream().write(this.answer);
				Connection connection = new Connection(accepted, request);
				this.all.add(connection);
				this.arrived.add(connection);
			}
			catch (IOException ex) {
				// the test closed one end or the other
			}
		}
	}

	private static String readRequest(InputStream in) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		String request = "";
		while (!request.endsWith("\r\n\r\n")) {
			int next = in.read();
			if (next < 0) {
				throw new IOException("The request ended");
			}
			bytes.write(next);
			request = bytes.toString(StandardCharsets.UTF_8);
		}
		Matcher contentLength = CONTENT_LENGTH.matcher(request);
		int length = (contentLength.find()) ? Integer.parseInt(contentLength.group(1)) : 0;
		return request + new String(in.readNBytes(length), StandardCharsets.UTF_8);
	}

	public int port() {
		return this.socket.getLocalPort();
	}

	/**
	 * Wait for a connection.
	 * @return the oldest that was not yet returned
	 */
	public Connection connection() {
		try {
			Connection connection = this.arrived.poll(10, TimeUnit.SECONDS);
			if (connection == null) {
				throw new AssertionError("No connection came");
			}
			return connection;
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
		for (Connection connection : this.all) {
			connection.close();
		}
	}

	/**
	 * A connection whose request was read and answered.
	 *
	 * @param socket the socket
	 * @param request the whole request
	 */
	public record Connection(Socket socket, String request) {

		public void write(String text) throws IOException {
			write(text.getBytes(StandardCharsets.UTF_8));
		}

		public void write(byte[] bytes) throws IOException {
			this.socket.getOutputStream().write(bytes);
		}

		public int read() throws IOException {
			this.socket.setSoTimeout(10_000);
			return this.socket.getInputStream().read();
		}

		public void reset() throws IOException {
			this.socket.setSoLinger(true, 0);
			this.socket.close();
		}

		public void close() throws IOException {
			this.socket.close();
		}

	}

}
