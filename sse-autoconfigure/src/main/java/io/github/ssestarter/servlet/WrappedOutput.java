package io.github.ssestarter.servlet;

import java.util.ArrayList;
import java.util.List;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The output of a response that filters have wrapped, where a stream cannot write to it
 * without waiting.
 */
final class WrappedOutput {

	private WrappedOutput() {
	}

	/**
	 * Makes the failure of a stream that could never be written to.
	 * @param response the outermost response
	 * @param output its output
	 * @param fault what is wrong with that
	 * @param cause what it has thrown, {@code null} for nothing
	 * @return names the classes, and the remedy
	 */
	static IllegalStateException refused(ServletResponse response, ServletOutputStream output, String fault,
			@Nullable Throwable cause) {
		return new IllegalStateException("No stream can be joined or kept open here: a filter wraps the response in a "
				+ wrappers(response) + ", whose output, a " + output.getClass().getName() + ", " + fault
				+ ", and nothing could be written to the client without waiting for it. Let that filter leave"
				+ " this path alone, or have its output pass on setWriteListener and isReady", cause);
	}

	/**
	 * Those that may be at fault.
	 */
	private static String wrappers(ServletResponse response) {
		List<String> wrappers = new ArrayList<>();
		ServletResponse wrapped = response;
		while (wrapped instanceof ServletResponseWrapper wrapper) {
			if (!ResponseWrappers.passesOn(wrapped)) {
				wrappers.add(wrapped.getClass().getName());
			}
			wrapped = wrapper.getResponse();
		}
		return (wrappers.isEmpty()) ? response.getClass().getName() : String.join(", or a ", wrappers);
	}

}
