package io.github.ssestarter.servlet;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;

import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.junit.jupiter.api.Test;

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

	@Test
	void aRequestThatTomcatEndsAtTheSameTimeIsNoFault() throws Exception {
		Queue<Runnable> later = new ArrayDeque<>();
		ScheduledExecutorService clock = mock(ScheduledExecutorService.class);
		given(clock.schedule(any(Runnable.class), anyLong(), any())).willAnswer((call) -> {
			later.add(call.getArgument(0));
			return null;
		});
		TomcatStreamProtocol protocol = new TomcatStreamProtocol();
		protocol.setUtilityExecutor(clock);
		protocol.setExecutor(Runnable::run);
		Request request = new Request();
		request.protocol().setString("HTTP/2.0");
		Processor processor = mock(Processor.class);
		given(processor.getRequest()).willReturn(request);
		given(processor.process(any(), any())).willThrow(new NullPointerException("socketWrapper"));
		protocol.addWaitingProcessor(processor);
		for (int i = 0; i < 2; i++) {
			protocol.finishLater(request, () -> false);
			later.remove().run();
		}
		verify(processor, times(1)).process(any(), any());
	}

}
