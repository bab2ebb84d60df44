package io.github.ssestarter.fanout.shard;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.function.IntFunction;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.backplane.LocalBackplane;
import io.github.ssestarter.fanout.EngineInside;
import io.github.ssestarter.fanout.EngineSettings;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.fanout.hearing.TopicLimits;
import io.github.ssestarter.fanout.notice.ApplicationCalls;
import io.github.ssestarter.fanout.notice.Interrupt;
import io.github.ssestarter.fanout.shard.Frames.HeartbeatMode;
import io.github.ssestarter.fanout.shard.ShardSettings.ComeBack;
import io.github.ssestarter.fanout.shard.ShardSettings.OnLag;
import io.github.ssestarter.fanout.stream.CallContext;
import io.github.ssestarter.fanout.stream.EngineEnvironment;
import io.github.ssestarter.fanout.stream.EngineStream;
import io.github.ssestarter.fanout.stream.SessionLookup;
import io.github.ssestarter.fanout.stream.StreamRequest;
import io.github.ssestarter.fanout.stream.StreamSettings;
import io.github.ssestarter.fanout.stream.StreamSettings.OnDuplicate;
import io.github.ssestarter.fanout.stream.StreamSettings.Room;
import io.github.ssestarter.fanout.testsupport.ReadyResponse;
import io.github.ssestarter.format.JsonWriter;
import io.github.ssestarter.format.SseEventFormatter;
import io.github.ssestarter.history.EventHistory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an event costs does not grow with the number of topics and users that do not hear
 * it.
 */
@Tag("stress")
class TopicScaleStressTests {

	private static final double SCALE = Double.parseDouble(System.getProperty("stress.scale", "1"));

	private static final int MANY = 10_000;

	private static final int FEW = 100;

	private static final int EVENTS = (int) Math.max(10_000, 30_000 * SCALE);

	private static final int ROUNDS = 20;

	@ParameterizedTest
	@EnumSource
	void costOfAnEventDoesNotGrowWithWhatDoesNotHearIt(By by) throws Exception {
		try (Driven few = new Driven(by, FEW); Driven many = new Driven(by, MANY)) {
			long least = Long.MAX_VALUE;
			long leastOfMany = Long.MAX_VALUE;
			for (int i = 0; i < ROUNDS; i++) {
				// By turns, so that what else the machine does hits both
				least = Math.min(least, few.publish(EVENTS));
				leastOfMany = Math.min(leastOfMany, many.publish(EVENTS));
			}
			System.out.printf("[stress] An event costs %d ns with %d clients by %s, %d ns with %d%n", least / EVENTS,
					FEW, by, leastOfMany / EVENTS, MANY);
			assertThat(few.written()).isEqualTo((long) ROUNDS * EVENTS);
			assertThat(many.written()).isEqualTo((long) ROUNDS * EVENTS);
			assertThat((double) leastOfMany / least).isLessThan(1.5);
		}
	}

	/**
	 * By what the clients are told apart.
	 */
	enum By {

		TOPIC((i) -> SseAudience.topic("topic-" + i)), USER((i) -> SseAudience.user("user-" + i));

		private final IntFunction<SseAudience> audience;

		By(IntFunction<SseAudience> audience) {
			this.audience = audience;
		}

	}

	/**
	 * An engine that is turned by hand, with clients that take everything.
	 */
	private static final class Driven implements AutoCloseable {

		private final SseEngine engine;

		private final Shard shard;

		private final SseAudience[] audiences;

		private final Random random = new Random(1);

		private final DatagramChannel nobody = DatagramChannel.open();

		private final DatagramChannel channel = DatagramChannel.open();

		private final ByteBuffer packet = ByteBuffer.allocateDirect(60);

		private long flushes;

		Driven(By by, int clients) throws IOException {
			this.nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
			this.channel.connect(this.nobody.getLocalAddress());
			Duration day = Duration.ofDays(1);
			EngineSettings settings = new EngineSettings(1,
					new EngineSettings.Publish(Duration.ofSeconds(1), SseAudience.Kind.EVERYONE),
					new Frames.Names("connected", "sse-gap", "sse-heartbeat", null), HeartbeatMode.COMMENT,
					new ShardSettings(65_536, Duration.ofSeconds(30), null, OnLag.LAG, Duration.ofSeconds(1),
							ComeBack.END),
					new StreamSettings(new StreamOptions(day, day), OnDuplicate.REPLACE, new TopicLimits(100, 200), 200,
							Room.UNLIMITED,
							new StreamSettings.Shutdown(Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO),
							Interrupt.SHUTDOWN, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(30)),
					day);
			this.engine = new SseEngine(settings, new SseEventFormatter(JsonWriter.of(new JsonMapper()), 1 << 20),
					new EventHistory(new EventHistory.Limits(1_000, 1 << 24, day), System::nanoTime),
					new LocalBackplane(Clock.systemUTC(), new Random(1)),
					new EngineEnvironment(ApplicationCalls.on(Runnable::run), Thread::new, (event) -> {
					}, null, SseLogins.PLAIN, CallContext.Capture.NONE, SessionLookup.NONE, Clock.systemUTC(),
							System::nanoTime, new Random(1)));
			EngineInside.prepare(this.engine);
			this.shard = EngineInside.shards(this.engine).all().get(0);
			this.audiences = new SseAudience[FEW];
			for (int i = 0; i < clients; i++) {
				connect(i);
			}
			for (int i = 0; i < FEW; i++) {
				this.audiences[i] = by.audience.apply(i * (clients / FEW));
			}
			while (this.shard.turn()) {
				assertThat(this.shard.connectionCount()).isLessThanOrEqualTo(clients);
			}
			assertThat(this.shard.connectionCount()).isEqualTo(clients);
			this.flushes = 0;
		}

		private void connect(int number) {
			EngineStream stream = this.engine.attach(new Response(this),
					new StreamRequest("client-" + number, () -> "user-" + number, null, null, null));
			stream.join("topic-" + number);
			stream.handlerReturned(true);
		}

		/**
		 * Publishes events, each to another of a few clients: that the processor's caches
		 * do not hold thousands of clients is no matter of the others.
		 * @return what it cost of the processor, in nanoseconds
		 */
		long publish(int events) {
			ThreadMXBean threads = ManagementFactory.getThreadMXBean();
			long before = threads.getCurrentThreadCpuTime();
			for (int i = 0; i < events; i++) {
				this.engine.broadcaster()
					.send(this.audiences[this.random.nextInt(this.audiences.length)], SseEvent.of("n", "0123456789"));
				this.shard.turn();
			}
			return threads.getCurrentThreadCpuTime() - before;
		}

		/**
		 * Sends a packet to nobody: a delivery is no delivery without the kernel.
		 */
		void flush() throws IOException {
			this.flushes++;
			this.channel.write(this.packet.clear());
		}

		long written() {
			return this.flushes;
		}

		@Override
		public void close() throws IOException {
			this.channel.close();
			this.nobody.close();
		}

	}

	/**
	 * Counts its flushes.
	 */
	private static final class Response extends ReadyResponse {

		private final Driven driven;

		Response(Driven driven) {
			this.driven = driven;
		}

		@Override
		public boolean flush() throws IOException {
			this.driven.flush();
			return true;
		}

	}

}
