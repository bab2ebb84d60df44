package io.github.ssestarter;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SseEvent}.
 */
class SseEventTests {

	@Test
	void anEventOfDataHasNoName() {
		SseEvent event = SseEvent.of("hello");
		assertThat(event.data()).isEqualTo("hello");
		assertThat(event.name()).isNull();
		assertThat(event.id()).isNull();
		assertThat(event.retry()).isNull();
		assertThat(event.comment()).isNull();
	}

	@Test
	void anEventMayHaveAllFields() {
		SseEvent event = SseEvent.of("tick", 1).id(7).retry(Duration.ofSeconds(3)).comment("why");
		assertThat(event.name()).isEqualTo("tick");
		assertThat(event.data()).isEqualTo(1);
		assertThat(event.id()).isEqualTo("7");
		assertThat(event.retry()).isEqualTo(Duration.ofSeconds(3));
		assertThat(event.comment()).isEqualTo("why");
	}

	@Test
	void dataMayHaveAGenericTypeAndAView() {
		ParameterizedTypeReference<List<Number>> numbers = new ParameterizedTypeReference<>() {
		};
		SseEvent event = SseEvent.of("numbers", List.of(1), numbers).view(Number.class);
		assertThat(event.dataType()).isEqualTo(numbers.getType());
		assertThat(event.view()).isEqualTo(Number.class);
		assertThat(event.id(1).comment("why").retry(Duration.ZERO).dataType()).isEqualTo(numbers.getType());
		assertThat(event).isEqualTo(SseEvent.named("numbers").view(Number.class).data(List.of(1), numbers))
			.isNotEqualTo(SseEvent.of("numbers", List.of(1)).view(Number.class))
			.isNotEqualTo(SseEvent.of("numbers", List.of(1), numbers));
		assertThat(event.data("other").dataType()).isNull();
		assertThat(event.data("other").view()).isEqualTo(Number.class);
	}

	@Test
	void eachMethodLeavesTheEventAsItWas() {
		SseEvent event = SseEvent.named("tick");
		event.id("1");
		event.data("x");
		event.comment("c");
		event.retry(Duration.ZERO);
		assertThat(event).isEqualTo(SseEvent.named("tick"));
	}

	@Test
	void anEmptyNameIsNoNameAndTheEventStillFires() {
		assertThat(SseEvent.named("")).isEqualTo(SseEvent.of(""));
		assertThat(SseEvent.of("", "x")).isEqualTo(SseEvent.of("x"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\nb", "a\rb", "a\r\nb", "\n", "b\r" })
	void aNameOfSeveralLinesIsRefused(String name) {
		refused("The name of an event holds", () -> SseEvent.named(name));
		refused("The name of an event holds", () -> SseEvent.of(name, "data"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\nb", "a\rb", "a\r\nb", "a\0b", "\0", "1\n" })
	void anIdWithALineEndOrNulIsRefused(String id) {
		refused("The id of an event holds", () -> SseEvent.of("x").id(id));
		refused("The id of an event holds", () -> SseEvent.idOnly(id));
	}

	@Test
	void theMessageTellsWhichCharacterAndWhere() {
		refused("CR at index 2", () -> SseEvent.named("ab\r"));
		refused("LF at index 0", () -> SseEvent.named("\nab"));
		refused("NUL at index 1", () -> SseEvent.idOnly("a\0"));
	}

	@Test
	void aNegativeRetryIsRefused() {
		refused("The retry of an event is negative", () -> SseEvent.retryOnly(Duration.ofMillis(-1)));
		refused("The retry of an event is negative", () -> SseEvent.of("x").retry(Duration.ofNanos(-1)));
	}

	@Test
	void aRetryThatABrowserCannotHoldIsRefused() {
		refused("The retry of an event is longer", () -> SseEvent.retryOnly(Duration.ofDays(25)));
		assertThat(SseEvent.retryOnly(Duration.ofDays(24)).retry()).isEqualTo(Duration.ofDays(24));
	}

	@Test
	@SuppressWarnings("NullAway")
	void noDataAtAllIsRefused() {
		refused("The data of an event is null", () -> SseEvent.of(null));
		refused("The data of an event is null", () -> SseEvent.of("name", null));
		refused("The data of an event is null", () -> SseEvent.named("name").data(null));
	}

	@Test
	void aKeyIsNeitherEmptyNorLongerThanTheNameOfATopic() {
		assertThat(SseEvent.of("x").key("k".repeat(256)).comment("c").key()).hasSize(256);
		assertThat(SseEvent.of("x").key()).isNull();
		refused("The key of an event has 0 characters", () -> SseEvent.of("x").key(""));
		refused("The key of an event has 257 characters", () -> SseEvent.of("x").key("k".repeat(257)));
	}

	@Test
	void theEmptyIdIsAllowed() {
		assertThat(SseEvent.idOnly("").id()).isEmpty();
	}

	@Test
	void equalEventsAreEqual() {
		SseEvent event = SseEvent.of("a", "b").id("c").comment("d").retry(Duration.ofSeconds(1));
		SseEvent same = SseEvent.of("a", "b").id("c").comment("d").retry(Duration.ofSeconds(1));
		assertThat(event).isEqualTo(same).hasSameHashCodeAs(same).hasToString(same.toString());
		assertThat(event).isNotEqualTo(same.id("other")).isNotEqualTo(same.data("other"));
		assertThat(event).isNotEqualTo(same.comment("other")).isNotEqualTo(same.retry(Duration.ZERO));
		assertThat(event.key("k")).isNotEqualTo(event).isEqualTo(same.key("k")).hasToString(same.key("k").toString());
	}

	private static void refused(String message, Supplier<SseEvent> event) {
		assertThatIllegalArgumentException().isThrownBy(event::get).withMessageContaining(message);
	}

}
