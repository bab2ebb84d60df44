package io.github.ssestarter.starter.testsupport;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseEvent;

/**
 * Events with all that text may hold, the same for the same seed, and what a client makes
 * of them by the standard.
 */
public final class GeneratedEvents {

	private static final String[] SPECIAL = { "\r", "\n", "\r\n", " ", ":", "\t", "\ufeff", "\u2028", "\u0000",
			"data: x", "id: y", "\n\n", "\ud83d", "\ude00" };

	private final SplittableRandom random;

	private final boolean alwaysId;

	public GeneratedEvents(long seed, boolean alwaysId) {
		this.random = new SplittableRandom(seed);
		this.alwaysId = alwaysId;
	}

	public List<SseEvent> next(int count) {
		List<SseEvent> events = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			String data = text();
			SseEvent event = (this.random.nextInt(4) == 0) ? SseEvent.of(data)
					: SseEvent.of(text().replaceAll("[\r\n]", "-"), data);
			if (this.alwaysId || this.random.nextBoolean()) {
				event = event.id(i + ":" + text().replaceAll("[\r\n\u0000]", "-"));
			}
			if (this.random.nextInt(8) == 0) {
				event = event.comment(text());
			}
			events.add(event);
		}
		return events;
	}

	private String text() {
		StringBuilder text = new StringBuilder();
		int length = this.random.nextInt(12);
		for (int i = 0; i < length; i++) {
			switch (this.random.nextInt(4)) {
				case 0 -> text.append(SPECIAL[this.random.nextInt(SPECIAL.length)]);
				case 1 -> text.append((char) this.random.nextInt(' ', 0x7f));
				default -> text.appendCodePoint((this.random.nextInt(17) << 16) + this.random.nextInt(0x10000));
			}
		}
		return text.toString();
	}

	/**
	 * What a client makes of a name, an id or data.
	 */
	public static String normalised(@Nullable String text) {
		if (text == null) {
			return "";
		}
		StringBuilder wellFormed = new StringBuilder();
		text.codePoints()
			.map((c) -> (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) ? 0xfffd : c)
			.forEach(wellFormed::appendCodePoint);
		return wellFormed.toString().replace("\r\n", "\n").replace('\r', '\n');
	}

}
