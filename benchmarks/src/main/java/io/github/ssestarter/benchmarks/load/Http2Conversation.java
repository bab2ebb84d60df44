package io.github.ssestarter.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Requests of HTTP/2 on one connection, and their responses. It grants all windows at
 * once, as large as they can be, and leaves out what the servers measured do not do:
 * bodies with padding, and headers in more than one frame.
 */
final class Http2Conversation implements Conversation {

	private static final int FRAME_HEADER = 9;

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

	private static final short ENABLE_PUSH = 2;

	private static final short INITIAL_WINDOW_SIZE = 4;

	private static final int DEFAULT_WINDOW = 65_535;

	/** In the static table (RFC 7541, appendix A), with the value {@code 200}. */
	private static final byte STATUS_200 = (byte) 0x88;

	private static final int TABLE_SIZE = 0x20;

	/** More bytes of the size follow. */
	private static final int LARGE_SIZE = 0x1F;

	/** One for each response, in the order of their streams. */
	private final List<EventScanner> scanners = new ArrayList<>();

	private final byte[] opening;

	private final ByteBuffer head = ByteBuffer.allocate(FRAME_HEADER);

	/** What a frame says that is answered with the same. */
	private final ByteArrayOutputStream payload = new ByteArrayOutputStream();

	/** What is left of the frame. */
	private int left;

	/**
	 * Creates the conversation of some clients.
	 * @param order what they are to do
	 * @param first the number of the first
	 * @param group takes what they receive
	 */
	Http2Conversation(LoadOrder order, int first, LoadGroup group) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		out.writeBytes(frame(SETTINGS, 0, 0,
				ByteBuffer.allocate(12)
					.putShort(ENABLE_PUSH)
					.putInt(0)
					.putShort(INITIAL_WINDOW_SIZE)
					.putInt(Integer.MAX_VALUE)
					.array()));
		out.writeBytes(frame(WINDOW_UPDATE, 0, 0,
				ByteBuffer.allocate(Integer.BYTES).putInt(Integer.MAX_VALUE - DEFAULT_WINDOW).array()));
		int count = Math.min(order.wire().streams(), order.count() - first);
		for (int i = 0; i < count; i++) {
			this.scanners.add(group.scanner(order.padding()));
			out.writeBytes(frame(HEADERS, END_STREAM | END_HEADERS, 2 * i + 1, headers(order, first + i)));
		}
		this.opening = out.toByteArray();
	}

	private static byte[] frame(int type, int flags, int stream, byte[] payload) {
		return ByteBuffer.allocate(FRAME_HEADER + payload.length)
			.putInt(payload.length << Byte.SIZE | type)
			.put((byte) flags)
			.putInt(stream)
			.put(payload)
			.array();
	}

	/**
	 * Headers as literals, the pseudo headers with the names of the static table.
	 */
	private static byte[] headers(LoadOrder order, int client) {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		literal(block, 2, ":method", "GET");
		literal(block, 6, ":scheme", "https");
		literal(block, 4, ":path", order.path(client));
		literal(block, 1, ":authority", "127.0.0.1:" + order.port());
		literal(block, 0, "accept", "text/event-stream");
		if (order.isResuming()) {
			literal(block, 0, "last-event-id", order.lastEventId());
		}
		return block.toByteArray();
	}

	/**
	 * Writes a header.
	 * @param index the index of its name in the static table, zero if it is spelled out
	 */
	private static void literal(ByteArrayOutputStream block, int index, String name, String value) {
		block.write(index);
		if (index == 0) {
			text(block, name);
		}
		text(block, value);
	}

	private static void text(ByteArrayOutputStream block, String text) {
		// All are shorter than 127 bytes
		block.write(text.length());
		block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
	}

	@Override
	public byte[] opening() {
		return this.opening;
	}

	@Override
	public int read(byte[] bytes, int length, Link link) throws IOException {
		int opened = 0;
		int i = 0;
		while (i < length) {
			if (this.head.hasRemaining()) {
				int count = Math.min(this.head.remaining(), length - i);
				this.head.put(bytes, i, count);
				i += count;
				opened += (this.head.hasRemaining()) ? 0 : begin();
			}
			int count = Math.min(this.left, length - i);
			if (count > 0) {
				take(bytes, i, count);
				i += count;
				this.left -= count;
			}
			if (!this.head.hasRemaining() && this.left == 0) {
				end(link);
			}
		}
		return opened;
	}

	private int type() {
		return this.head.get(3);
	}

	private int stream() {
		return this.head.getInt(5);
	}

	/**
	 * A frame begins, of which the head is there.
	 * @return how many responses have just begun
	 */
	private int begin() throws IOException {
		this.left = this.head.getInt(0) >>> Byte.SIZE;
		if (type() == RST_STREAM || type() == GOAWAY) {
			throw new IOException("The server has ended stream " + stream() + ", by a frame of type " + type());
		}
		return (type() == HEADERS) ? 1 : 0;
	}

	private void take(byte[] bytes, int from, int count) throws IOException {
		switch (type()) {
			case DATA -> this.scanners.get(stream() / 2).scan(bytes, from, from + count);
			case HEADERS, PING -> this.payload.write(bytes, from, count);
			default -> {
			}
		}
	}

	private void end(Link link) throws IOException {
		byte[] payload = this.payload.toByteArray();
		int type = type();
		boolean isAnswer = (this.head.get(4) & ACK) != 0;
		this.payload.reset();
		this.head.clear();
		switch (type) {
			case HEADERS -> requireOk(payload);
			case SETTINGS -> answer(SETTINGS, isAnswer, new byte[0], link);
			case PING -> answer(PING, isAnswer, payload, link);
			default -> {
			}
		}
	}

	private static void requireOk(byte[] block) throws IOException {
		int first = (block.length > 0 && (block[0] & 0xE0) == TABLE_SIZE) ? afterSize(block) : 0;
		if (first >= block.length || block[first] != STATUS_200) {
			throw new IOException("Refused, with headers that are " + HexFormat.of().formatHex(block));
		}
	}

	/**
	 * Skips the size of the server's table, which may be told first (RFC 7541, section
	 * 6.3).
	 */
	private static int afterSize(byte[] block) {
		int next = 1;
		if ((block[0] & LARGE_SIZE) == LARGE_SIZE) {
			while (next < block.length && block[next] < 0) {
				next++;
			}
			next++;
		}
		return next;
	}

	private static void answer(int type, boolean isAnswer, byte[] payload, Link link) throws IOException {
		if (!isAnswer) {
			link.send(frame(type, ACK, 0, payload));
		}
	}

}
