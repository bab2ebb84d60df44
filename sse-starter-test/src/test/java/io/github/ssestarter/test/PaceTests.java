package io.github.ssestarter.test;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Pace}.
 */
class PaceTests {

	private static final long START = Long.MAX_VALUE - 5;

	@Test
	void readsNothingAtFirst() {
		Pace pace = new Pace.Limited(1000, START);
		assertThat(pace.allowance(START)).isZero();
		assertThat(pace.pause()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
	}

	@Test
	void readsWhatTimeAllows() {
		Pace pace = new Pace.Limited(1000, START);
		assertThat(pace.allowance(START + TimeUnit.MILLISECONDS.toNanos(60))).isEqualTo(60);
		assertThat(pace.pause()).isZero();
		pace.spend(45);
		assertThat(pace.allowance(START + TimeUnit.MILLISECONDS.toNanos(70))).isEqualTo(25);
		assertThat(pace.pause()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(25));
	}

	@Test
	void doesNotSaveUp() {
		Pace pace = new Pace.Limited(1000, START);
		assertThat(pace.allowance(START + TimeUnit.HOURS.toNanos(1))).isEqualTo(100);
	}

	@Test
	void readsSingleBytesWhenVerySlow() {
		Pace pace = new Pace.Limited(2, START);
		assertThat(pace.allowance(START)).isZero();
		assertThat(pace.pause()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
		assertThat(pace.allowance(START + TimeUnit.MILLISECONDS.toNanos(500))).isEqualTo(1);
		assertThat(pace.pause()).isZero();
	}

}
