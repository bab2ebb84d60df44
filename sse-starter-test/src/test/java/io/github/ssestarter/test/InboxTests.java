package io.github.ssestarter.test;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Inbox}.
 */
class InboxTests {

	@Test
	void givesEachOnceInOrder() {
		Inbox<String> inbox = inbox(10, "a", "b");
		assertThat(inbox.take((item) -> true)).isEqualTo("a");
		assertThat(inbox.take((item) -> true)).isEqualTo("b");
		assertThat(inbox.take((item) -> true)).isNull();
	}

	@Test
	void takesThoseBeforeToo() {
		Inbox<String> inbox = inbox(10, "a", "b", "c", "d");
		assertThat(inbox.take("c"::equals)).isEqualTo("c");
		assertThat(inbox.untaken()).isEqualTo("d");
		assertThat(inbox.take("a"::equals)).isNull();
		assertThat(inbox.untaken()).isNull();
	}

	@Test
	void keepsWhatIsTaken() {
		Inbox<String> inbox = inbox(10, "a", "b");
		inbox.take((item) -> true);
		assertThat(inbox.latest()).containsExactly("a", "b");
	}

	@Test
	void keepsTheLatest() {
		Inbox<String> inbox = inbox(2, "a");
		inbox.take((item) -> true);
		inbox.add("b");
		inbox.add("c");
		assertThat(inbox.latest()).containsExactly("b", "c");
		assertThat(inbox.count()).isEqualTo(3);
		assertThat(inbox.lost()).isZero();
		assertThat(inbox.take((item) -> true)).isEqualTo("b");
	}

	@Test
	void givesNoMoreOnceSomeAreLost() {
		Inbox<String> inbox = inbox(2, "a", "b", "c");
		assertThat(inbox.lost()).isEqualTo(1);
		assertThat(inbox.take((item) -> true)).isNull();
	}

	@Test
	void tellsThatSomeCameWhenNoneAreKept() {
		assertThat(inbox(0, "a").untaken()).isEqualTo("1 not kept");
	}

	private static Inbox<String> inbox(int limit, String... items) {
		Inbox<String> inbox = new Inbox<>(limit);
		for (String item : items) {
			inbox.add(item);
		}
		return inbox;
	}

}
