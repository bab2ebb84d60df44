package io.github.ssestarter.test;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The request that a client makes, once.
 *
 * @param uri where to
 * @param method the HTTP method
 * @param headers every header there is
 * @param body the request's body, empty if it has none
 */
record ClientRequest(URI uri, String method, Map<String, List<String>> headers, String body) {

	InetSocketAddress address() {
		int port = (this.uri.getPort() >= 0) ? this.uri.getPort() : 80;
		InetSocketAddress address = new InetSocketAddress(this.uri.getHost(), port);
		if (address.isUnresolved()) {
			throw new UncheckedIOException(new UnknownHostException(this.uri.getHost()));
		}
		return address;
	}

	ByteBuffer encode() {
		StringBuilder text = new StringBuilder(this.method).append(' ').append(target()).append(" HTTP/1.1\r\n");
		this.headers.forEach((name, values) -> values
			.forEach((value) -> text.append(name).append(": ").append(value).append("\r\n")));
		return StandardCharsets.UTF_8.encode(text.append("\r\n").append(this.body).toString());
	}

	private String target() {
		String path = (this.uri.getRawPath().isEmpty()) ? "/" : this.uri.getRawPath();
		return (this.uri.getRawQuery() != null) ? path + '?' + this.uri.getRawQuery() : path;
	}

	@Override
	public String toString() {
		return this.method + " " + this.uri;
	}

}
