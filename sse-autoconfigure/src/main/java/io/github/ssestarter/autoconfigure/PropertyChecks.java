package io.github.ssestarter.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Refuses wrong values of properties, so that the application does not start and says
 * which property it is and what would do.
 */
final class PropertyChecks {

	private PropertyChecks() {
	}

	static Duration positive(String name, Duration value) {
		if (value.isNegative() || value.isZero()) {
			throw invalid(name, value, "It must be longer than zero, such as 5s.");
		}
		return value;
	}

	static Duration zeroTo(String name, Duration value, Duration max) {
		if (value.isNegative() || value.compareTo(max) > 0) {
			throw invalid(name, value, "It must be between 0 and " + max.toSeconds() + "s.");
		}
		return value;
	}

	static int positive(String name, int value) {
		if (value <= 0) {
			throw invalid(name, value, "It must be at least 1.");
		}
		return value;
	}

	static int bytes(String name, DataSize value) {
		if (value.toBytes() <= 0 || value.toBytes() > Integer.MAX_VALUE) {
			throw invalid(name, value, "It must be between 1B and 2047MB.");
		}
		return (int) value.toBytes();
	}

	static String eventName(String name, String value) {
		if (value.isEmpty() || value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
			throw invalid(name, value, "It must be the name of an event: not empty, and a single line.");
		}
		return value;
	}

	static InvalidConfigurationPropertyValueException invalid(String name, @Nullable Object value, String reason) {
		return new InvalidConfigurationPropertyValueException(name, value, reason);
	}

}
