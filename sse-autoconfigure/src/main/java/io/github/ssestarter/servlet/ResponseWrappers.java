package io.github.ssestarter.servlet;

import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/**
 * What filters have put around a container's response.
 *
 * @param original the container's response
 * @param blocking the first wrapper that may change, hold back or want to see what is
 * written, {@code null} if there is none
 */
record ResponseWrappers(ServletResponse original, @Nullable ServletResponse blocking) {

	/** Its wrapper commits sessions and contexts, and passes on what is written. */
	private static final String SPRING_SECURITY = "org.springframework.security.";

	private static final ClassValue<Boolean> PASSES_ON = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			return type.getName().startsWith(SPRING_SECURITY)
					|| type.getEnclosingClass() == ShallowEtagHeaderFilter.class
					|| (!overrides(type, "getOutputStream") && !overrides(type, "getWriter"));
		}

	};

	static ResponseWrappers of(ServletResponse response) {
		ServletResponse wrapped = response;
		ServletResponse blocking = null;
		while (wrapped instanceof ServletResponseWrapper wrapper) {
			if (blocking == null && !passesOn(wrapped)) {
				blocking = wrapped;
			}
			wrapped = wrapper.getResponse();
		}
		return new ResponseWrappers(wrapped, blocking);
	}

	/**
	 * Whether a wrapper leaves alone what is written, and who writes it.
	 */
	static boolean passesOn(ServletResponse wrapper) {
		return PASSES_ON.get(wrapper.getClass());
	}

	private static boolean overrides(Class<?> type, String method) {
		try {
			Class<?> declaring = type.getMethod(method).getDeclaringClass();
			return declaring != ServletResponseWrapper.class && declaring != HttpServletResponseWrapper.class;
		}
		catch (NoSuchMethodException ex) {
			return true;
		}
	}

}
