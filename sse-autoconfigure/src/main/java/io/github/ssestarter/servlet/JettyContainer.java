package io.github.ssestarter.servlet;

import java.io.IOException;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import org.eclipse.jetty.ee11.servlet.ServletApiRequest;
import org.eclipse.jetty.ee11.servlet.ServletChannel;
import org.jspecify.annotations.Nullable;

/**
 * A response of Jetty.
 */
final class JettyContainer implements ServletContainer {

	private final ServletChannel channel;

	private JettyContainer(ServletChannel channel) {
		this.channel = channel;
	}

	static @Nullable ServletContainer of(ServletRequest request) {
		ServletRequest unwrapped = request;
		while (unwrapped instanceof ServletRequestWrapper wrapper) {
			unwrapped = wrapper.getRequest();
		}
		return (unwrapped instanceof ServletApiRequest api)
				? new JettyContainer(api.getServletRequestInfo().getServletChannel()) : null;
	}

	@Override
	public boolean completesAfterWriteError() {
		return true;
	}

	@Override
	public void abort(AsyncContext context) {
		this.channel.abort(new IOException("The stream is given up"));
	}

}
