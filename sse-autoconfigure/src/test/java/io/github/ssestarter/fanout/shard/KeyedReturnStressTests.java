package io.github.ssestarter.fanout.shard;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.stream.EngineStream;
import io.github.ssestarter.fanout.stream.StreamRequest;
import io.github.ssestarter.fanout.testsupport.ReadyResponse;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a thousand clients cost that come back at once, 10,000 events behind, if these
 * have keys.
 */
@Tag("stress")
class KeyedReturnStressTests {

	private static final double SCALE = Double.parseDouble(System.getProperty("stress.scale", "1"));

	private static final int CLIENTS = (int) Math.max(100, 1_000 * SCALE);

	private static final int EVENTS = 10_000;

	private static final int KEYS = 100;

	@Test
	void eachIsSentTheNewestOfEachKeyAtAFractionOfTheCost() {
		TestEngine keyed = start(true);
		TestEngine plain = start(false);
		comeBack(keyed, CLIENTS / 10, false);
		comeBack(plain, CLIENTS / 10, false);
		long withKeys = comeBack(keyed, CLIENTS, false);
		long without = comeBack(plain, CLIENTS, false);
		System.out.printf("[stress] A return over %d events costs %d us with %d keys, %d us without: %.3f%n", EVENTS,
				withKeys / CLIENTS / 1_000, KEYS, without / CLIENTS / 1_000, (double) withKeys / without);
		comeBack(keyed, CLIENTS, true);
		assertThat((double) withKeys / without).isLessThan(0.5);
	}

	private static TestEngine start(boolean isKeyed) {
		TestEngine engine = new TestEngine();
		engine.maxEvents = EVENTS;
		engine.maxBytes = 100_000_000;
		engine.start();
		for (int i = 0; i < EVENTS; i++) {
			if (!engine.shards().hasRoom()) {
				engine.turn();
			}
			SseEvent event = SseEvent.of("rate", "{\"pair\":\"EUR/USD\",\"bid\":1.08" + i + ",\"ask\":1.09" + i + "}");
			engine.engine()
				.broadcaster()
				.send(SseAudience.topic("rates"), (isKeyed) ? event.key("k" + i % KEYS) : event);
		}
		engine.turn();
		return engine;
	}

	/**
	 * Clients come back at once.
	 * @return what it cost of the processor, in nanoseconds
	 */
	private static long comeBack(TestEngine engine, int clients, boolean isCounted) {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		List<Response> responses = new ArrayList<>();
		List<EngineStream> streams = new ArrayList<>();
		for (int i = 0; i < clients; i++) {
			Response response = new Response(isCounted);
			responses.add(response);
			EngineStream stream = engine.engine()
				.attach(response, new StreamRequest("c" + i, null, engine.id("#0"), null, null));
			stream.join("rates");
			stream.handlerReturned(true);
			streams.add(stream);
		}
		long before = threads.getCurrentThreadCpuTime();
		Shard shard = engine.shards().all().get(0);
		boolean hasMore = true;
		while (hasMore) {
			hasMore = shard.turn();
		}
		long cost = threads.getCurrentThreadCpuTime() - before;
		if (isCounted) {
			assertThat(responses).allSatisfy((response) -> assertThat(response.events).isBetween(KEYS - 5, KEYS));
		}
		streams.forEach(EngineStream::complete);
		engine.turn();
		return cost;
	}

	/**
	 * Takes everything, and counts events if it is to.
	 */
	private static final class Response extends ReadyResponse {

		private final boolean isCounting;

		private int events;

		Response(boolean isCounting) {
			this.isCounting = isCounting;
		}

		@Override
		public int write(byte[] bytes, int offset, int length) {
			for (int i = offset; this.isCounting && i + 4 < offset + length; i++) {
				// Of "event: rate"
				if (bytes[i] == 'r' && bytes[i + 1] == 'a' && bytes[i + 2] == 't' && bytes[i + 3] == 'e'
						&& bytes[i + 4] == '\n') {
					this.events++;
				}
			}
			return length;
		}

	}

}
