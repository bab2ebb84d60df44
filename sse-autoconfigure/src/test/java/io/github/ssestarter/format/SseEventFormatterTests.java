package io.github.ssestarter.format;

import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Mono;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.RawValue;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.format.testsupport.EventStreamParser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SseEventFormatter}.
 */
class SseEventFormatterTests {

	private final SseEventFormatter formatter = new SseEventFormatter(JsonWriter.of(JsonMapper.builder().build()),
			10_000);

	@Test
	void fieldsStandInTheOrderCommentRetryEventDataId() {
		SseEvent event = SseEvent.of("tick", "now").id("7").retry(Duration.ofSeconds(3)).comment("why");
		assertThat(format(event)).isEqualTo(": why\nretry: 3000\nevent: tick\ndata: now\nid: 7\n\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\nb", "a\rb", "a\r\nb" })
	void eachLineEndInTheDataBeginsANewDataLine(String data) {
		assertThat(format(SseEvent.of(data))).isEqualTo("data: a\ndata: b\n\n");
	}

	@ParameterizedTest
	@MethodSource
	void whatIsNoDataIsRefusedWithTheRemedy(Object data, String remedy) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.formatter.format(SseEvent.of("name", data)))
			.withMessageStartingWith("A " + data.getClass().getName() + " is not data: ")
			.withMessageContaining(remedy);
		assertThatIllegalArgumentException().isThrownBy(() -> this.formatter.formatBody(SseEvent.of("name", data)));
	}

	static Stream<Arguments> whatIsNoDataIsRefusedWithTheRemedy() {
		return Stream.of(Arguments.of(Mono.just("a"), "subscribe"),
				Arguments.of((Publisher<String>) (subscriber) -> subscriber.onComplete(), "subscribe"),
				Arguments.of(new SubmissionPublisher<String>(), "subscribe"),
				Arguments.of(new CompletableFuture<>(), "thenAccept"),
				Arguments.of(new FutureTask<>(() -> "a"), "thenAccept"), Arguments.of(Stream.of("a"), "List"),
				Arguments.of(List.of("a").iterator(), "List"), Arguments.of(InputStream.nullInputStream(), "read it"),
				Arguments.of(new StringReader("a"), "read it"), Arguments.of(new AssertionError("a"), "ProblemDetail"),
				Arguments.of(ServerSentEvent.builder("a").build(), "as it is"),
				Arguments.of(SseEvent.of("a"), "as it is"));
	}

	@Test
	void whatCanBeIteratedAgainIsData() {
		assertThat(format(SseEvent.of(List.of(1, 2)))).isEqualTo("data: [1,2]\n\n");
		assertThat(format(SseEvent.of((Iterable<Integer>) List.of(1, 2)::iterator))).isEqualTo("data: [1,2]\n\n");
	}

	@Test
	void mixedLineEndsAreCountedAsAClientCountsThem() {
		assertThat(format(SseEvent.of("a\r\r\nb\n\rc"))).isEqualTo("data: a\ndata: \ndata: b\ndata: \ndata: c\n\n");
	}

	@Test
	void aLineEndInTheDataCannotInjectAField() {
		assertThat(format(SseEvent.of("x\rid: 666\revent: evil")))
			.isEqualTo("data: x\ndata: id: 666\ndata: event: evil\n\n");
	}

	@Test
	void aSpaceAtTheBeginningOfTheDataIsKept() {
		assertThat(format(SseEvent.of(" token"))).isEqualTo("data:  token\n\n");
		assertThat(blocks(SseEvent.of(" token"))).extracting(EventStreamParser.Block::data).containsExactly(" token");
	}

	@Test
	void emptyDataFires() {
		assertThat(format(SseEvent.of(""))).isEqualTo("data: \n\n");
		assertThat(blocks(SseEvent.of(""))).extracting(EventStreamParser.Block::data).containsExactly("");
	}

	@Test
	void aNameWithoutDataFires() {
		assertThat(format(SseEvent.named("done"))).isEqualTo("event: done\ndata: \n\n");
	}

	@Test
	void anEventOfNeitherDataNorNameFiresNothing() {
		assertThat(blocks(SseEvent.idOnly("7").comment("c").retry(Duration.ofSeconds(1))))
			.noneMatch(EventStreamParser.Block::fires);
	}

	@Test
	void aTrailingLineEndIsKept() {
		assertThat(format(SseEvent.of("a\n"))).isEqualTo("data: a\ndata: \n\n");
		assertThat(format(SseEvent.of("\n\n"))).isEqualTo("data: \ndata: \ndata: \n\n");
	}

	@Test
	void anIdAloneIsAnIdOnlyBlock() {
		assertThat(format(SseEvent.idOnly("7"))).isEqualTo("id: 7\n\n");
	}

	@Test
	void anEmptyIdIsWrittenOnlyWhenAskedFor() {
		assertThat(format(SseEvent.idOnly(""))).isEqualTo("id: \n\n");
		assertThat(format(SseEvent.of("x"))).doesNotContain("id:");
	}

	@Test
	void retryIsMillisecondsInAsciiDigits() {
		assertThat(format(SseEvent.retryOnly(Duration.ofMinutes(2)))).isEqualTo("retry: 120000\n");
		assertThat(format(SseEvent.retryOnly(Duration.ZERO))).isEqualTo("retry: 0\n");
		assertThat(format(SseEvent.retryOnly(Duration.ofNanos(1_999_999)))).isEqualTo("retry: 1\n");
	}

	@Test
	void aCommentIsSplitAtLineEndsToo() {
		assertThat(format(SseEvent.commentOnly("a\rb\r\nc\nd"))).isEqualTo(": a\n: b\n: c\n: d\n");
		assertThat(format(SseEvent.commentOnly(""))).isEqualTo(": \n");
	}

	@Test
	void anEmptyNameIsLeftOut() {
		assertThat(format(SseEvent.of("", "x"))).isEqualTo("data: x\n\n");
	}

	@Test
	void thereIsNoByteOrderMark() {
		assertThat(this.formatter.format(SseEvent.of("x"))[0]).isEqualTo((byte) 'd');
	}

	@Test
	void textIsUtf8() {
		String text = "\u00e4\u20ac\ud83d\ude00\udbff\udfff\u0000\u007f\u0080\u07ff\u0800\uffff";
		assertThat(this.formatter.format(SseEvent.of("\u00e9", text).id("\u65e5").comment("\u672c"))).isEqualTo(
				(": \u672c\nevent: \u00e9\ndata: " + text + "\nid: \u65e5\n\n").getBytes(StandardCharsets.UTF_8));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\ud83d", "\ude00", "\ud83d\ud83d", "\ude00\ud83d", "x\ud83dy", "\ud83d\n" })
	void aLoneSurrogateBecomesTheReplacementCharacter(String text) {
		assertThat(format(SseEvent.of(text))).isEqualTo("data: "
				+ text.replace('\ud83d', '\ufffd').replace('\ude00', '\ufffd').replace("\n", "\ndata: ") + "\n\n");
	}

	@Test
	void textGoesOutAsItIsAndAnythingElseAsJson() {
		assertThat(format(SseEvent.of("\"quoted\""))).isEqualTo("data: \"quoted\"\n\n");
		assertThat(format(SseEvent.of(new StringBuilder("text")))).isEqualTo("data: text\n\n");
		assertThat(format(SseEvent.of(42))).isEqualTo("data: 42\n\n");
		assertThat(format(SseEvent.of(List.of("a", "b")))).isEqualTo("data: [\"a\",\"b\"]\n\n");
	}

	@Test
	void jsonOverSeveralLinesIsSplitLikeText() {
		JsonMapper indenting = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
		byte[] frame = new SseEventFormatter(JsonWriter.of(indenting), 10_000).format(SseEvent.of(Map.of("a", 1)));
		List<EventStreamParser.Block> blocks = EventStreamParser.parse(frame);
		assertThat(blocks).hasSize(1);
		assertThat(indenting.readTree(blocks.get(0).data()).get("a").intValue()).isEqualTo(1);
		assertThat(new String(frame, StandardCharsets.UTF_8).lines()).filteredOn((line) -> !line.isEmpty())
			.hasSizeGreaterThan(1)
			.allMatch((line) -> line.startsWith("data: "));
	}

	@Test
	void eachLineEndInJsonBeginsANewDataLine() {
		assertThat(format(SseEvent.of(new RawValue("[1,\r2,\r\n3,\n\r4]\r"))))
			.isEqualTo("data: [1,\ndata: 2,\ndata: 3,\ndata: \ndata: 4]\ndata: \n\n");
	}

	@Test
	void lineEndsInJsonTextCannotInjectAField() {
		assertThat(format(SseEvent.of(Map.of("a", "x\r\nid: 666")))).isEqualTo("data: {\"a\":\"x\\r\\nid: 666\"}\n\n");
	}

	@Test
	void dataThatCannotBeWrittenIsRefusedNamingItsType() {
		List<Object> endless = new ArrayList<>();
		endless.add(endless);
		assertThatIllegalArgumentException().isThrownBy(() -> format(SseEvent.of(endless)))
			.withMessageContaining("java.util.ArrayList")
			.withMessageContaining("JSON");
	}

	@Test
	void anEventThatIsTooLargeIsRefusedNamingTheProperty() {
		SseEventFormatter small = new SseEventFormatter(JsonWriter.of(JsonMapper.builder().build()), 20);
		assertThat(small.format(SseEvent.of("x".repeat(12)))).hasSize(20);
		assertThatIllegalArgumentException().isThrownBy(() -> small.format(SseEvent.of("x".repeat(13))))
			.withMessageContaining("21 bytes")
			.withMessageContaining("sse.event.max-size (20)");
		assertThatIllegalArgumentException().isThrownBy(() -> small.formatBody(SseEvent.of("\u20ac".repeat(5))))
			.withMessageContaining("sse.event.max-size");
	}

	@Test
	void theIdIsAppendedLastOnceItIsKnown() {
		byte[] body = this.formatter.formatBody(SseEvent.of("tick", "now").id("mine"));
		assertThat(new String(body, StandardCharsets.UTF_8)).isEqualTo("event: tick\ndata: now\n");
		assertThat(new String(SseEventFormatter.complete(body, "5-0.abc"), StandardCharsets.UTF_8))
			.isEqualTo("event: tick\ndata: now\nid: 5-0.abc\n\n");
	}

	private String format(SseEvent event) {
		return new String(this.formatter.format(event), StandardCharsets.UTF_8);
	}

	private List<EventStreamParser.Block> blocks(SseEvent event) {
		return EventStreamParser.parse(this.formatter.format(event));
	}

}
