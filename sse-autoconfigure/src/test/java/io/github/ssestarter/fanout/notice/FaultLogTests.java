package io.github.ssestarter.fanout.notice;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.times;

/**
 * Tests for {@link FaultLog}.
 */
class FaultLogTests {

	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 10);

	private final FaultLog faults = new FaultLog(this.nanoTime::get);

	private final Log log = mock();

	private final Exception cause = new IllegalStateException();

	@Test
	void aFaultIsToldAtOnceAndThenOnceAMinuteWithTheNumberOfThoseBetween() {
		happens(1);
		then(this.log).should().error("It failed: a", this.cause);
		happens(3);
		then(this.log).should(times(3)).debug("It failed: a", this.cause);
		then(this.log).shouldHaveNoMoreInteractions();
		this.nanoTime.addAndGet(Duration.ofSeconds(60).toNanos());
		happens(2);
		then(this.log).should().error("It failed: a (and 3 times more since this was told last)", this.cause);
		this.nanoTime.addAndGet(Duration.ofSeconds(60).toNanos());
		happens(1);
		then(this.log).should().error("It failed: a (and 1 times more since this was told last)", this.cause);
		this.nanoTime.addAndGet(Duration.ofSeconds(60).toNanos());
		happens(1);
		then(this.log).should(times(2)).error("It failed: a", this.cause);
	}

	@Test
	void oneFaultDoesNotHideAnother() {
		happens(2);
		this.faults.error(this.log, "Something else failed", "", null);
		then(this.log).should().error("Something else failed", (Throwable) null);
	}

	@Test
	void whatIsRefusedIsToldAsSeldom() {
		for (int i = 0; i < 3; i++) {
			this.faults.warn(this.log, "Refused");
		}
		then(this.log).should().warn("Refused");
		then(this.log).should(times(2)).debug("Refused");
		then(this.log).shouldHaveNoMoreInteractions();
		this.nanoTime.addAndGet(Duration.ofSeconds(60).toNanos());
		this.faults.warn(this.log, "Refused");
		then(this.log).should().warn("Refused (and 2 times more since this was told last)");
	}

	@Test
	void aTaskThatFailsTellsOfItAndThrowsNothing() {
		this.faults.telling(this.log, "It failed", () -> {
			throw new AssertionError("of the test");
		}).run();
		then(this.log).should().error(eq("It failed"), any(AssertionError.class));
	}

	@Test
	void aLogThatFailsHarmsNobody() {
		willThrow(new OutOfMemoryError("of the test")).given(this.log).error(any(), any());
		assertThatCode(() -> happens(1)).doesNotThrowAnyException();
	}

	@Test
	void faultsThatAreNewEachTimeNeitherFillTheLogNorTheHeap() {
		for (int i = 0; i < 2_000; i++) {
			this.faults.warn(this.log, "Refused: " + i);
		}
		assertThat(mockingDetails(this.log).getInvocations()
			.stream()
			.filter((call) -> call.getMethod().getName().equals("warn"))).hasSizeLessThanOrEqualTo(101);
		assertThat(this.faults).extracting("told").asInstanceOf(InstanceOfAssertFactories.MAP).hasSizeLessThan(102);
	}

	private void happens(int times) {
		for (int i = 0; i < times; i++) {
			this.faults.error(this.log, "It failed", ": a", this.cause);
		}
	}

}
