package io.github.ssestarter.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

import io.github.ssestarter.servlet.SseStartUpException;

/**
 * Refuses wrong values of properties, so that the application does not start and says
 * which property it is and what would do.
 */
final class PropertyChecks {

	private static final Duration MIN = Duration.ofMillis(1);

	private static final Duration MAX = Duration.ofDays(365);

	private static final long MB = 1024 * 1024;

	private PropertyChecks() {
	}

	static Duration positive(String name, Duration value) {
		if (value.compareTo(MIN) < 0 || value.compareTo(MAX) > 0) {
			throw invalid(name, value, "a time between 1ms and 365d, such as 5s");
		}
		return value;
	}

	static Duration upTo(String name, Duration value, Duration max) {
		if (value.compareTo(MIN) < 0 || value.compareTo(max) > 0) {
			throw invalid(name, value, "a time between 1ms and " + max.toSeconds() + "s");
		}
		return value;
	}

	static Duration zeroTo(String name, Duration value, Duration max) {
		if (!value.isZero() && (value.compareTo(MIN) < 0 || value.compareTo(max) > 0)) {
			throw invalid(name, value, "0, or a time between 1ms and " + max.toSeconds() + "s");
		}
		return value;
	}

	static int between(String name, int value, int min, int max) {
		if (value < min || value > max) {
			throw invalid(name, value, "a number between " + min + " and " + max);
		}
		return value;
	}

	static int positive(String name, int value) {
		if (value <= 0) {
			throw invalid(name, value, "a number of at least 1");
		}
		return value;
	}

	static int bytes(String name, DataSize value) {
		if (value.toBytes() <= 0 || value.toBytes() > Integer.MAX_VALUE) {
			throw invalid(name, value, "a size between 1B and 2047MB");
		}
		return (int) value.toBytes();
	}

	static String eventName(String name, String value) {
		if (value.isEmpty() || value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
			throw invalid(name, value, "the name of an event: not empty, and a single line");
		}
		return value;
	}

	static SseStartUpException invalid(String name, @Nullable Object value, String remedy) {
		return new SseStartUpException(
				(value != null)
						? "The configuration property '" + name + "' has the invalid value '" + text(value) + "'."
						: "The configuration property '" + name + "' is missing.",
				"Set '" + name + "' to " + remedy + ".");
	}

	/** As one would write it in {@code application.yml}. */
	static String text(Object value) {
		if (value instanceof Duration duration && duration.toNanosPart() % 1_000_000 == 0) {
			return (duration.toNanosPart() == 0) ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
		}
		if (value instanceof DataSize size && size.toBytes() != 0 && size.toBytes() % MB == 0) {
			return size.toMegabytes() + "MB";
		}
		return value.toString();
	}

}
