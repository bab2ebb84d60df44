package io.github.ssestarter.backplane;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventId}.
 */
class EventIdTests {

	private static final EventId ID = new EventId(1763624000000L, 5, "k3f9x2");

	@Test
	void onTheWireItIsMillisecondsCounterAndGeneration() {
		assertThat(ID).hasToString("1763624000000-5.k3f9x2");
	}

	@Test
	void onTheWireItNeedsNoPreflight() {
		assertThat(ID.toString()).matches("[0-9a-z.-]+");
	}

	@Test
	void itIsReadAsItWasWritten() {
		assertThat(EventId.parse(ID.toString())).isEqualTo(ID);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "7", "1-2", "1-2.", "1-2.abcde", "1-2.abcdefg", "1-2.ABCDEF", "-1-2.abcdef",
			"1--2.abcdef", " 1-2.abcdef", "1-2.abcdef\n", "1-2.abcdef ", "1.2-abcdef", "1234567890123456789-0.abcdef",
			"0-1234567890123456789.abcdef", "\u0661-\u0662.abcdef", "a-b.abcdef" })
	void whatHasAnotherFormIsNone(String text) {
		assertThat(EventId.parse(text)).isNull();
	}

	@Test
	void theNextIsLaterWhateverTheClockSays() {
		assertThat(ID.next(1763624000001L)).hasToString("1763624000001-0.k3f9x2").isGreaterThan(ID);
		assertThat(ID.next(1763624000000L)).hasToString("1763624000000-6.k3f9x2").isGreaterThan(ID);
		assertThat(ID.next(0)).hasToString("1763624000000-6.k3f9x2").isGreaterThan(ID);
	}

	@Test
	void theOrderIsThatOfNumbersNotOfText() {
		assertThat(new EventId(10, 0, "aaaaaa")).isGreaterThan(new EventId(9, 5, "aaaaaa"));
		assertThat(new EventId(9, 10, "aaaaaa")).isGreaterThan(new EventId(9, 9, "aaaaaa"));
		assertThat(new EventId(9, 9, "aaaaaa")).isEqualByComparingTo(new EventId(9, 9, "aaaaaa"));
	}

}
