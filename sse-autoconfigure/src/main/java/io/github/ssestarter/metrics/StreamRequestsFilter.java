package io.github.ssestarter.metrics;

import java.util.function.BiPredicate;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import org.jspecify.annotations.Nullable;

/**
 * Keeps streams out of the timer of HTTP requests, which would take for the time of a
 * request what the method took: nothing, or the whole life of the stream.
 *
 * @since 0.1.0
 */
public final class StreamRequestsFilter implements MeterFilter {

	private final String name;

	private final BiPredicate<String, String> isStream;

	/**
	 * Makes a filter.
	 * @param name the name of the timer
	 * @param isStream whether requests of a path pattern and an HTTP method are streams
	 */
	public StreamRequestsFilter(String name, BiPredicate<String, String> isStream) {
		this.name = name;
		this.isStream = isStream;
	}

	@Override
	public MeterFilterReply accept(Meter.Id id) {
		return (id.getName().equals(this.name) && isStream(id.getTag("uri"), id.getTag("method")))
				? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
	}

	private boolean isStream(@Nullable String uri, @Nullable String method) {
		return uri != null && method != null && this.isStream.test(uri, method);
	}

}
