package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.shard.ShardsInside;
import io.github.ssestarter.fanout.stream.NoRoomException;
import io.github.ssestarter.fanout.stream.StreamSettings.OnDuplicate;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;
import io.github.ssestarter.metrics.SseMetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SseMetrics}: each meter moves by as much as happened.
 */
@ExtendWith(OutputCaptureExtension.class)
class SseMetricsTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final TestEngine engine = new TestEngine();

	@Test
	void streamsAreCountedFromTheirRequestToTheirEnd() {
		start();
		TestClient client = this.engine.attach("c1");
		assertThat(gauge("sse.streams")).isEqualTo(1);
		assertThat(counter("sse.streams.opened")).isZero();
		client.stream().open();
		assertThat(counter("sse.streams.opened")).isEqualTo(1);
		client.joined();
		this.engine.attach("c2").joined();
		assertThat(counter("sse.streams.opened")).isEqualTo(2);
		assertThat(gauge("sse.streams")).isEqualTo(2);
		this.engine.nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(3));
		client.stream().complete();
		this.engine.turn();
		assertThat(gauge("sse.streams")).isEqualTo(1);
		assertThat(counter("sse.streams.closed", "reason", "completed")).isEqualTo(1);
		assertThat(counter("sse.streams.closed", "reason", "client-gone")).isZero();
		Timer duration = this.registry.get("sse.stream.duration").timer();
		assertThat(duration.count()).isEqualTo(1);
		assertThat(duration.totalTime(TimeUnit.SECONDS)).isEqualTo(3);
	}

	@Test
	void endsAreCountedByTheirReason() {
		start();
		TestClient gone = this.engine.attach("c1").joined();
		this.engine.attach("c2").joined("a");
		gone.transport().cut();
		this.engine.engine().broadcaster().close(SseAudience.topic("a"));
		this.engine.turn();
		assertThat(counter("sse.streams.closed", "reason", "client-gone")).isEqualTo(1);
		assertThat(counter("sse.streams.closed", "reason", "closed")).isEqualTo(1);
		for (SseCloseReason reason : SseCloseReason.values()) {
			counter("sse.streams.closed", "reason", reason.name().toLowerCase().replace('_', '-'));
		}
	}

	@Test
	void whatIsNeverOpenedIsNotCounted() {
		start();
		TestClient client = this.engine.attach("c1");
		client.stream().noContent();
		client.returned();
		assertThat(gauge("sse.streams")).isZero();
		assertThat(counter("sse.streams.opened")).isZero();
		assertThat(counter("sse.streams.closed", "reason", "completed")).isZero();
		assertThat(this.registry.get("sse.stream.duration").timer().count()).isZero();
	}

	@Test
	void publishedEventsAreCountedByWhatBecameOfThem() {
		this.engine.maxEvents = 4;
		start();
		SseBroadcaster broadcaster = this.engine.engine().broadcaster();
		broadcaster.broadcast("accepted", "1");
		broadcaster.publish(SseAudience.everyone(), SseEvent.of("2"));
		broadcaster.close(SseAudience.topic("no event"));
		broadcaster.broadcast("accepted", "3");
		assertThat(published("accepted")).isEqualTo(3);
		assertThatIllegalArgumentException().isThrownBy(() -> broadcaster.broadcast(SseEvent.of("x").id("")));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> broadcaster.publish(SseAudience.everyone(), SseEvent.of("x").id("")));
		assertThat(published("refused")).isEqualTo(2);
		assertThat(published("dropped")).isZero();
		broadcaster.broadcast("the backlog is full", "3");
		assertThat(published("dropped")).isEqualTo(1);
		assertThat(broadcaster.publish(SseAudience.everyone(), SseEvent.of("4"))).isCompletedExceptionally();
		assertThat(published("failed")).isEqualTo(1);
		this.engine.turn();
		this.engine.backplane().stop();
		broadcaster.broadcast("the backplane fails", "5");
		broadcaster.close(SseAudience.everyone());
		assertThat(broadcaster.publish(SseAudience.everyone(), SseEvent.of("5"))).isCompletedExceptionally();
		assertThat(published("dropped")).isEqualTo(2);
		this.engine.engine().stop();
		broadcaster.broadcast("the application is stopping", "6");
		assertThat(published("dropped")).isEqualTo(3);
		assertThat(published("failed")).isEqualTo(2);
		assertThat(published("accepted")).isEqualTo(3);
		assertThat(published("refused")).isEqualTo(2);
	}

	@Test
	void deliveriesAreCountedForEachStreamAndBytesAreThoseOnTheWire() {
		this.engine.heartbeat = Duration.ofSeconds(15);
		start();
		TestClient attached = this.engine.attach("c1");
		attached.stream().send("1").send("2").comment("3");
		assertThat(counter("sse.deliveries")).isEqualTo(3);
		TestClient one = this.engine.attach("c2");
		one.joined("a");
		TestClient two = this.engine.attach("c3");
		two.joined("a", "b");
		assertThat(counter("sse.deliveries")).isEqualTo(3);
		this.engine.send(SseAudience.topic("a"), "both hear it");
		this.engine.send(SseAudience.topic("b"), "one hears it");
		this.engine.send(SseAudience.topic("c"), "nobody hears it");
		two.stream().send("for one alone");
		this.engine.turn();
		assertThat(counter("sse.deliveries")).isEqualTo(3 + 2 + 1 + 1);
		this.engine.pass(Duration.ofSeconds(16));
		assertThat(one.text()).endsWith("\n: \n");
		two.stream().complete();
		this.engine.turn();
		assertThat(counter("sse.deliveries")).isEqualTo(7);
		long onTheWire = attached.response().written().length + bytes(one) + bytes(two);
		assertThat(counter("sse.bytes")).isEqualTo(onTheWire);
		assertThat(this.registry.get("sse.bytes").meter().getId().getBaseUnit()).isEqualTo("bytes");
	}

	@Test
	void whatAClientMissedIsDelivered() {
		start();
		this.engine.broadcast("1", "2", "3");
		resume("c1", "#1");
		assertThat(counter("sse.deliveries")).isEqualTo(2);
		assertThat(this.registry.get("sse.delivery.time").timer().count()).isZero();
	}

	@Test
	void theDeliveryTimeIsThatOfTheTurnsOldestEventToItsLastReadyStream() {
		start();
		this.engine.attach("c1").joined();
		TestClient last = this.engine.attach("c2").joined();
		this.engine.broadcast("1");
		this.engine.nanoTime.addAndGet(TimeUnit.MILLISECONDS.toNanos(5));
		this.engine.broadcast("2");
		last.transport().meanwhile(() -> this.engine.nanoTime.addAndGet(TimeUnit.MILLISECONDS.toNanos(1)));
		this.engine.turn();
		Timer time = this.registry.get("sse.delivery.time").timer();
		assertThat(time.count()).isEqualTo(1);
		// It asks before the write and before the flush
		assertThat(time.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(5 + 2);
		this.engine.turn();
		assertThat(time.count()).isEqualTo(1);
		this.engine.broadcast("3");
		this.engine.turn();
		assertThat(time.count()).isEqualTo(2);
		assertThat(time.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(7 + 2);
		assertThat(time.takeSnapshot().percentileValues()).hasSize(3);
	}

	@Test
	void aSlowClientIsLaggingAndNotInTheDeliveryTime() {
		start();
		TestClient client = this.engine.attach("c1").joined();
		assertThat(gauge("sse.lagging")).isZero();
		client.transport().block();
		this.engine.broadcast("1", "2");
		this.engine.turn();
		assertThat(gauge("sse.lagging")).isEqualTo(1);
		assertThat(counter("sse.deliveries")).isZero();
		this.engine.nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(5));
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", "2");
		assertThat(gauge("sse.lagging")).isZero();
		assertThat(counter("sse.deliveries")).isEqualTo(2);
		assertThat(this.registry.get("sse.delivery.time").timer().count()).isZero();
	}

	@Test
	void whoComesBackIsCountedByWhatItGets() {
		this.engine.maxEvents = 4;
		start();
		for (String data : TestEngine.numbers(1, 6)) {
			this.engine.broadcast(data);
			this.engine.turn();
		}
		resume("c1", "#6");
		resume("c2", "#5");
		assertThat(counter("sse.gaps")).isZero();
		resume("c3", "#1");
		resume("c4", "1000-1.zzzzzz");
		resume("c5", "not ours");
		this.engine.attach("c6").joined();
		TestClient ofTheApplication = this.engine.attach("c7", null, "row 5");
		ofTheApplication.stream().keepOpen();
		ofTheApplication.returned();
		this.engine.turn();
		assertThat(counter("sse.resumed", "outcome", "complete")).isEqualTo(2);
		assertThat(counter("sse.resumed", "outcome", "gap")).isEqualTo(1);
		assertThat(counter("sse.resumed", "outcome", "unknown")).isEqualTo(2);
		assertThat(counter("sse.gaps")).isEqualTo(3);
	}

	@Test
	void aSlowClientThatFallsOutOfTheWindowIsAGap() {
		this.engine.maxEvents = 4;
		start();
		TestClient client = this.engine.attach("c1").joined();
		client.transport().block();
		for (String data : TestEngine.numbers(1, 8)) {
			this.engine.broadcast(data);
			this.engine.turn();
		}
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(counter("sse.gaps")).isEqualTo(1);
		assertThat(counter("sse.resumed", "outcome", "gap")).isZero();
	}

	@Test
	void theHistoryIsMeasured() {
		this.engine.maxEvents = 2;
		start();
		assertThat(gauge("sse.history.events")).isZero();
		assertThat(gauge("sse.history.bytes")).isZero();
		this.engine.broadcast("one");
		assertThat(gauge("sse.history.events")).isEqualTo(1);
		assertThat(gauge("sse.history.bytes")).isEqualTo(frame("one"));
		this.engine.turn();
		this.engine.broadcast("three");
		this.engine.turn();
		this.engine.broadcast("fourteen");
		assertThat(gauge("sse.history.events")).isEqualTo(2);
		assertThat(gauge("sse.history.bytes")).isEqualTo(frame("three") + frame("fourteen"));
	}

	@Test
	void theBacklogIsThatOfTheSlowestShard() {
		this.engine.threads = 2;
		start();
		this.engine.broadcast("1", "2", "3");
		assertThat(gauge("sse.engine.backlog")).isEqualTo(3);
		ShardsInside.turnOnce(this.engine.shards(), 0);
		assertThat(gauge("sse.engine.backlog")).isEqualTo(3);
		this.engine.turn();
		assertThat(gauge("sse.engine.backlog")).isZero();
	}

	@Test
	void refusalsAreCountedByTheirLimit() {
		this.engine.onDuplicate = OnDuplicate.REJECT;
		start();
		this.engine.attach("c1").joined();
		assertThatExceptionOfType(NoRoomException.class).isThrownBy(() -> this.engine.attach("c1"));
		assertThat(counter("sse.refused", "limit", "duplicate-client")).isEqualTo(1);
		assertThat(counter("sse.refused", "limit", "shutdown")).isZero();
		assertThat(counter("sse.refused", "limit", "attached")).isZero();
		assertThat(gauge("sse.streams")).isEqualTo(1);
	}

	@Test
	void whatIsClosedIsNotMeasuredAnyMore() {
		SseMetrics metrics = start();
		assertThat(gauge("sse.backplane.up")).isEqualTo(1);
		Counter opened = this.registry.get("sse.streams.opened").counter();
		metrics.close();
		assertThat(this.registry.getMeters()).isEmpty();
		this.engine.attach("c1").joined();
		assertThat(this.registry.getMeters()).isEmpty();
		assertThat(opened.count()).isZero();
	}

	@Test
	void enginesSideBySideAndOneAfterTheOtherAreCountedApart() {
		SseMetrics metrics = start();
		SimpleMeterRegistry others = new SimpleMeterRegistry();
		TestEngine other = new TestEngine().start();
		new SseMetrics(other.engine()).bindTo(others);
		other.attach("c1").joined();
		assertThat(counter("sse.streams.opened")).isZero();
		assertThat(gauge("sse.streams")).isZero();
		assertThat(others.get("sse.streams").tag("transport", "servlet").gauge().value()).isEqualTo(1);
		metrics.close();
		SseMetrics next = new SseMetrics(other.engine());
		next.bindTo(this.registry);
		next.bindTo(this.registry);
		assertThat(gauge("sse.streams")).isEqualTo(1);
		other.attach("c2").joined();
		assertThat(counter("sse.streams.opened")).isEqualTo(1);
	}

	@Test
	void noTagNamesATopicAUserOrAClient() {
		start();
		TestClient client = this.engine.attach("secret-client", "secret-user", null).joined("secret-topic");
		this.engine.send(SseAudience.topic("secret-topic"), "secret");
		this.engine.turn();
		client.transport().cut();
		this.engine.turn();
		assertThat(this.registry.getMeters()).isNotEmpty()
			.extracting(Meter::getId)
			.allSatisfy((id) -> assertThat(id.toString()).doesNotContain("secret"));
	}

	private SseMetrics start() {
		this.engine.start();
		SseMetrics metrics = new SseMetrics(this.engine.engine());
		metrics.bindTo(this.registry);
		return metrics;
	}

	private void resume(String clientId, String lastEventId) {
		this.engine.attach(clientId, null, lastEventId).joined();
	}

	private double published(String outcome) {
		return counter("sse.events.published", "outcome", outcome);
	}

	private double counter(String name, String... tags) {
		return this.registry.get(name).tags(tags).counter().count();
	}

	private double gauge(String name) {
		return this.registry.get(name).gauges().stream().mapToDouble(Gauge::value).sum();
	}

	private static long bytes(TestClient client) {
		return client.response().written().length + client.transport().received().length;
	}

	private long frame(String data) {
		return ("data: " + data + "\nid: 1000-1." + this.engine.generation() + "\n\n").length();
	}

}
