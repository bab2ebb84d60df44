package io.github.ssestarter.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link Http2Conversation}.
 */
class Http2ConversationTests {

	private static final byte[] STATUS_200 = { 0x3F, (byte) 0xE1, 0x1F, (byte) 0x88 };

	private final LoadGroup group = new LoadGroup(2);

	private final Http2Conversation conversation = new Http2Conversation(
			new LoadOrder(1, "/events?topic=t{i}", 2, 2).over(Wire.HTTP2), 0, this.group);

	private final ByteArrayOutputStream answers = new ByteArrayOutputStream();

	private final Link link;

	Http2ConversationTests() throws IOException {
		SocketChannel channel = SocketChannel.open();
		channel.close();
		this.link = new Link(channel) {
			@Override
			void send(byte[] bytes) {
				Http2ConversationTests.this.answers.writeBytes(bytes);
			}
		};
	}

	@Test
	void asksForTheStreamsOfAllClients() {
		assertThat(new String(this.conversation.opening(), StandardCharsets.ISO_8859_1)).startsWith("PRI * HTTP/2.0")
			.contains("/events?topic=t0", "/events?topic=t1");
	}

	@Test
	void findsTheEventsOfEachStreamHoweverTheyAreCut() throws IOException {
		ByteArrayOutputStream said = new ByteArrayOutputStream();
		said.writeBytes(frame(4, 0, 0));
		said.writeBytes(frame(1, 4, 1, STATUS_200));
		said.writeBytes(frame(1, 4, 3, 0x88));
		said.writeBytes(frame(6, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8));
		said.writeBytes(frame(0, 0, 1, event(7).substring(0, 12)));
		said.writeBytes(frame(0, 0, 3, event(7)));
		said.writeBytes(frame(0, 0, 1, event(7).substring(12) + event(8)));
		byte[] bytes = said.toByteArray();
		for (int size = 1; size <= bytes.length; size++) {
			this.group.begin(7, 3);
			this.answers.reset();
			int opened = 0;
			for (int from = 0; from < bytes.length; from += size) {
				opened += read(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
			}
			assertThat(opened).isEqualTo(2);
			assertThat(this.group.result().deliveries()).isEqualTo(3);
			assertThat(this.group.result().errors()).isZero();
			assertThat(this.answers.toByteArray())
				.isEqualTo(concat(frame(4, 1, 0), frame(6, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8)));
		}
	}

	@Test
	void anEndAndARefusalAreErrors() {
		assertThatIOException().isThrownBy(() -> read(frame(3, 0, 1, 0, 0, 0, 8)))
			.withMessageContaining("has ended stream 1");
		assertThatIOException()
			.isThrownBy(() -> new Http2Conversation(new LoadOrder(1, "/", 1, 1).over(Wire.HTTP2), 0, this.group)
				.read(frame(1, 4, 1, 0x8D), 10, this.link))
			.withMessageContaining("Refused");
	}

	private int read(byte[] bytes) throws IOException {
		return this.conversation.read(bytes, bytes.length, this.link);
	}

	private static byte[] concat(byte[] one, byte[] other) {
		return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
	}

	private static byte[] frame(int type, int flags, int stream, String payload) {
		return frame(type, flags, stream, payload.getBytes(StandardCharsets.US_ASCII));
	}

	private static byte[] frame(int type, int flags, int stream, int... payload) {
		byte[] bytes = new byte[payload.length];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) payload[i];
		}
		return frame(type, flags, stream, bytes);
	}

	private static byte[] frame(int type, int flags, int stream, byte[] payload) {
		return ByteBuffer.allocate(9 + payload.length)
			.putInt(payload.length << 8 | type)
			.put((byte) flags)
			.putInt(stream)
			.put(payload)
			.array();
	}

	private static String event(int number) {
		String json = "{\"t\":10000000000000,\"n\":" + number + ",\"p\":\"";
		return "data: " + json + "x".repeat(98 - json.length()) + "\"}\n\n";
	}

}
