package io.github.ssestarter.servlet;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The framing of responses that the starter writes to the socket.
 */
class FramingTests {

	private static final byte[] NONE = new byte[0];

	@Test
	void aWriteThatIsTakenWholeIsOneChunk() {
		Framing framing = Framing.of(true);
		assertThat(text(put(framing, bytes("hello, this is it"), 0, 17))).isEqualTo("11\r\nhello, this is it\r\n");
		assertThat(framing.sent(23)).isEqualTo(17);
		assertThat(framing.isOpen()).isFalse();
		assertThat(text(framing.framed(bytes("tick")))).isEqualTo("4\r\ntick\r\n");
		assertThat(text(framing.end())).isEqualTo("0\r\n\r\n");
	}

	@Test
	void theLineEndOfAChunkIsStillOwedAfterItsLastByte() {
		Framing framing = Framing.of(true);
		put(framing, bytes("tick"), 0, 4);
		assertThat(framing.sent(8)).isEqualTo(4);
		assertThat(framing.isOpen()).isTrue();
		assertThat(text(put(framing, NONE, 0, 0))).isEqualTo("\n");
		assertThat(framing.sent(1)).isZero();
		assertThat(framing.isOpen()).isFalse();
	}

	@Test
	void withoutChunksBytesAreWhatTheyAre() {
		Framing framing = Framing.of(false);
		assertThat(text(put(framing, bytes("tick"), 1, 2))).isEqualTo("ic");
		assertThat(framing.sent(1)).isOne();
		assertThat(framing.isOpen()).isFalse();
		assertThat(framing.framed(bytes("tick"))).isEqualTo(bytes("tick"));
		assertThat(framing.end()).isEmpty();
	}

	/**
	 * As a shard does: what was not taken comes first in the next write, with more or
	 * less behind it.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whereverTheSocketStopsTheClientReadsTheSame(boolean isChunked) {
		for (int seed = 0; seed < 2000; seed++) {
			Random random = new Random(seed);
			Framing framing = Framing.of(isChunked);
			byte[] data = new byte[1 + random.nextInt(600)];
			random.nextBytes(data);
			ByteArrayOutputStream wire = new ByteArrayOutputStream();
			int sent = 0;
			while (sent < data.length || framing.isOpen()) {
				int length = Math.min(data.length - sent, random.nextInt(300));
				byte[] bytes = put(framing, data, sent, length);
				int count = (random.nextInt(3) == 0) ? bytes.length : random.nextInt(Math.min(bytes.length, 9) + 1);
				wire.write(bytes, 0, count);
				int taken = framing.sent(count);
				assertThat(taken).isBetween(0, length);
				sent += taken;
			}
			wire.writeBytes(framing.end());
			assertThat((isChunked) ? decoded(wire.toByteArray()) : wire.toByteArray()).as("Seed " + seed)
				.isEqualTo(data);
		}
	}

	private static byte[] put(Framing framing, byte[] bytes, int offset, int length) {
		ByteBuffer buffer = ByteBuffer.allocate(length + Framing.MAX_OVERHEAD);
		framing.put(buffer, bytes, offset, length);
		byte[] put = new byte[buffer.flip().remaining()];
		buffer.get(put);
		return put;
	}

	private static byte[] decoded(byte[] wire) {
		ByteArrayOutputStream data = new ByteArrayOutputStream();
		int position = 0;
		while (true) {
			int lineEnd = position;
			while (wire[lineEnd] != '\r') {
				lineEnd++;
			}
			assertThat(wire[lineEnd + 1]).isEqualTo((byte) '\n');
			int size = Integer.parseInt(new String(wire, position, lineEnd - position, StandardCharsets.US_ASCII), 16);
			data.write(wire, lineEnd + 2, size);
			position = lineEnd + 2 + size;
			assertThat(new String(wire, position, 2, StandardCharsets.US_ASCII)).isEqualTo("\r\n");
			position += 2;
			if (size == 0) {
				assertThat(position).isEqualTo(wire.length);
				return data.toByteArray();
			}
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.US_ASCII);
	}

}
