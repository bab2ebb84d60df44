package io.github.ssestarter.sample.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.eclipse.jetty.http2.hpack.HpackException;

/**
 * A connection of a hostile client over HTTP/2, which sends whatever frames.
 */
public final class Http2Connection implements AutoCloseable {

	static final int DATA = 0;

	static final int HEADERS = 1;

	static final int RST_STREAM = 3;

	static final int SETTINGS = 4;

	static final int PING = 6;

	static final int GOAWAY = 7;

	static final int WINDOW_UPDATE = 8;

	static final int CONTINUATION = 9;

	static final int END_STREAM = 1;

	static final int END_HEADERS = 4;

	static final int INITIAL_WINDOW_SIZE = 4;

	private static final int ACK = 1;

	/** As in the static table (RFC 7541, appendix A), whose first index is 1. */
	private static final List<String> PSEUDO_HEADERS = List.of(":authority", ":method", "", ":path", "", ":scheme");

	private final Attack attack;

	private final Socket socket;

	private final DataInputStream input;

	private final ByteArrayOutputStream output = new ByteArrayOutputStream();

	private final HpackDecoder decoder = new HpackDecoder(64 * 1024, System::nanoTime);

	private final ByteArrayOutputStream headerBlock = new ByteArrayOutputStream();

	private int nextStream = 1;

	/**
	 * Connects with prior knowledge.
	 */
	Http2Connection(Attack attack) throws IOException {
		this.attack = attack;
		// The server may take what any SETTINGS grant it
		this.decoder.setMaxTableCapacity(Integer.MAX_VALUE);
		this.socket = HostileSocket.connect(attack.port());
		this.input = new DataInputStream(this.socket.getInputStream());
		raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
	}

	/**
	 * Adds bytes to what is to be sent.
	 */
	void raw(byte[] bytes) {
		this.output.writeBytes(bytes);
	}

	void frame(int type, int flags, int stream, byte... payload) {
		this.output.write(payload.length >> 16);
		this.output.write(payload.length >> 8);
		this.output.write(payload.length);
		this.output.write(type);
		this.output.write(flags);
		raw(bytes(stream));
		raw(payload);
	}

	void setting(int name, int value) {
		frame(SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) name).putInt(value).array());
	}

	/**
	 * Adds a request.
	 * @return the number of its stream
	 */
	int request(int flags, String... headers) {
		this.attack.requested();
		int stream = this.nextStream;
		this.nextStream += 2;
		frame(HEADERS, END_HEADERS | flags, stream, block(headers));
		return stream;
	}

	int get(String path) {
		return request(END_STREAM, ":method", "GET", ":scheme", "http", ":path", path, ":authority", "localhost");
	}

	void reset(int stream, int code) {
		frame(RST_STREAM, 0, stream, bytes(code));
	}

	void grant(int stream, int bytes) {
		frame(WINDOW_UPDATE, 0, stream, bytes(bytes));
	}

	/**
	 * Sends all that was added.
	 */
	void flush() throws IOException {
		this.output.writeTo(this.socket.getOutputStream());
		this.output.reset();
	}

	/**
	 * Reads until there were so many answers or resets, or silence.
	 */
	void readAnswers(int count, int millis) throws IOException {
		flush();
		this.socket.setSoTimeout(millis);
		try {
			int left = count;
			while (left > 0) {
				left -= (readFrame()) ? 1 : 0;
			}
		}
		catch (SocketTimeoutException ex) {
			// No more to come
		}
	}

	private boolean readFrame() throws IOException {
		int length = this.input.readUnsignedByte() << 16 | this.input.readUnsignedShort();
		int type = this.input.readUnsignedByte();
		int flags = this.input.readUnsignedByte();
		this.input.readInt();
		byte[] payload = this.input.readNBytes(length);
		if (payload.length < length || type == GOAWAY) {
			throw new EOFException();
		}
		if (type == SETTINGS && (flags & ACK) == 0) {
			frame(SETTINGS, ACK, 0);
			flush();
		}
		if (type == HEADERS || type == CONTINUATION) {
			this.headerBlock.writeBytes(payload);
			if ((flags & END_HEADERS) != 0) {
				answered();
				return true;
			}
		}
		return type == RST_STREAM;
	}

	private void answered() throws IOException {
		try {
			MetaData decoded = this.decoder.decode(ByteBuffer.wrap(this.headerBlock.toByteArray()));
			this.headerBlock.reset();
			if (decoded instanceof MetaData.Response response) {
				this.attack.answered(response.getStatus(), response.getHttpFields().contains(HttpHeader.RETRY_AFTER),
						"HTTP/2", Set.of());
			}
		}
		catch (HpackException ex) {
			throw new IllegalStateException("The server's headers cannot be read", ex);
		}
	}

	void setLinger() throws IOException {
		this.socket.setSoLinger(true, 0);
	}

	static byte[] bytes(int value) {
		return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
	}

	/**
	 * Headers as literals without indexing.
	 */
	static byte[] block(String... headers) {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		for (int i = 0; i < headers.length; i += 2) {
			// Tomcat takes the names with a colon from the static table only
			int index = (headers[i].isEmpty()) ? 0 : PSEUDO_HEADERS.indexOf(headers[i]) + 1;
			block.write(index);
			if (index == 0) {
				text(block, headers[i]);
			}
			text(block, headers[i + 1]);
		}
		return block.toByteArray();
	}

	private static void text(ByteArrayOutputStream block, String text) {
		byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
		int rest = bytes.length - 0x7F;
		block.write(Math.min(bytes.length, 0x7F));
		while (rest >= 0) {
			block.write((rest < 0x80) ? rest : rest & 0x7F | 0x80);
			rest = (rest < 0x80) ? -1 : rest >> 7;
		}
		block.writeBytes(bytes);
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
