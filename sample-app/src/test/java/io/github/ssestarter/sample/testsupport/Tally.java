package io.github.ssestarter.sample.testsupport;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What hostile clients asked, and what they were answered.
 */
public final class Tally {

	private static final int MAX_FAULTS = 20;

	private final Map<HostileKind, Counts> counts = new EnumMap<>(HostileKind.class);

	private final Queue<String> faults = new ConcurrentLinkedQueue<>();

	private final AtomicInteger requests = new AtomicInteger();

	public Tally() {
		for (HostileKind kind : HostileKind.values()) {
			this.counts.put(kind, new Counts(new LongAdder(), new ConcurrentSkipListMap<>()));
		}
	}

	void requested(HostileKind kind) {
		this.requests.incrementAndGet();
		this.counts.get(kind).requests.increment();
	}

	void answered(HostileKind kind, int status) {
		this.counts.get(kind).statuses.computeIfAbsent(status, (key) -> new LongAdder()).increment();
	}

	/**
	 * Keeps the first faults.
	 */
	void fault(String fault) {
		if (this.faults.size() < MAX_FAULTS) {
			this.faults.add(fault);
		}
	}

	public int requests() {
		return this.requests.get();
	}

	public List<String> faults() {
		return List.copyOf(this.faults);
	}

	public void report(String container) {
		this.counts.forEach((kind, counts) -> Stress.report("Hostile requests, %s, %s: %d, answered %s", container,
				kind, counts.requests.sum(), counts.statuses));
	}

	/**
	 * The counts of a kind.
	 *
	 * @param requests how many were begun
	 * @param statuses how many got an answer, by its status; those without a status were
	 * reset or closed, or did not wait
	 */
	private record Counts(LongAdder requests, Map<Integer, LongAdder> statuses) {
	}

}
