package io.github.ssestarter.history;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HistoryEntry}.
 */
class HistoryEntryTests {

	private static final Cursor CURSOR = new Cursor(1, new EventId(1000, 1, "aaaaaa"));

	@Test
	void itKeepsWhatWasPublished() {
		SseAudience audience = SseAudience.topic("a").except(SseAudience.client("c1"));
		HistoryEntry entry = entry(new Message.Event(audience, bytes("data: 1\n"), null));
		assertThat(entry.event().audience()).isSameAs(audience).isSameAs(entry.audience());
		assertThat(entry.event().ownId()).isNull();
		assertThat(entry.event().body()).isSameAs(entry.frame()).isEqualTo(bytes("data: 1\nid: 1000-1.aaaaaa\n\n"));
	}

	@Test
	void theIdThatItsSenderGaveComesWithItsPlace() {
		HistoryEntry entry = entry(new Message.Event(SseAudience.everyone(), bytes("data: 1\n"), "mine"));
		assertThat(entry.event().ownId()).isEqualTo("mine").isEqualTo(entry.ownId());
		assertThat(entry.frame()).isEqualTo(bytes("data: 1\nid: 1000-1.aaaaaa~mine\n\n"));
		assertThat(entry.cursor()).isEqualTo(CURSOR);
	}

	@Test
	void whatWasPublishedIsNotWrittenTo() {
		byte[] body = bytes("data: 1\n");
		entry(new Message.Event(SseAudience.everyone(), body, null));
		assertThat(body).isEqualTo(bytes("data: 1\n"));
	}

	@Test
	void itsEndIsAsManyBytesFurtherAsItsFrameHas() {
		HistoryEntry entry = entry(new Message.Event(SseAudience.everyone(), bytes("data: 1\n"), null));
		assertThat(entry.endOffset()).isEqualTo(100 + entry.frame().length);
	}

	private static HistoryEntry entry(Message.Event event) {
		return new HistoryEntry(CURSOR, event, 100, 7);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
