package io.github.ssestarter.fanout.shard;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What many streams cost that have nothing to do with what happens: neither another
 * stream's short heartbeat nor an order to close another one looks at them.
 */
@Tag("stress")
class IdleCostStressTests {

	private static final double SCALE = Double.parseDouble(System.getProperty("stress.scale", "1"));

	private static final int MANY = (int) Math.max(2_000, 10_000 * SCALE);

	private static final int ORDERS = 1_000;

	private static final int ROUNDS = 5;

	private static final Duration STEP = Duration.ofNanos(12_500_000);

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	@Test
	void aShortHeartbeatOfOneStreamCostsTheSameHoweverManyOthersAreIdle() {
		// By turns, so that what else the machine does hits both
		long few = Long.MAX_VALUE;
		long many = Long.MAX_VALUE;
		for (int i = 0; i < ROUNDS; i++) {
			few = Math.min(few, secondOfTurns(1));
			many = Math.min(many, secondOfTurns(MANY));
		}
		System.out.printf("[stress] A second of a shard with one heartbeat of 100 ms costs %d µs beside one idle"
				+ " stream, %d µs beside %d%n", few / 1_000, many / 1_000, MANY);
		assertThat(many).isLessThan(5 * few);
	}

	/**
	 * Turns a shard by hand each 12.5 ms of ten seconds, in which no heartbeat of idle
	 * streams is due.
	 * @return the CPU time of a second, in nanoseconds
	 */
	private static long secondOfTurns(int idle) {
		TestEngine engine = new TestEngine();
		engine.heartbeat = Duration.ofSeconds(15);
		engine.start();
		open(engine, idle);
		TestClient beating = engine.attach("beating");
		beating.stream().setOptions(new StreamOptions(Duration.ofMillis(100), Duration.ofSeconds(2)));
		beating.joined();
		long before = THREADS.getCurrentThreadCpuTime();
		for (long passed = 0; passed < Duration.ofSeconds(10).toNanos(); passed += STEP.toNanos()) {
			engine.nanoTime.addAndGet(STEP.toNanos());
			engine.turn();
		}
		long took = THREADS.getCurrentThreadCpuTime() - before;
		assertThat(beating.take().lines().filter(": "::equals)).hasSizeBetween(79, 101);
		return took / 10;
	}

	@Test
	void anOrderToCloseOneClientCostsTheSameHoweverManyAreThere() {
		long few = Long.MAX_VALUE;
		long many = Long.MAX_VALUE;
		for (int i = 0; i < ROUNDS; i++) {
			few = Math.min(few, orders(50));
			many = Math.min(many, orders(MANY / 2));
		}
		System.out.printf("[stress] An order to close one client costs %d ns among 50, %d ns among %d%n", few, many,
				MANY / 2);
		assertThat(many).isLessThan(5 * few);
	}

	/**
	 * Gives orders to close clients that are not there.
	 * @return the CPU time that one takes from its publisher, in nanoseconds
	 */
	private static long orders(int streams) {
		TestEngine engine = new TestEngine();
		engine.maxEvents = 4 * ORDERS;
		engine.maxBytes = 100_000_000;
		engine.start();
		open(engine, streams);
		long before = THREADS.getCurrentThreadCpuTime();
		for (int i = 0; i < ORDERS; i++) {
			engine.engine().broadcaster().close(SseAudience.client("other" + i));
		}
		long took = THREADS.getCurrentThreadCpuTime() - before;
		engine.turn();
		assertThat(engine.engine().broadcaster().connectedCount()).isEqualTo(streams);
		return took / ORDERS;
	}

	private static void open(TestEngine engine, int count) {
		for (int i = 0; i < count; i++) {
			TestClient client = engine.attach("c" + i);
			client.stream().join("topic/" + i % 100);
			client.returned();
		}
		engine.turn();
	}

}
