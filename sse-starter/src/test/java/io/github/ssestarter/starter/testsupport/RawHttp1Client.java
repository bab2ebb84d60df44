package io.github.ssestarter.starter.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of HTTP/1.1 that sends what it is told, and takes chunks by the letter.
 */
public final class RawHttp1Client implements AutoCloseable {

	private static final int TIMEOUT = 10_000;

	private final Socket socket;

	private final InputStream input;

	private RawHttp1Client(Socket socket) throws IOException {
		this.socket = socket;
		this.input = socket.getInputStream();
		socket.setSoTimeout(TIMEOUT);
	}

	public static RawHttp1Client connect(int port) throws IOException {
		return new RawHttp1Client(new Socket(InetAddress.getLoopbackAddress(), port));
	}

	public static RawHttp1Client connectSecurely(int port) throws IOException {
		return new RawHttp1Client(TestCertificate.secure(new Socket(InetAddress.getLoopbackAddress(), port)));
	}

	public void send(String text) throws IOException {
		this.socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Sends a request, and takes the head of its response.
	 */
	public String get(String path) throws IOException {
		send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
		return head();
	}

	/**
	 * The status line and the headers of a response.
	 */
	public String head() throws IOException {
		StringBuilder head = new StringBuilder();
		String line = line();
		while (!line.isEmpty()) {
			head.append(line).append('\n');
			line = line();
		}
		return head.toString();
	}

	/**
	 * The next chunk, {@code null} for the last one, each byte a character. In between
	 * there must be nothing but what the specification says.
	 */
	public @Nullable String chunk() throws IOException {
		int length = Integer.parseInt(line(), 16);
		String chunk = new String(this.input.readNBytes(length), StandardCharsets.ISO_8859_1);
		assertThat(chunk).hasSize(length);
		if (length == 0) {
			lineEnd();
			return null;
		}
		return chunk;
	}

	/**
	 * Takes chunks up to one that ends with a text, each with its line end but the last:
	 * that may come with the next chunk only.
	 */
	public String chunksUpTo(String end) throws IOException {
		StringBuilder text = new StringBuilder();
		while (true) {
			String chunk = chunk();
			assertThat(chunk).as("after %s", text).isNotNull();
			text.append(chunk);
			if (text.toString().endsWith(end)) {
				return text.toString();
			}
			lineEnd();
		}
	}

	/**
	 * Takes the line end of a chunk.
	 */
	public void lineEnd() throws IOException {
		assertThat(line()).isEmpty();
	}

	private String line() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		int next = this.input.read();
		while (next != '\r') {
			if (next < 0) {
				throw new EOFException("after " + line);
			}
			line.write(next);
			next = this.input.read();
		}
		assertThat(this.input.read()).isEqualTo('\n');
		return line.toString(StandardCharsets.UTF_8);
	}

	/**
	 * Takes chunks up to the last one.
	 */
	public String chunksUpToTheEnd() throws IOException {
		StringBuilder text = new StringBuilder();
		for (String chunk = chunk(); chunk != null; chunk = chunk()) {
			text.append(chunk);
			lineEnd();
		}
		return text.toString();
	}

	/**
	 * All that comes up to the end of the connection.
	 */
	public String rest() throws IOException {
		return new String(this.input.readAllBytes(), StandardCharsets.UTF_8);
	}

	/**
	 * Resets the connection.
	 */
	public void reset() throws IOException {
		this.socket.setSoLinger(true, 0);
		this.socket.close();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
