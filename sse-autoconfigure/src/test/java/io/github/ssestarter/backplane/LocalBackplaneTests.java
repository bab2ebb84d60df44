package io.github.ssestarter.backplane;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SsePublishException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LocalBackplane}.
 */
class LocalBackplaneTests {

	private final AtomicLong clock = new AtomicLong(1_000_000);

	private final LocalBackplane backplane = new LocalBackplane(() -> Instant.ofEpochMilli(this.clock.get()),
			new Random(1));

	private final List<EventId> ids = new ArrayList<>();

	private final List<String> bodies = new ArrayList<>();

	@Test
	void theStartIsThePositionBeforeTheFirstMessage() throws Exception {
		EventId start = start(this.backplane);
		EventId first = this.backplane.publish(event("a")).get();
		assertThat(first).isGreaterThan(start);
		assertThat(first.generation()).isEqualTo(start.generation());
		assertThat(this.ids).containsExactly(first);
	}

	@Test
	void theReceiverHasTheMessageBeforeThePublisherHasTheId() {
		start(this.backplane);
		assertThat(this.backplane.publish(event("a"))).isCompleted();
		assertThat(this.bodies).containsExactly("a");
	}

	@Test
	void idsRiseWhenTheClockGoesBack() {
		start(this.backplane);
		for (long millis : new long[] { 1_000_005, 999_000, 0, 1_000_004, 1_000_005, 1_000_006 }) {
			this.clock.set(millis);
			this.backplane.publish(event("x"));
		}
		assertThat(this.ids).isSorted().doesNotHaveDuplicates();
		assertThat(this.ids).extracting(EventId::millis)
			.containsExactly(1_000_005L, 1_000_005L, 1_000_005L, 1_000_005L, 1_000_005L, 1_000_006L);
	}

	@Test
	void twoThreadsPublishInOneOrder() throws Exception {
		start(this.backplane);
		int count = 20_000;
		CountDownLatch begin = new CountDownLatch(2);
		ExecutorService threads = Executors.newFixedThreadPool(2);
		for (String name : List.of("a", "b")) {
			threads.submit(() -> {
				begin.countDown();
				begin.await();
				for (int i = 0; i < count; i++) {
					this.backplane.publish(event(name + i));
				}
				return null;
			});
		}
		threads.shutdown();
		assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
		assertThat(this.ids).hasSize(2 * count).isSorted().doesNotHaveDuplicates();
		assertThat(numbers("a")).isSorted().hasSize(count);
		assertThat(numbers("b")).isSorted().hasSize(count);
	}

	@Test
	void nothingIsAcceptedBeforeTheStartAndAfterTheStop() {
		refused();
		start(this.backplane);
		this.backplane.publish(event("a"));
		this.backplane.stop();
		refused();
		assertThat(this.bodies).containsExactly("a");
	}

	@Test
	void startedAgainItGoesOnWhereItStopped() throws Exception {
		start(this.backplane);
		EventId before = this.backplane.publish(event("a")).get();
		this.backplane.stop();
		assertThat(start(this.backplane)).isEqualTo(before);
		assertThat(this.backplane.publish(event("b")).get()).isGreaterThan(before);
	}

	@Test
	void eachBackplaneHasAGenerationOfItsOwn() {
		Set<String> generations = new HashSet<>();
		Random random = new Random(2);
		for (int i = 0; i < 100; i++) {
			EventId start = start(new LocalBackplane(Instant::now, random));
			assertThat(EventId.parse(start.toString())).isEqualTo(start);
			generations.add(start.generation());
		}
		assertThat(generations).hasSize(100);
	}

	private void refused() {
		assertThat(this.backplane.publish(event("x"))).isCompletedExceptionally()
			.failsWithin(1, TimeUnit.SECONDS)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(SsePublishException.class);
	}

	private List<Integer> numbers(String name) {
		return this.bodies.stream()
			.filter((body) -> body.startsWith(name))
			.map((body) -> Integer.valueOf(body.substring(1)))
			.toList();
	}

	private EventId start(Backplane backplane) {
		AtomicReference<EventId> begun = new AtomicReference<>();
		backplane.start(new Backplane.Receiver() {

			@Override
			public void begin(EventId start) {
				begun.set(start);
			}

			@Override
			public void receive(EventId id, Message message) {
				LocalBackplaneTests.this.ids.add(id);
				LocalBackplaneTests.this.bodies
					.add(new String(((Message.Event) message).body(), StandardCharsets.UTF_8));
			}

		});
		return begun.get();
	}

	private static Message event(String body) {
		return new Message.Event(SseAudience.everyone(), body.getBytes(StandardCharsets.UTF_8), null);
	}

}
