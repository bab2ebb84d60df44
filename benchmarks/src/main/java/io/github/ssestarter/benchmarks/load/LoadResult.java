package io.github.ssestarter.benchmarks.load;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What the clients of a group have received.
 *
 * @param deliveries how many events, all clients together
 * @param expected how many there should be
 * @param reads in how many reads from their sockets
 * @param bytes how many bytes, with all of HTTP
 * @param elapsed from when the first event was due to the last that came, in nanoseconds
 * @param errors how many events were not the next after the one before
 * @param lost how many connections have ended
 * @param p50 the median latency, in nanoseconds
 * @param p99 what 99 of 100 latencies were not above
 * @param p999 what 999 of 1,000 latencies were not above
 */
public record LoadResult(long deliveries, long expected, long reads, long bytes, long elapsed, long errors, long lost,
		long p50, long p99, long p999) {

	/**
	 * Reads what {@link #toLine()} has written.
	 * @param line the line
	 * @return the result
	 */
	public static LoadResult parse(String line) {
		long[] values = Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
		return new LoadResult(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7],
				values[8], values[9]);
	}

	String toLine() {
		return LongStream
			.of(this.deliveries, this.expected, this.reads, this.bytes, this.elapsed, this.errors, this.lost, this.p50,
					this.p99, this.p999)
			.mapToObj(Long::toString)
			.collect(Collectors.joining(" "));
	}

	/**
	 * Whether all has come, in order.
	 * @return whether it has
	 */
	public boolean isComplete() {
		return this.deliveries == this.expected && this.errors == 0;
	}

	/**
	 * Deliveries in a second.
	 * @return how many
	 */
	public double perSecond() {
		return (this.elapsed > 0) ? this.deliveries * 1e9 / this.elapsed : 0;
	}

}
