package io.github.ssestarter.test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RawTail}.
 */
class RawTailTests {

	@Test
	void keepsAllUpToTheLimit() {
		RawTail tail = new RawTail(1000);
		append(tail, "abc");
		append(tail, "d".repeat(997));
		assertThat(text(tail)).isEqualTo("abc" + "d".repeat(997));
	}

	@Test
	void keepsTheLatest() {
		RawTail tail = new RawTail(300);
		StringBuilder all = new StringBuilder();
		for (int i = 0; i < 500; i++) {
			String part = Integer.toString(i * 7919);
			append(tail, part);
			all.append(part);
			assertThat(text(tail)).isEqualTo(all.substring(Math.max(0, all.length() - 300)));
		}
	}

	@Test
	void keepsTheLatestOfOnePart() {
		RawTail tail = new RawTail(4);
		append(tail, "0123456789");
		assertThat(text(tail)).isEqualTo("6789");
	}

	@Test
	void keepsNothing() {
		RawTail tail = new RawTail(0);
		append(tail, "abc");
		assertThat(text(tail)).isEmpty();
	}

	@Test
	void keepsAllWithoutALimit() {
		RawTail tail = new RawTail(RawTail.UNLIMITED);
		append(tail, "a".repeat(100_000));
		append(tail, "b".repeat(100_000));
		assertThat(text(tail)).hasSize(200_000).startsWith("a").endsWith("b");
	}

	@Test
	void doesNotBeginInTheMiddleOfACharacter() {
		RawTail tail = new RawTail(5);
		append(tail, "€€");
		assertThat(text(tail)).isEqualTo("€");
	}

	private static void append(RawTail tail, String text) {
		tail.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
	}

	private static String text(RawTail tail) {
		return tail.text(StandardCharsets.UTF_8);
	}

}
