package io.github.ssestarter.format;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.SseEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FrameFields}.
 */
class FrameFieldsTests {

	private final SseEventFormatter formatter = new SseEventFormatter(JsonWriter.of(new JsonMapper()), 1000);

	@Test
	void whatTheFormatterWroteIsRead() {
		assertThat(of(SseEvent.of("order", "id: 1\nevent: 2").id("5").comment("id: 3")))
			.isEqualTo(new FrameFields("order", "5", "id: 1\nevent: 2", 55));
		assertThat(of(SseEvent.of("\u00e9"))).isEqualTo(new FrameFields(null, null, "\u00e9", 10));
		assertThat(of(SseEvent.idOnly("7"))).isEqualTo(new FrameFields(null, "7", null, 7));
		assertThat(of(SseEvent.commentOnly("data: x"))).isEqualTo(new FrameFields(null, null, null, 10));
	}

	@Test
	void severalEventsAreReadAsOne() {
		byte[] frame = "event: a\ndata: 1\nid: 1\n\nevent: b\ndata: 2\nid: 2\n\n".getBytes(StandardCharsets.UTF_8);
		assertThat(FrameFields.of(frame)).isEqualTo(new FrameFields("a", "2", "1\n2", frame.length));
		assertThat(FrameFields.of(new byte[0])).isEqualTo(new FrameFields(null, null, null, 0));
	}

	private FrameFields of(SseEvent event) {
		return FrameFields.of(this.formatter.format(event));
	}

}
