package io.github.ssestarter.fanout.shard;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What clients that come back after long cost: by what they hear and not by who else is
 * there, and nobody who hears what is new waits for it.
 */
class ReturnCostTests {

	/** An id that this log does not know: all that is held is looked through. */
	private static final String UNKNOWN = "1-1.aaaaaa";

	private final TestEngine engine = new TestEngine();

	@Test
	void whoComesBackIsReadForInSeveralTurnsAndOthersHearWhatIsNewMeanwhile() {
		start(10_000);
		TestClient live = this.engine.attach("live").joined("live");
		TestClient back = comeBack("back", "topics/9999*");
		Shard shard = this.engine.shards().all().get(0);
		int turns = 0;
		boolean hasMore = true;
		while (hasMore) {
			this.engine.send(SseAudience.topic("live"), "now");
			hasMore = shard.turn();
			assertThat(live.takeData()).containsExactly("now");
			turns++;
		}
		assertThat(turns).isEqualTo(1 + 10_000 / this.engine.past);
		assertThat(back.takeData()).last().isEqualTo("9999");
	}

	@Test
	void thoseWhoComeBackTakeTurns() {
		start(10_000);
		List<TestClient> back = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			back.add(comeBack("back-" + i, "topics/9999*"));
		}
		Shard shard = this.engine.shards().all().get(0);
		int turns = 1;
		while (shard.turn()) {
			turns++;
		}
		assertThat(turns).isGreaterThan(5 * 10_000 / this.engine.past);
		assertThat(back).allSatisfy((client) -> assertThat(client.takeData()).last().isEqualTo("9999"));
	}

	@Test
	void whatTheyAreSentInOneTurnIsBoundedAsWell() {
		start(1_000);
		List<TestClient> back = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			back.add(comeBack("back-" + i, "**"));
		}
		Shard shard = this.engine.shards().all().get(0);
		List<Integer> written = new ArrayList<>();
		boolean hasMore = true;
		while (hasMore) {
			hasMore = shard.turn();
			written.add(back.stream().mapToInt((client) -> client.take().length()).sum());
		}
		assertThat(written).allMatch((bytes) -> bytes <= 128 * (this.engine.past + 512));
		assertThat(back).allMatch((client) -> client.text().contains("data: 999\n"));
	}

	@Test
	void itCostsTheSameBesideManyPatterns() {
		start(2_000);
		others(0, 20);
		costOfReturns();
		long besideFew = Math.min(costOfReturns(), costOfReturns());
		others(20, 2_000);
		long besideMany = Math.min(costOfReturns(), costOfReturns());
		assertThat(besideMany).isLessThan(5 * besideFew);
	}

	@Test
	void theLogDoesNotRunAwayFromThoseWhoComeBack() {
		this.engine.past = 500;
		start(0);
		List<TestClient> back = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			back.add(comeBack("back-" + i, "new/*"));
		}
		Shard shard = this.engine.shards().all().get(0);
		for (int i = 0; i < 4_000; i++) {
			this.engine.send(SseAudience.topic("new/" + i), Integer.toString(i));
			if (i % 100 == 99) {
				shard.turn();
			}
		}
		this.engine.turn();
		assertThat(back).allSatisfy((client) -> assertThat(client.takeData()).hasSize(4_001));
	}

	private void start(int topics) {
		this.engine.maxEvents = Math.max(topics, 1_000);
		this.engine.maxBytes = 10_000_000;
		this.engine.start();
		for (int i = 0; i < topics; i++) {
			this.engine.send(SseAudience.topic("topics/" + i), Integer.toString(i));
		}
		this.engine.turn();
	}

	private void others(int from, int until) {
		for (int i = from; i < until; i++) {
			TestClient client = this.engine.attach("other-" + i);
			client.stream().joinMatching("topics/" + i + "/*");
			client.returned();
		}
		this.engine.turn();
	}

	/**
	 * What it costs of the processor that a client comes back, with a pattern of its own.
	 */
	private long costOfReturns() {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		long before = threads.getCurrentThreadCpuTime();
		for (int i = 0; i < 10; i++) {
			TestClient client = comeBack("back", "users/back/*");
			this.engine.turn();
			client.stream().complete();
			this.engine.turn();
		}
		return threads.getCurrentThreadCpuTime() - before;
	}

	private TestClient comeBack(String clientId, String pattern) {
		TestClient client = this.engine.attach(clientId, null, UNKNOWN);
		client.stream().joinMatching(pattern);
		return client.returned();
	}

}
