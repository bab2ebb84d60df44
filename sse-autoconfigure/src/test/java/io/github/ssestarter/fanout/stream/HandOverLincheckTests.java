package io.github.ssestarter.fanout.stream;

import java.util.List;
import java.util.stream.Stream;

import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Calls a detached stream from several threads, in the interleavings that Lincheck thinks
 * of: each method of {@link HandOverCalls} with {@link Operation} is a call, and after
 * each interleaving {@link HandOverCalls#isLeftInOrder()} looks at what has come of it.
 * Run by {@code -Plincheck}.
 */
@Tag("lincheck")
class HandOverLincheckTests {

	/**
	 * Thought of by Lincheck, besides those that are given: {@code -Dlincheck.scenarios}.
	 */
	private static final int SCENARIOS = Integer.getInteger("lincheck.scenarios", 3);

	private static final int INTERLEAVINGS = Integer.getInteger("lincheck.interleavings", 100);

	/**
	 * What the hand-over calls, and does not depend on: in these no thread is stopped for
	 * another. None of them makes what has a lock that is waited for: Lincheck does not
	 * see locks of what is made where it does not look.
	 */
	private static final String[] BESIDE = Stream
		.of("SseEvent", "format.SseEventFormatter", "format.DataTypes", "format.FrameWriter", "format.FrameFields",
				"history.EventHistory", "fanout.hearing.Subscription", "fanout.hearing.TopicCounts",
				"fanout.notice.StreamLog", "fanout.shard.Frames", "fanout.shard.Tally", "fanout.shard.ShardIndex",
				"fanout.shard.Progress", "fanout.shard.Timers", "fanout.shard.Timeouts", "fanout.shard.Turn",
				"fanout.stream.SendLog", "fanout.stream.EventConversion", "fanout.stream.StreamOutcome")
		.map((name) -> "io.github.ssestarter." + name)
		.toArray(String[]::new);

	@Test
	void noInterleavingLosesASendOrASignal() {
		modelCheck(HandOverCalls.class, "send | turn", "send send | turn", "send | complete turn",
				"complete > send | turn", "send | complete | turn", "block send > ready | turn",
				"block send turn > complete ready | turn");
	}

	@Test
	void noInterleavingOfSeveralEndsLosesOneOrHasTwo() {
		modelCheck(HandOverCalls.WithEnds.class, "complete | close", "complete | gone", "close | gone turn",
				"block send > complete close | turn", "block send complete turn > close | turn", "send | close turn",
				"block send turn > gone ready | turn");
	}

	@Test
	void noInterleavingOfAStreamThatIsDetachedLosesASendASignalOrAnEnd() {
		modelCheck(HandOverCalls.WithStart.class, "start | close turn", "start | send turn", "start | complete turn",
				"start | gone turn", "start | close | turn");
	}

	/**
	 * By real threads, since the model checker knows of no memory that others see late.
	 */
	@Test
	void noRunOfThreadsLosesASendASignalOrAnEnd() {
		new StressOptions().iterations(SCENARIOS)
			.invocationsPerIteration(10 * INTERLEAVINGS)
			.threads(3)
			.actorsPerThread(3)
			.actorsBefore(0)
			.actorsAfter(0)
			.verifier(EpsilonVerifier.class)
			.check(HandOverCalls.WithStart.class);
	}

	private static void modelCheck(Class<?> calls, String... scenarios) {
		ModelCheckingOptions options = new ModelCheckingOptions().iterations(SCENARIOS)
			.invocationsPerIteration(INTERLEAVINGS)
			.threads(2)
			.actorsPerThread(3)
			.actorsBefore(0)
			.actorsAfter(0)
			.verifier(EpsilonVerifier.class)
			.addGuarantee(ManagedStrategyGuaranteeKt.forClasses(BESIDE).allMethods().ignore())
			.addGuarantee(
					ManagedStrategyGuaranteeKt.forClasses(HandOverCalls.class.getName()).methods("look").ignore());
		for (String scenario : scenarios) {
			options.addCustomScenario(scenario(calls, scenario));
		}
		options.check(calls);
	}

	/**
	 * A scenario: {@code >} after what comes before all else, {@code |} between threads.
	 */
	private static ExecutionScenario scenario(Class<?> calls, String text) {
		int before = text.indexOf('>');
		List<Actor> first = (before >= 0) ? actors(calls, text.substring(0, before)) : List.of();
		List<List<Actor>> threads = Stream.of(text.substring(before + 1).split("\\|"))
			.map((thread) -> actors(calls, thread))
			.toList();
		return new ExecutionScenario(first, threads, List.of(), actor(calls, "isLeftInOrder"));
	}

	private static List<Actor> actors(Class<?> calls, String names) {
		return Stream.of(names.strip().split(" +")).map((name) -> actor(calls, name)).toList();
	}

	private static Actor actor(Class<?> calls, String name) {
		try {
			return new Actor(calls.getMethod(name), List.of());
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

}
