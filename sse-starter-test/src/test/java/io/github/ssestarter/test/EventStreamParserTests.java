package io.github.ssestarter.test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventStreamParser}. What is parsed here is parsed whole, byte by byte,
 * and cut in two at every place.
 */
class EventStreamParserTests {

	@Test
	void dispatchesAtAnEmptyLine() {
		assertThat(parse("data: a\n\ndata: b\n\n").events).containsExactly(message("a"), message("b"));
	}

	@Test
	void joinsDataLinesByLineFeed() {
		assertThat(parse("data: YHOO\ndata: +2\ndata: 10\n\n").events).containsExactly(message("YHOO\n+2\n10"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\n", "\r", "\r\n" })
	void takesEveryLineEnd(String end) {
		Parsed parsed = parse("event: e" + end + "data: 1" + end + "data: 2" + end + end + "data: 3" + end + end);
		assertThat(parsed.events).containsExactly(new SseTestEvent("e", "1\n2", ""), message("3"));
	}

	@Test
	void takesMixedLineEnds() {
		assertThat(parse("data: 1\rdata: 2\r\ndata: 3\n\rdata: 4\r\n\n").events).containsExactly(message("1\n2\n3"),
				message("4"));
	}

	@Test
	void takesLineFeedAfterCarriageReturnOnlyOnce() {
		assertThat(parse("data: 1\r\n\ndata: 2\r\n\r\n").events).containsExactly(message("1"), message("2"));
		assertThat(parse("data: 1\r\ndata: 2\n\n").events).containsExactly(message("1\n2"));
	}

	@Test
	void doesNotWaitForLineFeedAfterCarriageReturn() {
		Parsed parsed = new Parsed("");
		parsed.read("data: 1\r\r");
		assertThat(parsed.events).containsExactly(message("1"));
		parsed.read("\ndata: 2\r\r");
		assertThat(parsed.events).containsExactly(message("1"), message("2"));
	}

	@Test
	void takesOtherSeparatorsAsData() {
		assertThat(parse("data: a\u000Bb\fc\u0085d\u2028e\u2029f\0g\n\n").events)
			.containsExactly(message("a\u000Bb\fc\u0085d\u2028e\u2029f\0g"));
	}

	@Test
	void dropsOneLeadingByteOrderMark() {
		assertThat(parse("\uFEFFdata: 1\n\n").events).containsExactly(message("1"));
		assertThat(parse("\uFEFF\uFEFFdata: 1\n\n").events).isEmpty();
	}

	@Test
	void takesByteOrderMarkElsewhereAsText() {
		assertThat(parse("data: 1\n\n\uFEFFdata: 2\n\ndata: \uFEFF3\n\n").events).containsExactly(message("1"),
				message("\uFEFF3"));
		assertThat(parse("\n\uFEFFdata: 2\n\n").events).isEmpty();
	}

	@Test
	void dropsOneSpaceAfterTheColon() {
		assertThat(parse("data:a\n\ndata: a\n\ndata:  a \n\ndata:\ta\n\n").events).containsExactly(message("a"),
				message("a"), message(" a "), message("\ta"));
	}

	@Test
	void keepsColonsInTheValue() {
		assertThat(parse("data::a: b:\n\n").events).containsExactly(message(":a: b:"));
	}

	@Test
	void takesFieldWithoutColonAsEmpty() {
		assertThat(parse("data\n\ndata\ndata\n\ndata:test\n\n").events).containsExactly(message(""), message("\n"),
				message("test"));
	}

	@Test
	void dispatchesEmptyData() {
		assertThat(parse("data:\n\ndata: \n\n").events).containsExactly(message(""), message(""));
	}

	@Test
	void keepsLineEndAtTheEndOfData() {
		assertThat(parse("data: a\ndata: \n\n").events).containsExactly(message("a\n"));
	}

	@Test
	void dispatchesNothingWithoutData() {
		assertThat(parse("event: e\n\n\n\nid: 1\n\n").events).isEmpty();
	}

	@Test
	void ignoresUnknownFields() {
		assertThat(parse("x: 1\nDATA: 2\n data: 3\ndata : 4\ndatas: 5\ndata: 6\n\n").events)
			.containsExactly(message("6"));
	}

	@Test
	void dropsAnIncompleteEvent() {
		Parsed parsed = parse("data: 1\n\nid: 7\ndata: 2\n");
		assertThat(parsed.events).containsExactly(message("1"));
		assertThat(parsed.parser.lastEventId()).isEmpty();
		assertThat(parse("data: 1\n\ndata: 2").events).containsExactly(message("1"));
	}

	@Test
	void namesTheEvent() {
		assertThat(parse("event: add\ndata: 1\n\ndata: 2\n\n").events).containsExactly(new SseTestEvent("add", "1", ""),
				message("2"));
	}

	@Test
	void takesTheLastName() {
		assertThat(parse("event: a\nevent: b\ndata: 1\n\n").events).containsExactly(new SseTestEvent("b", "1", ""));
	}

	@Test
	void takesAnEmptyNameAsMessage() {
		assertThat(parse("event: a\nevent:\ndata: 1\n\nevent\ndata: 2\n\n").events).containsExactly(message("1"),
				message("2"));
	}

	@Test
	void forgetsTheNameOfABlockWithoutData() {
		assertThat(parse("event: a\n\ndata: 1\n\n").events).containsExactly(message("1"));
	}

	@Test
	void keepsTheIdUntilAnother() {
		assertThat(parse("id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n").events).containsExactly(
				new SseTestEvent("message", "a", "1"), new SseTestEvent("message", "b", "1"),
				new SseTestEvent("message", "c", "2"));
	}

	@Test
	void resetsTheIdByAnEmptyOne() {
		Parsed parsed = parse("id: 1\ndata: a\n\nid\ndata: b\n\n");
		assertThat(parsed.events).containsExactly(new SseTestEvent("message", "a", "1"), message("b"));
		assertThat(parsed.parser.lastEventId()).isEmpty();
	}

	@Test
	void ignoresAnIdWithNul() {
		assertThat(parse("id: 1\nid: 2\0\ndata: a\n\nid: \0\ndata: b\n\n").events)
			.containsExactly(new SseTestEvent("message", "a", "1"), new SseTestEvent("message", "b", "1"));
	}

	@Test
	void movesTheCursorByABlockOfAnIdAlone() {
		Parsed parsed = parse("id: 1\ndata: a\n\nid: 2\n\n");
		assertThat(parsed.events).hasSize(1);
		assertThat(parsed.parser.lastEventId()).isEqualTo("2");
	}

	@Test
	void startsFromTheCursorGiven() {
		Parsed parsed = new Parsed("41");
		assertThat(parsed.parser.lastEventId()).isEqualTo("41");
		parsed.read("data: a\n\n");
		assertThat(parsed.events).containsExactly(new SseTestEvent("message", "a", "41"));
	}

	@Test
	void setsTheRetryDelayAtItsLine() {
		assertThat(parse("retry: 1500\n").retries).containsExactly(Duration.ofMillis(1500));
		assertThat(parse("retry:007\nretry: 0\n").retries).containsExactly(Duration.ofMillis(7), Duration.ZERO);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "+5", "-5", "5s", "1.5", " 5", "5 ", "0x10", "1e3", "\u0661", "\uFF11" })
	void ignoresARetryThatIsNotDigitsAlone(String value) {
		assertThat(parse("retry: " + value + "\ndata: 1\n\n").retries).isEmpty();
	}

	@Test
	void survivesAHugeRetry() {
		assertThat(parse("retry: 99999999999999999999\n").retries).containsExactly(Duration.ofMillis(Long.MAX_VALUE));
	}

	@Test
	void reportsComments() {
		Parsed parsed = parse(":\n: a\n:b: c\ndata: 1\n:  d\ndata: 2\n\n");
		assertThat(parsed.comments).containsExactly("", "a", "b: c", " d");
		assertThat(parsed.events).containsExactly(message("1\n2"));
	}

	@Test
	void decodesUtf8() {
		assertThat(parse("event: ö\nid: €\ndata: 😀\n\n").events).containsExactly(new SseTestEvent("ö", "😀", "€"));
	}

	@Test
	void replacesMalformedUtf8() {
		byte[] bytes = { 'd', 'a', 't', 'a', ':', (byte) 0xE2, (byte) 0x82, '\n', 'd', 'a', 't', 'a', ':', (byte) 0xFF,
				'\n', '\n' };
		assertThat(parse(bytes).events).containsExactly(message("\uFFFD\n\uFFFD"));
	}

	private static SseTestEvent message(String data) {
		return new SseTestEvent("message", data, "");
	}

	private static Parsed parse(String text) {
		return parse(text.getBytes(StandardCharsets.UTF_8));
	}

	private static Parsed parse(byte[] bytes) {
		Parsed whole = new Parsed("");
		whole.read(bytes);
		Parsed byteByByte = new Parsed("");
		for (byte single : bytes) {
			byteByByte.read(new byte[] { single });
		}
		byteByByte.assertSameAs(whole);
		for (int i = 1; i < bytes.length; i++) {
			Parsed halves = new Parsed("");
			halves.read(Arrays.copyOf(bytes, i));
			halves.read(Arrays.copyOfRange(bytes, i, bytes.length));
			halves.assertSameAs(whole);
		}
		return whole;
	}

	private static final class Parsed implements EventStreamParser.Handler {

		private final List<SseTestEvent> events = new ArrayList<>();

		private final List<String> comments = new ArrayList<>();

		private final List<Duration> retries = new ArrayList<>();

		private final EventStreamParser parser;

		Parsed(String lastEventId) {
			this.parser = new EventStreamParser(lastEventId, this);
		}

		void read(String text) {
			read(text.getBytes(StandardCharsets.UTF_8));
		}

		void read(byte[] bytes) {
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			this.parser.read(buffer);
			assertThat(buffer.hasRemaining()).isFalse();
		}

		void assertSameAs(Parsed other) {
			assertThat(this.events).isEqualTo(other.events);
			assertThat(this.comments).isEqualTo(other.comments);
			assertThat(this.retries).isEqualTo(other.retries);
			assertThat(this.parser.lastEventId()).isEqualTo(other.parser.lastEventId());
		}

		@Override
		public void event(SseTestEvent event) {
			this.events.add(event);
		}

		@Override
		public void comment(String text) {
			this.comments.add(text);
		}

		@Override
		public void retry(Duration delay) {
			this.retries.add(delay);
		}

	}

}
