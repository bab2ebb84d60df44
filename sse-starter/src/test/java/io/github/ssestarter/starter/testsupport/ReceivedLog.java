package io.github.ssestarter.starter.testsupport;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What one client has received over all its connections, and the check that nothing was
 * lost, came twice or out of order, and that each gap it was told was one. One thread
 * writes it.
 */
public final class ReceivedLog {

	private int[] events = new int[64];

	private int count;

	private final List<Mark> marks = new ArrayList<>();

	void event(int number) {
		if (this.count == this.events.length) {
			this.events = Arrays.copyOf(this.events, this.count * 2);
		}
		this.events[this.count++] = number;
	}

	/**
	 * A block that carries an id without being an event of the application.
	 */
	void position(String id) {
		this.marks.add(new Mark(this.count, id, false, 0));
	}

	/**
	 * A gap.
	 * @param goesOn the id after which it goes on
	 * @param oldest the highest number that can have been evicted by now
	 */
	void gap(String goesOn, int oldest) {
		this.marks.add(new Mark(this.count, goesOn, true, oldest));
	}

	public int gaps() {
		return (int) this.marks.stream().filter(Mark::isGap).count();
	}

	/**
	 * Holds all against what was published.
	 * @param heard the numbers of what the client should have
	 * @param numbers the number of each id
	 * @return what is wrong, empty if nothing is
	 */
	public List<String> faults(int[] heard, Map<String, Integer> numbers) {
		List<String> faults = new ArrayList<>();
		if (this.marks.isEmpty() || this.marks.get(0).isGap() || this.marks.get(0).at() > 0) {
			return List.of("does not begin with a position");
		}
		// The number up to which all is served, and the index of the next one due
		int served = numbers.getOrDefault(this.marks.get(0).id(), -1);
		int next = indexAfter(heard, served);
		int mark = 0;
		for (int i = 0; i <= this.count && faults.size() < 5; i++) {
			while (mark < this.marks.size() && this.marks.get(mark).at() == i) {
				Mark here = this.marks.get(mark++);
				int number = numbers.getOrDefault(here.id(), -1);
				int after = indexAfter(heard, number);
				if (here.isGap() && (after <= next || number > here.oldest())) {
					faults.add("is told a gap up to " + number + " having " + served + ", but "
							+ ((after <= next) ? "has lost nothing" : "the window began after " + here.oldest()));
				}
				else if (!here.isGap() && (after != next || number < served)) {
					faults
						.add("is given the position " + number + " having " + served + ", due is " + due(heard, next));
				}
				next = after;
				served = number;
			}
			if (i < this.count) {
				if (next >= heard.length || heard[next] != this.events[i]) {
					faults.add("got " + this.events[i] + ", due was " + due(heard, next));
				}
				served = this.events[i];
				next = indexAfter(heard, served);
			}
		}
		if (next < heard.length && faults.isEmpty()) {
			faults.add("ends before " + heard[next]);
		}
		return faults;
	}

	private static String due(int[] heard, int next) {
		return (next < heard.length) ? Integer.toString(heard[next]) : "nothing";
	}

	private static int indexAfter(int[] heard, int number) {
		int found = Arrays.binarySearch(heard, number);
		return (found >= 0) ? found + 1 : -found - 1;
	}

	/**
	 * A position that the client was given.
	 *
	 * @param at how many events it had then
	 * @param id the id
	 * @param isGap whether it was told that it has lost events
	 * @param oldest of a gap, the highest number that can have been evicted
	 */
	private record Mark(int at, String id, boolean isGap, int oldest) {
	}

}
