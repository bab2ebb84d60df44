package io.github.ssestarter.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Finds out in which container a request is.
 */
final class ServletContainers {

	private ServletContainers() {
	}

	static ServletContainer of(HttpServletRequest request, AsyncContext context) {
		return ServletContainer.unknown(context);
	}

}
