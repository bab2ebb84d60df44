package io.github.ssestarter.fanout.stream;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.testsupport.TestEngine;

/**
 * Calls a detached stream from several threads, in the interleavings that Lincheck thinks
 * of: each method with {@link Operation} is a call, and after each interleaving
 * {@link Calls#isLeftInOrder()} looks at what has come of it. Run by {@code -Plincheck}.
 */
@Tag("lincheck")
class HandOverLincheckTests {

	private static final int SCENARIOS = Integer.getInteger("lincheck.scenarios", 20);

	private static final int INTERLEAVINGS = Integer.getInteger("lincheck.interleavings", 100);

	/**
	 * What the hand-over calls, and does not depend on: in these no thread is stopped for
	 * another.
	 */
	private static final String[] BESIDE = Stream
		.of("format.SseEventFormatter", "history.EventHistory", "fanout.EngineListeners", "fanout.hearing.Subscription",
				"fanout.hearing.TopicCounts", "fanout.hearing.ListenerAt", "fanout.notice.FaultLog",
				"fanout.notice.StreamLog", "fanout.shard.Frames", "fanout.shard.Tally", "fanout.shard.ShardIndex",
				"fanout.shard.LaggingReader", "fanout.shard.Progress", "fanout.shard.Deadline", "fanout.shard.Timers",
				"fanout.shard.Timeouts", "fanout.shard.Turn", "fanout.shard.Shards", "fanout.stream.SendLog",
				"fanout.stream.EventConversion", "fanout.stream.Streams", "fanout.stream.SessionStreams",
				"fanout.stream.Admission", "fanout.stream.StreamOutcome", "fanout.testsupport.FakeResponse")
		.map((name) -> "io.github.ssestarter." + name)
		.toArray(String[]::new);

	@Test
	void noInterleavingOfADetachedStreamLosesASendASignalOrAnEnd() {
		modelCheck(DetachedCalls.class);
	}

	@Test
	void noInterleavingOfAStreamThatIsDetachedLosesASendASignalOrAnEnd() {
		modelCheck(Calls.class);
	}

	private static void modelCheck(Class<?> calls) {
		new ModelCheckingOptions().iterations(SCENARIOS)
			.invocationsPerIteration(INTERLEAVINGS)
			.threads(2)
			.actorsPerThread(3)
			.actorsBefore(0)
			.actorsAfter(0)
			.verifier(EpsilonVerifier.class)
			.addGuarantee(ManagedStrategyGuaranteeKt.forClasses(BESIDE).allMethods().ignore())
			.addGuarantee(ManagedStrategyGuaranteeKt.forClasses(Calls.class.getName()).methods("look").ignore())
			.addGuarantee(ManagedStrategyGuaranteeKt.forClasses(TestEngine.class.getName())
				.methods("start", "attach")
				.ignore())
			.check(calls);
	}

	@Test
	void noRunOfThreadsLosesASendASignalOrAnEnd() {
		new StressOptions().iterations(SCENARIOS)
			.invocationsPerIteration(INTERLEAVINGS)
			.threads(3)
			.actorsPerThread(3)
			.actorsBefore(0)
			.actorsAfter(0)
			.verifier(EpsilonVerifier.class)
			.check(DetachedCalls.class);
	}

	/**
	 * What the threads call.
	 */
	public static class Calls {

		private final HandOver stream = new HandOver();

		private final SendLog sends = new SendLog();

		private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

		private volatile boolean isStarted;

		private volatile boolean isCompleting;

		private volatile boolean isCompleted;

		private volatile boolean isOrdered;

		private volatile boolean isGone;

		@Operation(runOnce = true)
		public void start() {
			if (this.isStarted) {
				return;
			}
			this.stream.start();
			this.isStarted = true;
		}

		@Operation
		public boolean send() {
			boolean isEnded = this.isCompleted || !this.stream.ends().isEmpty();
			int number = this.sends.begin();
			boolean isTaken = this.stream.send(number);
			if (isTaken) {
				this.sends.taken(number);
			}
			if (isTaken && isEnded) {
				this.faults.add(number + " was taken after the end");
			}
			return isTaken;
		}

		@Operation
		public void complete() {
			this.isCompleting = true;
			this.stream.complete();
			this.isCompleted = true;
		}

		@Operation
		public void close() {
			this.isOrdered = true;
			this.stream.close();
		}

		@Operation
		public void block() {
			this.stream.block();
		}

		@Operation
		public void ready() {
			this.stream.ready();
		}

		@Operation(runOnce = true)
		public void gone() {
			this.isGone |= this.stream.gone();
		}

		@Operation(nonParallelGroup = "shard")
		public void turn() {
			this.stream.turn();
		}

		/**
		 * Lets the client read and the shard come to rest, and looks.
		 */
		@Validate
		public void isLeftInOrder() {
			look();
		}

		private void look() {
			if (!this.isStarted) {
				this.stream.start();
			}
			this.stream.ready();
			this.stream.settle();
			List<Integer> received = this.stream.received();
			Set<SseCloseReason> reasons = reasons();
			List<SseCloseReason> ends = this.stream.ends();
			check(this.faults.isEmpty(), "taken after the end: " + this.faults);
			check(this.stream.violations().isEmpty(), "the container: " + this.stream.violations());
			check(this.sends.isInOrder(received), "order: " + received);
			check(ends.size() == ((reasons.isEmpty()) ? 0 : 1) && reasons.containsAll(ends),
					"ends: " + ends + " of " + reasons);
			check(this.stream.isOpen() == reasons.isEmpty(), "open, or not, after " + reasons);
			check(this.isGone || this.stream.isResponseEnded() == !reasons.isEmpty(),
					"response ended, or not, after " + reasons);
			check(this.isGone || this.isOrdered || received.containsAll(this.sends.taken()),
					"received " + received + " of " + this.sends.taken());
		}

		/** Not by AssertJ, which the model checker would look into. */
		private static void check(boolean isGood, String what) {
			if (!isGood) {
				throw new IllegalStateException(what);
			}
		}

		private Set<SseCloseReason> reasons() {
			Set<SseCloseReason> reasons = EnumSet.noneOf(SseCloseReason.class);
			if (this.isCompleting) {
				reasons.add(SseCloseReason.COMPLETED);
			}
			if (this.isOrdered) {
				reasons.add(HandOver.ORDERED);
			}
			if (this.isGone) {
				reasons.add(SseCloseReason.CLIENT_GONE);
			}
			return reasons;
		}

	}

	/**
	 * Of a stream whose method has returned before.
	 */
	public static class DetachedCalls extends Calls {

		DetachedCalls() {
			start();
		}

	}

}
