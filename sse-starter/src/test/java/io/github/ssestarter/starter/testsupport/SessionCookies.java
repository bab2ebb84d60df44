package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import org.jspecify.annotations.Nullable;

/**
 * Requests of sessions, as a browser makes them with a cookie.
 */
public final class SessionCookies {

	private final HttpClient http = HttpClient.newHttpClient();

	private final String name;

	/**
	 * Has no session.
	 * @param name the cookie's name
	 */
	public SessionCookies(String name) {
		this.name = name;
	}

	/**
	 * Posts to an application.
	 * @param application the application
	 * @param path where to
	 * @param session the session's id, {@code null} for none
	 */
	public HttpResponse<String> post(TestApplication application, String path, @Nullable String session)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(application.url(path)))
			.POST(HttpRequest.BodyPublishers.noBody());
		if (session != null) {
			request.header("Cookie", this.name + "=" + session);
		}
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	/**
	 * The id of the session that a response has begun, or renamed.
	 */
	public String session(HttpResponse<?> response) {
		return response.headers()
			.allValues("Set-Cookie")
			.stream()
			.flatMap((header) -> HttpCookie.parse(header).stream())
			.filter((cookie) -> cookie.getName().equals(this.name))
			.findFirst()
			.orElseThrow()
			.getValue();
	}

}
