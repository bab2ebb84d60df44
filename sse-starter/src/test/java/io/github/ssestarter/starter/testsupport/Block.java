package io.github.ssestarter.starter.testsupport;

import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A block of an event stream, up to its blank line.
 *
 * @param name what {@code event:} says
 * @param data what {@code data:} says, its lines separated by LF; {@code null} if there
 * is none, so that it fires nothing
 * @param id what {@code id:} says
 * @param retry what {@code retry:} says
 * @param comments how many comments it has
 */
public record Block(@Nullable String name, @Nullable String data, @Nullable String id, @Nullable Duration retry,
		int comments) {

	/** By which the starter tells a client how its stream stands. */
	private static final Set<String> SIGNALS = Set.of("connected", "sse-heartbeat", "sse-end");

	/**
	 * Whether it is an event of the application, or one that tells of a loss.
	 */
	public boolean isEvent() {
		return this.data != null && (this.name == null || !SIGNALS.contains(this.name));
	}

	public String requireData() {
		if (this.data == null) {
			throw new IllegalStateException("No data in " + this);
		}
		return this.data;
	}

}
