package io.github.ssestarter.servlet;

import java.io.IOException;

import jakarta.servlet.ServletException;
import org.apache.catalina.AccessLog;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Leaves in each request what a stream needs of Tomcat beyond the servlet API.
 *
 * @since 0.1.0
 */
public final class TomcatStreamValve extends ValveBase implements AccessLog {

	/*
	 * Tomcat logs an access right before it recycles the request and the response, also
	 * where it calls no listener: when a write fails on another thread while a container
	 * thread is still on its way out of "onWritePossible", the container thread sees the
	 * error and recycles at once.
	 */

	private final WritableSockets sockets;

	/**
	 * Creates the valve.
	 * @param sockets knows the sockets of HTTP/2 connections
	 */
	public TomcatStreamValve(WritableSockets sockets) {
		super(true);
		this.sockets = sockets;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		// Tomcat comes by again to report an error
		if (request.getAttribute(ServletContainer.ATTRIBUTE) == null) {
			request.setAttribute(ServletContainer.ATTRIBUTE, container(request));
		}
		getNext().invoke(request, response);
	}

	@Override
	public void log(Request request, Response response, long time) {
		if (request.getAttribute(ServletContainer.ATTRIBUTE) instanceof TomcatContainer container) {
			container.recycling();
		}
	}

	@Override
	public void setRequestAttributesEnabled(boolean requestAttributesEnabled) {
	}

	@Override
	public boolean getRequestAttributesEnabled() {
		return false;
	}

	private ServletContainer container(Request request) {
		// None if the request line cannot be read
		String protocol = request.getProtocol();
		if (protocol != null && protocol.startsWith("HTTP/2")) {
			return TomcatContainer.http2(request.getCoyoteRequest(),
					this.sockets.find(request.getServletConnection().getConnectionId()),
					(request.getConnector().getProtocolHandler() instanceof TomcatStreamProtocol handler) ? handler
							: null);
		}
		return TomcatContainer.http1(request.getCoyoteRequest(), request.getConnector().getProtocolHandler());
	}

}
