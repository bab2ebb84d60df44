package io.github.ssestarter.starter.testsupport;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import javax.net.ssl.SSLException;

/**
 * A stream read byte by byte, on the test's own thread: what is on the wire, and how it
 * ends.
 */
public final class RawStream implements AutoCloseable {

	private static final int PATIENCE = 30_000;

	private final Socket plain;

	private final Socket socket;

	private final InputStream input;

	private final int status;

	private final Map<String, String> headers = new TreeMap<>();

	private final ByteArrayOutputStream body = new ByteArrayOutputStream();

	private int inChunk;

	/** A chunk's line end may come with the next one only. */
	private boolean hasChunk;

	private RawStream(Socket plain, Socket socket, String request) throws IOException {
		this.plain = plain;
		this.socket = socket;
		this.socket.setSoTimeout(PATIENCE);
		this.input = new BufferedInputStream(socket.getInputStream());
		send(request);
		this.status = Integer.parseInt(line().split(" ")[1]);
		for (String line = line(); !line.isEmpty(); line = line()) {
			String[] parts = line.split(": *", 2);
			this.headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
		}
	}

	/**
	 * Opens a stream and reads its headers.
	 * @param receiveBuffer the size of the socket's buffer, 0 for the system's own
	 * @param isSecure whether to speak TLS
	 * @param request its lines, but for the host and the empty one
	 */
	public static RawStream open(int port, int receiveBuffer, boolean isSecure, String... request) {
		try {
			Socket socket = new Socket();
			if (receiveBuffer > 0) {
				socket.setReceiveBufferSize(receiveBuffer);
			}
			socket.setTcpNoDelay(true);
			socket.connect(new InetSocketAddress("localhost", port));
			return new RawStream(socket, (isSecure) ? TestCertificate.secure(socket) : socket,
					String.join("\r\n", request) + "\r\nHost: localhost\r\n\r\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static RawStream get(int port, String path) {
		return open(port, 0, false, "GET " + path + " HTTP/1.1");
	}

	public int status() {
		return this.status;
	}

	public Map<String, String> headers() {
		return this.headers;
	}

	public String clientId() {
		return this.headers.get("sse-client-id");
	}

	/**
	 * The body so far, without its framing.
	 */
	public String body() {
		return this.body.toString(StandardCharsets.UTF_8);
	}

	public void send(String text) {
		send(this.socket, text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Sends bytes that are none of TLS, where that is spoken.
	 */
	public void sendBelow(byte[] bytes) {
		send(this.plain, bytes);
	}

	private static void send(Socket socket, byte[] bytes) {
		try {
			socket.getOutputStream().write(bytes);
			socket.getOutputStream().flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Reads on until the body ends with a text.
	 */
	public RawStream readTo(String text) {
		byte[] end = text.getBytes(StandardCharsets.UTF_8);
		int matched = 0;
		try {
			while (matched < end.length) {
				int next = next();
				if (next < 0) {
					throw new EOFException("The stream has ended after: " + body());
				}
				matched = (next == end[matched]) ? matched + 1 : (next == end[0]) ? 1 : 0;
			}
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Reads the rest.
	 */
	public End readToEnd() {
		try {
			int next = next();
			while (next >= 0) {
				next = next();
			}
			return End.IN_ORDER;
		}
		catch (EOFException | SocketException ex) {
			return End.CUT;
		}
		catch (SSLException ex) {
			// Not for a record that was changed
			if (!(ex.getCause() instanceof EOFException || ex.getCause() instanceof SocketException)) {
				throw new UncheckedIOException(ex);
			}
			return End.CUT;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The next byte of the body.
	 * @return the byte, -1 after the last one
	 */
	private int next() throws IOException {
		if (!"chunked".equals(this.headers.get("transfer-encoding"))) {
			return add(this.input.read());
		}
		if (this.inChunk == 0) {
			if (this.hasChunk) {
				expectEmptyLine();
			}
			this.inChunk = Integer.parseInt(line(), 16);
			this.hasChunk = this.inChunk > 0;
			if (!this.hasChunk) {
				expectEmptyLine();
				if ("close".equals(this.headers.get("connection")) && this.input.read() >= 0) {
					throw new IOException("Something comes after the last chunk");
				}
				return -1;
			}
		}
		int next = add(required(this.input.read()));
		this.inChunk--;
		return next;
	}

	private int add(int next) {
		if (next >= 0) {
			this.body.write(next);
		}
		return next;
	}

	private void expectEmptyLine() throws IOException {
		String line = line();
		if (!line.isEmpty()) {
			throw new IOException("Instead of the end of a chunk comes: " + line);
		}
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		int next = required(this.input.read());
		while (next != '\n') {
			line.append((char) next);
			next = required(this.input.read());
		}
		if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
			throw new IOException("A line that ends without CR: " + line);
		}
		return line.substring(0, line.length() - 1);
	}

	private static int required(int next) throws EOFException {
		if (next < 0) {
			throw new EOFException();
		}
		return next;
	}

	/**
	 * Goes with a RST.
	 */
	public void reset() {
		try {
			this.plain.setSoLinger(true, 0);
			this.plain.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Goes with a FIN, unless bytes are unread.
	 */
	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * How a body ends.
	 */
	public enum End {

		/** As its framing says. */
		IN_ORDER,

		/** Without the last chunk. */
		CUT

	}

}
