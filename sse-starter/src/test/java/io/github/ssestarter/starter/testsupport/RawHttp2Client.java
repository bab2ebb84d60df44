package io.github.ssestarter.starter.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import javax.net.ssl.SSLSocket;

/**
 * An HTTP/2 client that decides on its own what it reads and what it grants: one
 * connection, GET requests only.
 */
public final class RawHttp2Client implements AutoCloseable {

	/** Milliseconds. */
	private static final int MAX_SILENCE = 60_000;

	private static final int DATA = 0;

	private static final int HEADERS = 1;

	private static final int RST_STREAM = 3;

	private static final int SETTINGS = 4;

	private static final int PING = 6;

	private static final int GOAWAY = 7;

	private static final int WINDOW_UPDATE = 8;

	private static final int ACK = 1;

	private static final int END_STREAM = 1;

	private static final int END_HEADERS = 4;

	private static final int MAX_WINDOW = Integer.MAX_VALUE;

	private final Socket socket;

	private final DataInputStream input;

	private final OutputStream output;

	private final Map<Integer, ByteArrayOutputStream> received = new ConcurrentHashMap<>();

	private final Map<Integer, Boolean> ended = new ConcurrentHashMap<>();

	private final Map<Integer, BlockParser> parsers = new ConcurrentHashMap<>();

	private int nextStream = 1;

	/**
	 * Connects with prior knowledge.
	 */
	public RawHttp2Client(int port, int receiveBuffer) throws IOException {
		this(connect(port, receiveBuffer), MAX_WINDOW);
	}

	private RawHttp2Client(Socket socket, int window) throws IOException {
		this.socket = socket;
		this.input = new DataInputStream(this.socket.getInputStream());
		this.output = this.socket.getOutputStream();
		this.output.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		ByteArrayOutputStream settings = new ByteArrayOutputStream();
		settings.write(0);
		settings.write(4); // SETTINGS_INITIAL_WINDOW_SIZE
		settings.write(bytes(window));
		frame(SETTINGS, 0, 0, settings.toByteArray());
		frame(WINDOW_UPDATE, 0, 0, bytes(MAX_WINDOW - 65_535));
	}

	/**
	 * Connects over TLS, to a server with the {@link TestCertificate}.
	 */
	public static RawHttp2Client overTls(int port, int receiveBuffer) throws IOException {
		return new RawHttp2Client(TestCertificate.secure(connect(port, receiveBuffer), "h2"), MAX_WINDOW);
	}

	/**
	 * Connects with prior knowledge, and grants each stream so many bytes at first.
	 */
	public static RawHttp2Client withWindow(int port, int window) throws IOException {
		return new RawHttp2Client(connect(port, 64 * 1024), window);
	}

	private static Socket connect(int port, int receiveBuffer) throws IOException {
		Socket socket = new Socket();
		socket.setSoTimeout(MAX_SILENCE);
		socket.setReceiveBufferSize(receiveBuffer);
		socket.connect(new InetSocketAddress("localhost", port));
		return socket;
	}

	/**
	 * Sends a GET request.
	 * @return the number of its stream
	 */
	public int get(String path) throws IOException {
		int stream = this.nextStream;
		this.received.put(stream, new ByteArrayOutputStream());
		return request(path);
	}

	/**
	 * Sends a GET request for a stream of which nothing is kept.
	 * @param blocks is given each block of it, by the thread that reads
	 * @return the number of its stream
	 */
	public int get(String path, Consumer<Block> blocks) throws IOException {
		int stream = this.nextStream;
		this.parsers.put(stream, new BlockParser(blocks));
		return request(path);
	}

	private int request(String path) throws IOException {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		block.write(0x82); // :method GET
		block.write((this.socket instanceof SSLSocket) ? 0x87 : 0x86); // :scheme
		literal(block, 4, path);
		literal(block, 1, "localhost");
		literal(block, 19, "text/event-stream");
		int stream = this.nextStream;
		this.nextStream += 2;
		frame(HEADERS, END_STREAM | END_HEADERS, stream, block.toByteArray());
		return stream;
	}

	/**
	 * Resets a stream; what still comes of it is not looked at.
	 */
	public void reset(int stream) throws IOException {
		this.parsers.remove(stream);
		frame(RST_STREAM, 0, stream, bytes(8));
	}

	/**
	 * Grants a stream more of its window.
	 */
	public void grant(int stream, int bytes) throws IOException {
		frame(WINDOW_UPDATE, 0, stream, bytes(bytes));
	}

	/**
	 * Reads one frame, and answers pings and settings.
	 */
	public void readFrame() throws IOException {
		int length = this.input.readUnsignedByte() << 16 | this.input.readUnsignedShort();
		int type = this.input.readUnsignedByte();
		int flags = this.input.readUnsignedByte();
		int stream = this.input.readInt() & 0x7FFF_FFFF;
		byte[] payload = this.input.readNBytes(length);
		if (payload.length < length) {
			throw new EOFException();
		}
		if (type == SETTINGS && (flags & ACK) == 0) {
			frame(SETTINGS, ACK, 0, new byte[0]);
		}
		else if (type == PING && (flags & ACK) == 0) {
			frame(PING, ACK, 0, payload);
		}
		else if (type == GOAWAY) {
			throw new IOException("The server ends the connection: " + new String(payload, StandardCharsets.US_ASCII));
		}
		else if (type == DATA && this.received.containsKey(stream)) {
			this.received.get(stream).write(payload);
		}
		else if (type == DATA) {
			BlockParser parser = this.parsers.get(stream);
			if (parser != null) {
				parser.read(payload, 0, length);
			}
		}
		if (type == RST_STREAM || ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0)) {
			this.ended.put(stream, true);
		}
	}

	/**
	 * Takes bytes off the connection without looking at them, after which no frame can be
	 * read any more.
	 */
	public void skip(int bytes) throws IOException {
		this.input.skipNBytes(bytes);
	}

	/**
	 * Reads until a stream holds a text.
	 */
	public void readUntil(int stream, String text) throws IOException {
		while (!received(stream).contains(text)) {
			readFrame();
		}
	}

	String received(int stream) {
		return this.received.get(stream).toString(StandardCharsets.UTF_8);
	}

	public boolean hasEnded(int stream) {
		return this.ended.containsKey(stream);
	}

	/**
	 * The streams that the server has ended since this was asked last.
	 */
	public Set<Integer> takeEnded() {
		if (this.ended.isEmpty()) {
			return Set.of();
		}
		Set<Integer> taken = Set.copyOf(this.ended.keySet());
		this.ended.keySet().removeAll(taken);
		return taken;
	}

	void setReadTimeout(int millis) throws IOException {
		this.socket.setSoTimeout(millis);
	}

	private synchronized void frame(int type, int flags, int stream, byte[] payload) throws IOException {
		ByteArrayOutputStream frame = new ByteArrayOutputStream();
		frame.write(payload.length >> 16);
		frame.write(payload.length >> 8);
		frame.write(payload.length);
		frame.write(type);
		frame.write(flags);
		frame.write(bytes(stream));
		frame.write(payload);
		this.output.write(frame.toByteArray());
		this.output.flush();
	}

	private static byte[] bytes(int value) {
		return new byte[] { (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value };
	}

	/**
	 * A header whose name is in the static table, without indexing.
	 */
	private static void literal(ByteArrayOutputStream block, int index, String value) throws IOException {
		byte[] text = value.getBytes(StandardCharsets.US_ASCII);
		if (index < 15) {
			block.write(index);
		}
		else {
			block.write(15);
			block.write(index - 15);
		}
		block.write(text.length);
		block.write(text);
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
