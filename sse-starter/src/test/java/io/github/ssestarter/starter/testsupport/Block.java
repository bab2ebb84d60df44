package io.github.ssestarter.starter.testsupport;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A block of an event stream, up to its blank line.
 *
 * @param name what {@code event:} says
 * @param data what {@code data:} says, its lines separated by LF; {@code null} if there
 * is none, so that it fires nothing
 * @param id what {@code id:} says
 * @param retry what {@code retry:} says
 */
public record Block(@Nullable String name, @Nullable String data, @Nullable String id, @Nullable Duration retry) {

	public boolean isEvent() {
		return this.data != null;
	}

	public String requireData() {
		if (this.data == null) {
			throw new IllegalStateException("No data in " + this);
		}
		return this.data;
	}

}
