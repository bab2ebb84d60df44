package io.github.ssestarter.tickets;

import java.security.Principal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ssestarter.SseTicketException;
import io.github.ssestarter.SseTopicException;
import io.github.ssestarter.fanout.hearing.TopicLimits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link StoredTickets} and the store of one node, {@link LocalTickets}.
 */
class StoredTicketsTests {

	private static final Principal ANN = () -> "ann";

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private final AtomicReference<Instant> now = new AtomicReference<>(START);

	private final LocalTickets store = new LocalTickets(3, 2, this.now::get);

	private final StoredTickets tickets = new StoredTickets(this.store, Duration.ofSeconds(30), new TopicLimits(3, 10),
			this.now::get, new SecureRandom(), (user) -> user.getName().equals("anonymous"));

	private @Nullable Ticket take(String token) {
		return this.store.take(Ticket.keyOf(token));
	}

	private void pass(Duration time) {
		this.now.updateAndGet((before) -> before.plus(time));
	}

	@Test
	void itIsGoodOnceForItsUserAndTopics() {
		String token = this.tickets.issue(ANN, List.of("a", "b/c", "a"));
		assertThat(token).matches("[A-Za-z0-9_-]{43}");
		assertThat(this.store.take(token)).as("it is not kept itself").isNull();
		assertThat(take(token)).isEqualTo(new Ticket(ANN, Set.of("a", "b/c"), START.plusSeconds(30)));
		assertThat(take(token)).isNull();
	}

	@Test
	void noTwoAreTheSame() {
		Set<String> all = new HashSet<>();
		for (int i = 0; i < 1000; i++) {
			String token = this.tickets.issue(ANN, List.of("a"));
			all.add(token);
			take(token);
		}
		assertThat(all).hasSize(1000);
	}

	@Test
	void itIsOverAfterItsTime() {
		String usual = this.tickets.issue(ANN, List.of("a"));
		String longer = this.tickets.issue(ANN, List.of("a"), Duration.ofMinutes(5));
		pass(Duration.ofSeconds(30));
		assertThat(take(usual)).isNull();
		pass(Duration.ofSeconds(270).minusNanos(1));
		assertThat(take(longer)).isNotNull();
		String late = this.tickets.issue(ANN, List.of("a"), Duration.ofMillis(1));
		pass(Duration.ofMillis(1));
		assertThat(take(late)).isNull();
	}

	@Test
	void ofAllWhoPresentItOneWins() throws Exception {
		int threads = 8;
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			for (int round = 0; round < 200; round++) {
				String token = this.tickets.issue(ANN, List.of("a"));
				CyclicBarrier start = new CyclicBarrier(threads);
				List<Future<@Nullable Ticket>> taken = new ArrayList<>();
				for (int i = 0; i < threads; i++) {
					taken.add(executor.submit(() -> {
						start.await();
						return take(token);
					}));
				}
				int winners = 0;
				for (Future<@Nullable Ticket> one : taken) {
					winners += (one.get() != null) ? 1 : 0;
				}
				assertThat(winners).isOne();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void noMoreAreIssuedThanThereIsRoomForUntilSomeAreUsedOrOver() {
		List<String> all = IntStream.range(0, 3).mapToObj((i) -> this.tickets.issue(user(i), List.of("a"))).toList();
		assertThatExceptionOfType(SseTicketException.class).isThrownBy(() -> this.tickets.issue(user(3), List.of("a")))
			.withMessageContaining("sse.tickets.max")
			.extracting(SseTicketException::getRetryAfter)
			.isEqualTo(Duration.ofSeconds(30));
		assertThat(take(all.get(0))).isNotNull();
		pass(Duration.ofSeconds(1));
		String next = this.tickets.issue(ANN, List.of("a"));
		assertThatIllegalStateException().isThrownBy(() -> this.tickets.issue(ANN, List.of("a")));
		pass(Duration.ofSeconds(29));
		List<String> others = IntStream.range(0, 2).mapToObj((i) -> this.tickets.issue(user(i), List.of("a"))).toList();
		assertThatIllegalStateException().isThrownBy(() -> this.tickets.issue(ANN, List.of("a")));
		assertThat(all).allMatch((token) -> take(token) == null);
		assertThat(take(next)).isNotNull();
		assertThat(others).allMatch((token) -> take(token) != null);
	}

	@Test
	void aUserCannotTakeTheRoomOfOthers() {
		Principal ben = () -> "ben";
		List<String> all = IntStream.range(0, 2).mapToObj((i) -> this.tickets.issue(ANN, List.of("a"))).toList();
		assertThatExceptionOfType(SseTicketException.class)
			.isThrownBy(() -> this.tickets.issue(() -> "ann", List.of("a")))
			.withMessageContaining("sse.tickets.max-per-user");
		assertThat(take(this.tickets.issue(ben, List.of("a")))).isNotNull();
		assertThat(take(all.get(0))).isNotNull();
		String next = this.tickets.issue(ANN, List.of("a"), Duration.ofMinutes(1));
		pass(Duration.ofSeconds(30));
		String last = this.tickets.issue(ANN, List.of("a"));
		assertThatExceptionOfType(SseTicketException.class).isThrownBy(() -> this.tickets.issue(ANN, List.of("a")));
		assertThat(List.of(next, last)).allMatch((token) -> take(token) != null);
	}

	private static Principal user(int number) {
		return () -> "user" + number;
	}

	@Test
	void itIsForSomebodyAndForTopics() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.tickets.issue(nobody(), List.of("a")))
			.withMessageContaining("nobody is logged in");
		assertThatIllegalArgumentException().isThrownBy(() -> this.tickets.issue(() -> "anonymous", List.of("a")))
			.withMessageContaining("nobody is logged in");
		assertThatIllegalArgumentException().isThrownBy(() -> this.tickets.issue(ANN, List.of()))
			.withMessageContaining("name those that its stream may join");
		for (String bad : List.of("", "a/*", "**", "{x}", "x".repeat(11))) {
			assertThatExceptionOfType(SseTopicException.class).as(bad)
				.isThrownBy(() -> this.tickets.issue(ANN, List.of("a", bad)));
		}
		assertThatExceptionOfType(SseTopicException.class)
			.isThrownBy(() -> this.tickets.issue(ANN, List.of("a", "b", "c", "d")))
			.withMessageContaining("sse.limits.max-topics-per-stream (3)");
	}

	/** What Spring MVC gives a method where nobody is logged in. */
	@SuppressWarnings("NullAway")
	private static Principal nobody() {
		return null;
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT-1S", "PT5M0.001S" })
	void itIsGoodForAShortTime(Duration ttl) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.tickets.issue(ANN, List.of("a"), ttl))
			.withMessageContaining("five minutes at most");
	}

}
