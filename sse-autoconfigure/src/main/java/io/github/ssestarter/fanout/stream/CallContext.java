package io.github.ssestarter.fanout.stream;

import java.security.Principal;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * What code of the application finds around it by its thread, such as the login: the same
 * as in the request that opened a stream, on whatever thread it is called.
 *
 * @since 0.1.0
 */
public interface CallContext {

	/** Nothing. */
	CallContext NONE = new CallContext() {

		@Override
		public <T extends @Nullable Object> T call(@Nullable Principal user, Supplier<T> call) {
			return call.get();
		}

	};

	/**
	 * Calls the application, and then leaves the thread as it was.
	 * @param <T> what it answers
	 * @param user the user as it is now, {@code null} for the one of the request
	 * @param call calls it
	 * @return its answer
	 */
	<T extends @Nullable Object> T call(@Nullable Principal user, Supplier<T> call);

	/**
	 * Keeps what the current thread has.
	 */
	@FunctionalInterface
	interface Capture {

		/** Keeps nothing. */
		Capture NONE = () -> CallContext.NONE;

		/**
		 * Keeps what the current thread has.
		 * @return what is kept
		 */
		CallContext capture();

		/**
		 * Keeps what several keep.
		 * @param captures those, the outermost first
		 * @return what keeps all of it
		 */
		static Capture all(List<Capture> captures) {
			Capture all = NONE;
			for (Capture inner : captures) {
				Capture outer = all;
				all = (outer == NONE) ? inner : () -> within(outer.capture(), inner.capture());
			}
			return all;
		}

		private static CallContext within(CallContext outer, CallContext inner) {
			return new CallContext() {

				@Override
				public <T extends @Nullable Object> T call(@Nullable Principal user, Supplier<T> call) {
					return outer.call(user, () -> inner.call(user, call));
				}

			};
		}

	}

}
