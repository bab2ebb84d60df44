package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ssestarter.starter.testsupport.ApplicationProcess;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.DrainedApplications;
import io.github.ssestarter.starter.testsupport.EventClients;
import io.github.ssestarter.starter.testsupport.ReturningClient;
import io.github.ssestarter.starter.testsupport.ReturningClient.Visit;
import io.github.ssestarter.starter.testsupport.Stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Real processes that get SIGTERM while a thousand streams are open: the process is gone
 * soon, and its clients come back to the next one, evenly spread, and know what they have
 * lost.
 */
@Tag("stress")
class DrainStressTests {

	private static final int CLIENTS = Stress.count(1000, 100);

	private static final int SLEEPERS = 50;

	/** The default of {@code sse.shutdown.min-retry}. */
	private static final Duration MIN_RETRY = Duration.ofSeconds(1);

	/** The default of {@code sse.shutdown.max-retry}. */
	private static final Duration MAX_RETRY = Duration.ofSeconds(10);

	private static final int BINS = 9;

	/** The statistic of so many bins exceeds it once in a thousand runs. */
	private static final double CHI_SQUARE_999 = 26.12;

	/** The {@code sse.shutdown.timeout} of methods that sleep. */
	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private static final Duration SOON = Duration.ofSeconds(2);

	/**
	 * What it may take to connect to a process that is new and slow, with a short accept
	 * queue: TCP tries again after one, two and four seconds more.
	 */
	private static final Duration CONNECTING = Duration.ofSeconds(8);

	/**
	 * How long the server waits for requests at its end, in seconds; 30 is the default.
	 */
	private static final int GRACE = Stress.count(30, 3);

	@ParameterizedTest
	@EnumSource
	void clientsGoOnWithTheNextProcess(Container container) {
		int port = ApplicationProcess.freePort();
		try (EventClients clients = new EventClients()) {
			List<ReturningClient> all;
			Duration gone;
			try (ApplicationProcess application = start(container, port)) {
				all = connect(clients, port, "/live", CLIENTS);
				awaitEvents(clients, all, 0);
				gone = application.terminate();
				assertThat(application.output()).doesNotContain("ERROR", "Exception", DrainedApplications.NOT_SENT);
			}
			double chiSquare = assertToldWhenToComeBack(all);
			Duration latest;
			try (ApplicationProcess next = start(container, port)) {
				latest = awaitReturn(clients, all, System.nanoTime());
				assertThat(next.output()).doesNotContain("ERROR", "Exception");
			}
			Stress.report(
					"Drain, %s: %d streams under %d events/s: gone %d ms after SIGTERM, chi-square of the retries"
							+ " %.1f (limit %.1f); each told of one gap, the last %d ms after its retry",
					container, CLIENTS, DrainedApplications.RATE, gone.toMillis(), chiSquare, CHI_SQUARE_999,
					latest.toMillis());
			assertThat(gone).isLessThan(SOON);
			assertThat(chiSquare).isLessThan(CHI_SQUARE_999);
			assertThat(latest).isLessThan(CONNECTING);
		}
	}

	@ParameterizedTest
	@EnumSource
	void emittersHoldTheirProcessUp(Container container) {
		int port = ApplicationProcess.freePort();
		try (EventClients clients = new EventClients();
				ApplicationProcess application = ApplicationProcess.start(container, DrainedApplications.Emitters.class,
						port, "sse.enabled=false", "spring.lifecycle.timeout-per-shutdown-phase=" + GRACE + "s")) {
			List<ReturningClient> all = connect(clients, port, "/live", CLIENTS);
			awaitEvents(clients, all, 0);
			Duration gone = application.terminate();
			Stress.report("Drain, %s: %d SseEmitters under %d events/s: gone %d ms after SIGTERM, with %d s of grace",
					container, CLIENTS, DrainedApplications.RATE, gone.toMillis(), GRACE);
			assertThat(gone).isGreaterThan(Duration.ofSeconds(GRACE));
		}
	}

	@ParameterizedTest
	@EnumSource
	void methodsThatSleepAreInterrupted(Container container) {
		int port = ApplicationProcess.freePort();
		try (EventClients clients = new EventClients();
				ApplicationProcess application = ApplicationProcess.start(container, DrainedApplications.Live.class,
						port, "sse.shutdown.timeout=" + TIMEOUT.toSeconds() + "s")) {
			List<ReturningClient> all = connect(clients, port, "/asleep", SLEEPERS);
			await().atMost(Duration.ofSeconds(30))
				.until(() -> all.stream().allMatch((client) -> client.visits().size() == 1));
			Duration gone = application.terminate();
			Stress.report("Drain, %s: %d methods asleep, sse.shutdown.timeout %d s: gone %d ms after SIGTERM",
					container, SLEEPERS, TIMEOUT.toSeconds(), gone.toMillis());
			assertThat(gone).isBetween(TIMEOUT, TIMEOUT.plus(SOON));
			assertToldWhenToComeBack(all);
			assertThat(application.output()).doesNotContain("ERROR", "Exception", DrainedApplications.NOT_SENT);
		}
	}

	private static ApplicationProcess start(Container container, int port) {
		return ApplicationProcess.start(container, DrainedApplications.Live.class, port);
	}

	private static List<ReturningClient> connect(EventClients clients, int port, String path, int count) {
		List<ReturningClient> all = Stream.generate(() -> new ReturningClient(clients, port, path))
			.limit(count)
			.toList();
		all.forEach(ReturningClient::connect);
		return all;
	}

	/**
	 * Waits until each has heard an event that came after all had heard one.
	 * @param visit in which of their streams
	 */
	private static void awaitEvents(EventClients clients, List<ReturningClient> all, int visit) {
		await().atMost(Duration.ofMinutes(2)).until(() -> {
			clients.check();
			return all.stream()
				.allMatch((client) -> client.visits().size() > visit && client.visits().get(visit).last() > 0);
		});
		int newest = all.stream().mapToInt((client) -> client.visits().get(visit).last()).max().orElseThrow();
		await().atMost(Duration.ofMinutes(1))
			.until(() -> all.stream().allMatch((client) -> client.visits().get(visit).last() > newest));
	}

	/**
	 * Each has heard all in order, was told once when to come back, and then its stream
	 * ended in order.
	 * @return the chi-square statistic of the times that they were told
	 */
	private static double assertToldWhenToComeBack(List<ReturningClient> all) {
		// The process is gone, but they may still read what it has sent
		await().atMost(Duration.ofSeconds(10))
			.until(() -> all.stream().allMatch((client) -> client.visits().get(0).hasEnded()));
		long[] bins = new long[BINS];
		for (ReturningClient client : all) {
			Visit visit = client.visits().get(0);
			assertThat(visit.fault()).isNull();
			assertThat(visit.retries()).singleElement()
				.satisfies((retry) -> assertThat(retry).isBetween(MIN_RETRY, MAX_RETRY));
			long offset = visit.retries().get(0).minus(MIN_RETRY).toMillis();
			bins[(int) (offset * BINS / (MAX_RETRY.minus(MIN_RETRY).toMillis() + 1))]++;
		}
		double expected = (double) all.size() / BINS;
		return LongStream.of(bins).mapToDouble((count) -> Math.pow(count - expected, 2) / expected).sum();
	}

	/**
	 * Waits until all have come back to the next process, and have been told once of
	 * their gap.
	 * @param ready when they could
	 * @return how long after its retry the last was back
	 */
	private static Duration awaitReturn(EventClients clients, List<ReturningClient> all, long ready) {
		awaitEvents(clients, all, 1);
		Duration latest = Duration.ZERO;
		for (ReturningClient client : all) {
			Visit before = client.visits().get(0);
			Visit now = client.visits().get(1);
			assertThat(now.fault()).isNull();
			assertThat(client.lastInVain()).isLessThan(ready);
			assertThat(now.gaps()).singleElement().asString().contains("\"lastEventId\":\"" + now.presentedId() + '"');
			long since = now.openedAt() - Math.max(ready, before.endedAt());
			Duration late = Duration.ofNanos(since).minus(before.retries().get(0));
			latest = (late.compareTo(latest) > 0) ? late : latest;
		}
		return latest;
	}

}
