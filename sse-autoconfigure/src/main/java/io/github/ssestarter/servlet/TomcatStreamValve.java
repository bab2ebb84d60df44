package io.github.ssestarter.servlet;

import java.io.IOException;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Leaves in each request what a stream needs of Tomcat beyond the servlet API.
 *
 * @since 0.1.0
 */
public final class TomcatStreamValve extends ValveBase {

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
		request.setAttribute(ServletContainer.ATTRIBUTE, container(request));
		getNext().invoke(request, response);
	}

	private ServletContainer container(Request request) {
		if (request.getProtocol().startsWith("HTTP/2")) {
			return TomcatContainer.http2(request.getCoyoteRequest(),
					this.sockets.find(request.getServletConnection().getConnectionId()));
		}
		return TomcatContainer.http1(request.getCoyoteRequest());
	}

}
