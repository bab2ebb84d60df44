package io.github.ssestarter.fanout.stream;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many clients with many topics each: what a membership takes, and what it costs to join,
 * to leave and to send.
 */
@Tag("stress")
class MembershipStressTests {

	private static final double SCALE = Double.parseDouble(System.getProperty("stress.scale", "1"));

	private static final int CLIENTS = (int) Math.max(1_000, 10_000 * SCALE);

	private static final int TOPICS_EACH = 100;

	/** A topic has a hundred members. */
	private static final int TOPICS = CLIENTS;

	private static final int SENDS = 2_000;

	private static final int MAX_BYTES = 300;

	@Test
	void memberships() {
		TestEngine engine = new TestEngine();
		engine.maxTopics = TOPICS_EACH;
		engine.threads = 1;
		engine.heartbeat = Duration.ofHours(1);
		engine.publishTimeout = Duration.ofMinutes(1);
		engine.start();
		String[] names = new String[TOPICS];
		for (int i = 0; i < TOPICS; i++) {
			names[i] = "topic/" + i;
		}
		List<TestClient> clients = new ArrayList<>();
		for (int i = 0; i < CLIENTS; i++) {
			TestClient client = engine.attach("c" + i);
			client.stream().join(names[i]);
			client.returned();
			clients.add(client);
		}
		engine.turn();
		Random random = new Random(1);
		long heapBefore = heap();
		long before = System.nanoTime();
		for (TestClient client : clients) {
			client.stream().join(topics(names, random, TOPICS_EACH / 2));
			client.stream().join(topics(names, random, TOPICS_EACH / 2 - 1));
		}
		engine.turn();
		long memberships = engine.streams()
			.all()
			.stream()
			.mapToLong((stream) -> stream.subscription().topics().open().size())
			.sum();
		long joined = (System.nanoTime() - before) / memberships;
		long bytes = (heap() - heapBefore) / memberships;
		before = System.nanoTime();
		for (int i = 0; i < SENDS; i++) {
			engine.engine()
				.broadcaster()
				.send(SseAudience.topic(names[random.nextInt(TOPICS)]), SseEvent.of("n", "0123456789"));
			engine.turn();
		}
		long sent = (System.nanoTime() - before) / SENDS * TOPICS / memberships;
		before = System.nanoTime();
		int left = 0;
		for (TestClient client : clients) {
			String first = client.stream().life().subscription().topics().open().iterator().next();
			client.stream().leave(first);
			left++;
		}
		engine.turn();
		long leaving = (System.nanoTime() - before) / left;
		System.out.printf("[stress] %d clients, %d memberships: %d bytes and %d ns to join for each, %d ns to send to"
				+ " each member, %d ns to leave one%n", CLIENTS, memberships, bytes, joined, sent, leaving);
		assertThat(memberships).isGreaterThan((long) CLIENTS * TOPICS_EACH * 9 / 10);
		assertThat(bytes).isLessThan(MAX_BYTES);
	}

	private static String[] topics(String[] names, Random random, int count) {
		String[] topics = new String[count];
		for (int i = 0; i < count; i++) {
			topics[i] = names[random.nextInt(names.length)];
		}
		return topics;
	}

	private static long heap() {
		System.gc();
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

}
