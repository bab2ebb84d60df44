package io.github.ssestarter.servlet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The output of a response that filters have wrapped, if a stream cannot write to it
 * without waiting.
 */
final class WrappedOutput {

	/** They pass on all that matters, and are in most applications. */
	private static final String SPRING_SECURITY = "org.springframework.security.";

	private WrappedOutput() {
	}

	/**
	 * Makes the failure of a stream that could never be written to.
	 * @param response the outermost response
	 * @param fault what is wrong with its output
	 * @param cause what the output has thrown, {@code null} for nothing
	 * @return names the classes, and the remedy
	 */
	static IllegalStateException refused(ServletResponse response, String fault, @Nullable Throwable cause) {
		List<String> wrappers = new ArrayList<>();
		ServletResponse wrapped = response;
		while (wrapped instanceof ServletResponseWrapper wrapper) {
			if (!wrapped.getClass().getName().startsWith(SPRING_SECURITY)
					&& output(wrapped) != output(wrapper.getResponse())) {
				wrappers.add(wrapped.getClass().getName());
			}
			wrapped = wrapper.getResponse();
		}
		Object output = output(response);
		return new IllegalStateException("No stream can be joined or kept open here: a filter wraps the response ("
				+ String.join(", ", wrappers) + "), whose output, a "
				+ ((output != null) ? output.getClass().getName() : "stream") + ", " + fault
				+ ", and nothing could be written to the client without waiting for it. Let that filter leave this path"
				+ " alone, or have its output pass on setWriteListener and isReady", cause);
	}

	/**
	 * What is written to, {@code null} if that cannot be asked.
	 */
	private static @Nullable Object output(ServletResponse response) {
		try {
			return response.getOutputStream();
		}
		catch (IOException | IllegalStateException ex) {
			return null;
		}
	}

}
