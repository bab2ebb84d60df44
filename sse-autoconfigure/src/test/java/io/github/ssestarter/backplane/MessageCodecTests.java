package io.github.ssestarter.backplane;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link MessageCodec}.
 */
class MessageCodecTests {

	@Test
	void anEventIsReadAsItWasWritten() {
		assertEvent(SseAudience.everyone(), "data:x\n", null);
		assertEvent(SseAudience.topic("orders/ü", "b"), "", "own~id\uD83D\uDE00");
		assertEvent(SseAudience.user("Zoë", "a, b)").and(SseAudience.client("c")), "data:\u2028\n", "");
		assertEvent(
				SseAudience.everyone()
					.except(SseAudience.topic("a")
						.and(SseAudience.user("lone \uD800 surrogate").except(SseAudience.client("1")))),
				"x".repeat(100_000), "42");
	}

	@Test
	void aKeyIsReadAsItWasWritten() {
		assertThat(MessageCodec.decode(MessageCodec.encode(event(null, "EUR/ü")))).isInstanceOfSatisfying(
				Message.Event.class, (read) -> assertThat(read).extracting(Message.Event::ownId, Message.Event::key)
					.containsExactly(null, "EUR/ü"));
		assertThat(MessageCodec.decode(MessageCodec.encode(event("42", "EUR"))))
			.isInstanceOfSatisfying(Message.Event.class, (read) -> {
				assertThat(read).extracting(Message.Event::ownId, Message.Event::key).containsExactly("42", "EUR");
				assertThat(read.body()).containsExactly('x');
			});
	}

	private static Message.Event event(@Nullable String ownId, @Nullable String key) {
		return new Message.Event(SseAudience.topic("a"), new byte[] { 'x' }, ownId, key);
	}

	@Test
	void anOrderToCloseIsReadAsItWasWritten() {
		Message.Close close = new Message.Close(SseAudience.client("a", "b"), new byte[] { 1, 0, -1 });
		assertThat(MessageCodec.decode(MessageCodec.encode(close))).isInstanceOfSatisfying(Message.Close.class,
				(read) -> {
					assertThat(read.audience()).isEqualTo(close.audience());
					assertThat(read.farewell()).isEqualTo(close.farewell());
				});
	}

	@Test
	void theEndOfATopicIsReadAsItWasWritten() {
		for (boolean isFailed : new boolean[] { false, true }) {
			Message.Completion completion = new Message.Completion("runs/ü", isFailed);
			assertThat(MessageCodec.decode(MessageCodec.encode(completion))).isEqualTo(completion);
		}
	}

	@Test
	void theEndOfWhatIsNoTopicIsRefused() {
		for (SseAudience audience : List.of(SseAudience.everyone(), SseAudience.user("u"), SseAudience.topic("a", "b"),
				SseAudience.topic("a").except(SseAudience.topic("a")))) {
			byte[] bytes = MessageCodec.encode(new Message.Completion(audience, false));
			assertThatIllegalArgumentException().isThrownBy(() -> MessageCodec.decode(bytes))
				.withMessageContaining("no topic");
		}
	}

	@Test
	void whatNodesTellEachOtherIsReadAsItWasWritten() {
		Message.Question question = new Message.Question("n2", -1);
		for (Message message : List.of(new Message.Replace("n1", "c\n", Long.MAX_VALUE),
				new Message.Change("n1", question, "c", true, List.of()),
				new Message.Change("n1", question, "c", false, List.of("a/*", "ü")),
				new Message.Changed(question, Message.Changed.Outcome.DONE, null, ""),
				new Message.Changed(question, Message.Changed.Outcome.CLOSED, SseCloseReason.FORBIDDEN, "why"))) {
			assertThat(MessageCodec.decode(MessageCodec.encode(message))).isEqualTo(message);
		}
	}

	@Test
	void theFirstByteIsTheVersion() {
		byte[] bytes = MessageCodec.encode(new Message.Close(SseAudience.everyone(), new byte[0]));
		assertThat(bytes[0]).isEqualTo((byte) 1);
		assertThat(MessageCodec.encode(event("own", null))[0]).isEqualTo((byte) 1);
		assertThat(MessageCodec.encode(event("own", "key"))[0]).isEqualTo((byte) 2);
		bytes[0] = 3;
		assertThatIllegalArgumentException().isThrownBy(() -> MessageCodec.decode(bytes))
			.withMessageContaining("version 3");
	}

	@Test
	void whatIsNoMessageIsRefusedWhateverItIs() {
		byte[] whole = MessageCodec
			.encode(new Message.Event(SseAudience.topic("a").and(SseAudience.user("u")), new byte[0], "own"));
		for (int length = 0; length < whole.length; length++) {
			byte[] cut = Arrays.copyOf(whole, length);
			assertThatIllegalArgumentException().isThrownBy(() -> MessageCodec.decode(cut));
		}
		Random random = new Random(1);
		for (int i = 0; i < 20_000; i++) {
			byte[] bytes = new byte[random.nextInt(60)];
			random.nextBytes(bytes);
			if (bytes.length > 2) {
				bytes[0] = 1;
				bytes[1] = 'E';
			}
			assertThatIllegalArgumentException().isThrownBy(() -> MessageCodec.decode(bytes));
		}
	}

	@Test
	void anAudienceTooDeepIsRefusedBeforeItIsSentAndWhenItComes() {
		List<SseAudience> many = IntStream.range(0, 2_000).mapToObj((i) -> SseAudience.user("u" + i)).toList();
		SseAudience deep = many.stream().reduce(SseAudience.everyone(), SseAudience::except);
		assertThatIllegalArgumentException().isThrownBy(() -> MessageCodec.encode(new Message.Close(deep, new byte[0])))
			.withMessageContaining("narrowed more than");
		SseAudience allowed = many.stream().limit(99).reduce(SseAudience.everyone(), SseAudience::except);
		assertEvent(allowed, "x", null);
		byte[] bytes = new byte[100_000];
		Arrays.fill(bytes, (byte) 'A');
		bytes[0] = 1;
		bytes[1] = 'C';
		assertThatIllegalArgumentException().isThrownBy(() -> MessageCodec.decode(bytes));
	}

	private static void assertEvent(SseAudience audience, String body, @Nullable String ownId) {
		byte[] frame = body.getBytes(StandardCharsets.UTF_8);
		byte[] bytes = MessageCodec.encode(new Message.Event(audience, frame, ownId));
		assertThat(MessageCodec.decode(bytes)).isInstanceOfSatisfying(Message.Event.class, (read) -> {
			assertThat(read.audience()).isEqualTo(audience);
			assertThat(read.body()).isEqualTo(frame);
			assertThat(read.ownId()).isEqualTo(ownId);
		});
	}

}
