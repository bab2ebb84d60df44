package io.github.ssestarter.actuate;

import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SanitizableData;

import io.github.ssestarter.SseConnection;

/**
 * A stream.
 *
 * @param client the beginning of the client's id, which as a whole is a credential
 * @param user the user's name, masked unless it is to be shown
 * @param topics what it has joined
 * @param since when its request came
 * @param lastActivity when something was written to it last
 * @param address where its client is, masked unless it is to be shown
 * @param state how it stands
 * @param lag how many events of the log it is behind
 * @param bytes how many bytes were written to it
 * @param transport what they were written to
 */
record StreamDescriptor(String client, @Nullable String user, Set<String> topics, Instant since, Instant lastActivity,
		@Nullable String address, SseConnection.State state, long lag, long bytes, SseConnection.Transport transport) {

	private static final int SHOWN = 6;

	static StreamDescriptor of(SseConnection connection, boolean isShown) {
		return new StreamDescriptor(shortened(connection.id()), masked(connection.user(), isShown), connection.topics(),
				connection.since(), connection.lastActivity(), masked(connection.address(), isShown),
				connection.state(), connection.lag(), connection.bytes(), connection.transport());
	}

	private static String shortened(String clientId) {
		return clientId.substring(0, Math.min(SHOWN, clientId.length() / 2)) + "…";
	}

	private static @Nullable String masked(@Nullable String value, boolean isShown) {
		return (value == null || isShown) ? value : SanitizableData.SANITIZED_VALUE;
	}

}
