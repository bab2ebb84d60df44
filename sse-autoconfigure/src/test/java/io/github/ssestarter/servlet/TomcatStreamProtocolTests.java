package io.github.ssestarter.servlet;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link TomcatStreamProtocol}.
 */
class TomcatStreamProtocolTests {

	private final Queue<Runnable> later = new ArrayDeque<>();

	private final Request request = new Request();

	private final TomcatStreamProtocol protocol = new TomcatStreamProtocol();

	@BeforeEach
	void takeOver() {
		ScheduledExecutorService clock = mock(ScheduledExecutorService.class);
		given(clock.schedule(any(Runnable.class), anyLong(), any())).willAnswer((call) -> {
			this.later.add(call.getArgument(0));
			return null;
		});
		this.protocol.setUtilityExecutor(clock);
		this.protocol.setExecutor(Runnable::run);
		this.request.protocol().setString("HTTP/2.0");
	}

	@Test
	void aRequestThatTomcatEndsAtTheSameTimeIsNoFault() throws Exception {
		Processor processor = processor();
		given(processor.process(any(), any())).willThrow(new NullPointerException("socketWrapper"));
		this.protocol.addWaitingProcessor(processor);
		for (int i = 0; i < 2; i++) {
			finishLater(() -> false);
		}
		verify(processor, times(1)).process(any(), any());
	}

	@Test
	void aRequestThatTomcatHasGivenBackWithoutTellingIsAtItsEnd() {
		Processor processor = processor();
		this.protocol.addWaitingProcessor(processor);
		this.protocol.removeWaitingProcessor(processor);
		assertThat(finishLater(() -> false)).isTrue();
	}

	@Test
	void aRequestThatTomcatHasToldTheEndOfIsNotToldOfAgain() {
		assertThat(finishLater(() -> true)).isFalse();
	}

	/**
	 * Returns whether the request was found to be given back.
	 */
	private boolean finishLater(BooleanSupplier isFinished) {
		AtomicBoolean isGivenBack = new AtomicBoolean();
		this.protocol.finishLater(this.request, isFinished, () -> isGivenBack.set(true));
		this.later.remove().run();
		return isGivenBack.get();
	}

	private Processor processor() {
		Processor processor = mock(Processor.class);
		given(processor.getRequest()).willReturn(this.request);
		return processor;
	}

}
