package io.github.ssestarter.metrics;

import java.security.Principal;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributesThreadLocalAccessor;

import io.github.ssestarter.fanout.stream.CallContext;

/**
 * Has the application find what Micrometer's context propagation knows of by the thread:
 * the values of the request that opened a stream.
 *
 * @since 0.1.0
 */
public final class ThreadValues implements CallContext.Capture {

	/**
	 * All but the request itself, which its container may have given to another one by
	 * then.
	 */
	private static final Predicate<Object> KEPT = (key) -> !key.equals(RequestAttributesThreadLocalAccessor.KEY);

	private final ContextSnapshotFactory snapshots = ContextSnapshotFactory.builder()
		.captureKeyPredicate(KEPT)
		.clearMissing(true)
		.build();

	@Override
	public CallContext capture() {
		return new Values(this.snapshots.captureAll());
	}

	/**
	 * The values of a thread.
	 */
	private record Values(ContextSnapshot snapshot) implements CallContext {

		@Override
		public <T extends @Nullable Object> T call(@Nullable Principal user, Supplier<T> call) {
			ContextSnapshot.Scope scope = this.snapshot.setThreadLocals(KEPT);
			try {
				return call.get();
			}
			finally {
				scope.close();
			}
		}

	}

}
