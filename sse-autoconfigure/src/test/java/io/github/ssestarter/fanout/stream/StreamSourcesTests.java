package io.github.ssestarter.fanout.stream;

import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@code sendAll} and {@code sendFrom}.
 */
@Timeout(60)
class StreamSourcesTests {

	/** A few of them fill the queue of a stream. */
	private static final String LARGE = "x".repeat(100);

	private final TestEngine engine = new TestEngine();

	@BeforeEach
	void start() {
		this.engine.closeName = "sse-end";
		this.engine.start();
	}

	@Test
	void itemsAreWrittenByTheCallerWhileTheMethodRuns() {
		TestClient client = this.engine.attach("c1");
		client.stream().sendAll(List.of("a", SseEvent.of("named", "b"), 3));
		assertThat(client.text()).endsWith("data: a\n\nevent: named\ndata: b\n\ndata: 3\n\n");
	}

	@Test
	void whatItemsThrowReachesTheCallerWhileTheMethodRuns() {
		TestClient client = this.engine.attach("c1");
		AtomicBoolean isClosed = new AtomicBoolean();
		assertThatIllegalStateException()
			.isThrownBy(() -> client.stream().sendAll(failingAfter(2).onClose(() -> isClosed.set(true))))
			.withMessage("on purpose");
		assertThat(client.text()).contains("data: 0\n\ndata: 1\n\n");
		assertThat(isClosed).isTrue();
		assertThat(client.stream().isOpen()).isTrue();
	}

	@Test
	void nothingIsDrawnWhenTheClientHasGone() {
		TestClient client = this.engine.attach("c1");
		client.response().cut();
		AtomicInteger drawn = new AtomicInteger();
		AtomicBoolean isClosed = new AtomicBoolean();
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> client.stream()
			.sendAll(IntStream.range(0, 100)
				.boxed()
				.peek((i) -> drawn.incrementAndGet())
				.onClose(() -> isClosed.set(true))));
		assertThat(drawn).hasValueLessThanOrEqualTo(2);
		assertThat(isClosed).isTrue();
	}

	@Test
	void itemsAreDrawnAsThereIsRoom() {
		TestClient client = slowClient();
		AtomicInteger drawn = new AtomicInteger();
		AtomicBoolean isClosed = new AtomicBoolean();
		client.stream()
			.sendAll(IntStream.range(0, 5000)
				.mapToObj((i) -> i + LARGE)
				.peek((i) -> drawn.incrementAndGet())
				.onClose(() -> isClosed.set(true)));
		this.engine.turn();
		int first = drawn.get();
		assertThat(first).isBetween(2, 10);
		client.stream().send("between" + LARGE.repeat(3));
		client.transport().allow(600);
		this.engine.turn();
		assertThat(drawn.get() - first).isPositive();
		assertThat(drawn).hasValueLessThan(client.transport().written().length / LARGE.length() + 10);
		assertThat(isClosed).isFalse();
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).filteredOn((data) -> !data.startsWith("between"))
			.isEqualTo(IntStream.range(0, 5000).mapToObj((i) -> i + LARGE).toList());
		assertThat(isClosed).isTrue();
		assertThat(client.closeReasons()).isEmpty();
		assertThat(client.stream().isOpen()).isTrue();
	}

	@Test
	void nothingMoreIsDrawnForAStreamThatHasEnded() {
		TestClient client = slowClient();
		AtomicInteger drawn = new AtomicInteger();
		AtomicBoolean isClosed = new AtomicBoolean();
		client.stream()
			.sendAll(IntStream.iterate(0, (i) -> i + 1)
				.mapToObj((i) -> i + LARGE)
				.peek((i) -> drawn.incrementAndGet())
				.onClose(() -> isClosed.set(true)));
		this.engine.turn();
		int before = drawn.get();
		client.transport().cut();
		this.engine.turn();
		assertThat(drawn).hasValue(before);
		assertThat(isClosed).isTrue();
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> client.stream().sendAll(List.of(1)));
		assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> client.stream().sendFrom(Flux.just(1)));
	}

	@Test
	void itemsThatFailEndTheStreamAfterWhatWasSent() {
		TestClient client = slowClient();
		AtomicBoolean isClosed = new AtomicBoolean();
		client.stream().sendAll(failingAfter(2).onClose(() -> isClosed.set(true)));
		this.engine.turn();
		assertThat(isClosed).isTrue();
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.text()).contains("data: 0\n\ndata: 1\n\nretry: 2000\nevent: sse-end\n")
			.contains("{\"reason\":\"FAILED\"}");
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FAILED);
	}

	@Test
	void publisherIsAskedForTheNextItemWhenThereWasRoom() {
		Manual publisher = new Manual();
		TestClient client = sendingFrom(publisher);
		client.transport().block();
		int yielded = publisher.yieldAll(100);
		assertThat(yielded).isBetween(2, 10);
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(publisher.requested).isEqualTo(1);
		assertThat(client.takeData()).hasSize(yielded);
		assertThat(client.stream().isOpen()).isTrue();
	}

	@Test
	void lastItemIsNotLostThoughThePublisherCompletesWhileItWaits() {
		Manual publisher = new Manual();
		TestClient client = sendingFrom(publisher);
		client.transport().block();
		int yielded = publisher.yieldAll(100);
		publisher.subscriber().onComplete();
		this.engine.turn();
		assertThat(client.closeReasons()).isEmpty();
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).hasSize(yielded + 1).last().asString().contains("COMPLETED");
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.COMPLETED);
	}

	@Test
	void publisherIsSubscribedToWhenTheMethodHasReturned() {
		Manual publisher = new Manual();
		TestClient client = this.engine.attach("c1");
		client.stream().sendFrom(publisher).send("before");
		assertThat(publisher.subscriber).isNull();
		client.returned();
		this.engine.turn();
		assertThat(publisher.requested).isEqualTo(1);
	}

	@Test
	void publisherThatFailsEndsTheStreamAfterWhatWasSent() {
		TestClient client = sendingFrom(
				Flux.range(0, 50).concatWith(Flux.error(new IllegalStateException("on purpose"))));
		assertThat(client.takeData()).hasSize(51).last().isEqualTo("{\"reason\":\"FAILED\"}");
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FAILED);
	}

	@Test
	void whatCannotBeSentCancelsThePublisherAndEndsTheStream() {
		Manual publisher = new Manual();
		TestClient client = sendingFrom(publisher);
		publisher.subscriber().onNext("x".repeat(200_000));
		this.engine.turn();
		assertThat(publisher.isCancelled).isTrue();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FAILED);
	}

	@Test
	void publisherIsCancelledWhenTheClientGoes() {
		Manual publisher = new Manual();
		TestClient client = sendingFrom(publisher);
		assertThat(publisher.isCancelled).isFalse();
		client.transport().cut();
		this.engine.turn();
		assertThat(publisher.isCancelled).isTrue();
	}

	@Test
	void publisherIsCancelledThatSubscribesLate() {
		Manual publisher = new Manual();
		publisher.isLate = true;
		TestClient client = sendingFrom(publisher);
		client.transport().cut();
		this.engine.turn();
		publisher.subscriber().onSubscribe(publisher);
		assertThat(publisher.isCancelled).isTrue();
		assertThat(publisher.requested).isZero();
	}

	@Test
	void streamCompletesWithTheLastOfItsPublishers() {
		Manual one = new Manual();
		Manual other = new Manual();
		TestClient client = this.engine.attach("c1");
		client.stream().sendFrom(one).sendFrom(other);
		client.returned();
		this.engine.turn();
		one.subscriber().onComplete();
		this.engine.turn();
		assertThat(client.stream().isOpen()).isTrue();
		other.subscriber().onComplete();
		this.engine.turn();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.COMPLETED);
	}

	@Test
	void streamThatHasJoinedOrIsKeptStaysOpenAfterItsPublisher() {
		TestClient joined = this.engine.attach("c1");
		joined.stream().sendFrom(Flux.just("a")).join("topic");
		joined.returned();
		TestClient kept = this.engine.attach("c2");
		kept.stream().keepOpen().sendFrom(Flux.just("a"));
		kept.returned();
		this.engine.turn();
		assertThat(joined.takeData()).containsExactly("a");
		assertThat(kept.takeData()).containsExactly("a");
		this.engine.broadcast("b");
		this.engine.turn();
		assertThat(joined.takeData()).containsExactly("b");
		assertThat(kept.stream().isOpen()).isTrue();
	}

	@Test
	void whatSpringAdaptsIsAPublisher() {
		TestClient client = sendingFrom(Mono.just(SseEvent.of("named", "a")));
		assertThat(client.text()).contains("event: named\ndata: a\n");
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.COMPLETED);
		TestClient other = this.engine.attach("c2");
		assertThatIllegalArgumentException().isThrownBy(() -> other.stream().sendFrom(List.of(1)))
			.withMessageContaining("ImmutableCollections")
			.withMessageContaining("sendAll");
	}

	@Test
	void largeFluxArrivesWhole() {
		TestClient client = sendingFrom(Flux.range(0, 20_000));
		assertThat(client.takeData()).hasSize(20_001);
	}

	private static Stream<Integer> failingAfter(int count) {
		return IntStream.range(0, 100).boxed().map((i) -> {
			if (i == count) {
				throw new IllegalStateException("on purpose");
			}
			return i;
		});
	}

	private TestClient slowClient() {
		TestClient client = this.engine.attach("c1");
		client.stream().keepOpen();
		client.returned();
		this.engine.turn();
		client.take();
		client.transport().block();
		return client;
	}

	private TestClient sendingFrom(Object publisher) {
		TestClient client = this.engine.attach("c1");
		client.stream().sendFrom(publisher);
		client.returned();
		this.engine.turn();
		return client;
	}

	/**
	 * Yields what the test wants it to.
	 */
	private static final class Manual implements Flow.Publisher<Object>, Flow.Subscription {

		private Flow.@Nullable Subscriber<? super Object> subscriber;

		private long requested;

		private boolean isCancelled;

		private boolean isLate;

		@Override
		public void subscribe(Flow.Subscriber<? super Object> subscriber) {
			this.subscriber = subscriber;
			if (!this.isLate) {
				subscriber.onSubscribe(this);
			}
		}

		Flow.Subscriber<? super Object> subscriber() {
			Flow.Subscriber<? super Object> subscriber = this.subscriber;
			assertThat(subscriber).isNotNull();
			return subscriber;
		}

		int yieldAll(int max) {
			int yielded = 0;
			while (this.requested > 0 && yielded < max) {
				this.requested--;
				subscriber().onNext(yielded++ + LARGE);
			}
			return yielded;
		}

		@Override
		public void request(long count) {
			this.requested += count;
		}

		@Override
		public void cancel() {
			this.isCancelled = true;
		}

	}

}
