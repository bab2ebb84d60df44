package io.github.ssestarter.fanout.stream;

import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.FlowAdapters;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;

/**
 * What may be sent from as it comes: publishers of all libraries that Spring knows.
 */
final class Publishers {

	private static final boolean HAS_REACTIVE_STREAMS = ClassUtils.isPresent("org.reactivestreams.FlowAdapters",
			Publishers.class.getClassLoader());

	private Publishers() {
	}

	/**
	 * Makes a publisher of what the application has.
	 * @throws IllegalArgumentException if it is none
	 */
	static Flow.Publisher<?> of(Object source) {
		if (source instanceof Flow.Publisher<?> publisher) {
			return publisher;
		}
		Flow.Publisher<?> adapted = (HAS_REACTIVE_STREAMS) ? Adapted.of(source) : null;
		if (adapted == null) {
			throw new IllegalArgumentException("sendFrom(…) cannot send from a " + source.getClass().getName()
					+ ": give it a Flow.Publisher, or one of a library that Spring's ReactiveAdapterRegistry knows, such as"
					+ " a Flux; an Iterable or a Stream goes to sendAll(…), a single event to send(…)");
		}
		return adapted;
	}

	/**
	 * Needs what is optional.
	 */
	private static final class Adapted {

		private static Flow.@Nullable Publisher<?> of(Object source) {
			ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, source);
			return (adapter != null) ? FlowAdapters.toFlowPublisher(adapter.toPublisher(source)) : null;
		}

	}

}
