package io.github.ssestarter.fanout.stream;

import java.security.Principal;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.WireId;
import io.github.ssestarter.fanout.shard.StreamOptions;

/**
 * Who asks for a stream.
 *
 * @param clientId the client's id
 * @param principal the user, {@code null} if nobody is logged in
 * @param user the user's name, asked once: a principal may not know it for ever
 * @param presented the id that the client says it received last, {@code null} if it does
 * not
 * @param address where it asks from, {@code null} if that is not known
 * @param sessionId the session that it has, {@code null} for none
 * @param heartbeatInterval after how long without a write the client wants a heartbeat,
 * {@code null} if it does not say
 * @param topics what alone the stream may join, {@code null} if its request does not
 * limit that
 * @param isEventSource whether the client is a browser's {@code EventSource}, or one that
 * does as it does: it comes back after every end, and stops at 204
 * @since 0.1.0
 */
public record StreamRequest(String clientId, @Nullable Principal principal, @Nullable String user,
		@Nullable WireId presented, @Nullable String address, @Nullable String sessionId,
		@Nullable Duration heartbeatInterval, @Nullable Set<String> topics, boolean isEventSource) {

	/**
	 * Creates a request, whose user has the principal's name.
	 * @param clientId the client's id
	 * @param principal the user, {@code null} if nobody is logged in
	 * @param lastEventId what the client says it received last, {@code null} or empty if
	 * it does not
	 * @param address where it asks from, {@code null} if that is not known
	 * @param sessionId the session that it has, {@code null} for none
	 */
	public StreamRequest(String clientId, @Nullable Principal principal, @Nullable String lastEventId,
			@Nullable String address, @Nullable String sessionId) {
		this(clientId, principal, (principal != null) ? principal.getName() : null, WireId.parse(lastEventId), address,
				sessionId, null, null, false);
	}

	StreamRequest withSession(String sessionId) {
		return new StreamRequest(this.clientId, this.principal, this.user, this.presented, this.address, sessionId,
				this.heartbeatInterval, this.topics, this.isEventSource);
	}

	/**
	 * The same request of a client that wants heartbeats more or less often.
	 * @param interval after how long without a write, {@code null} if it does not say
	 * @return the request
	 */
	public StreamRequest withHeartbeatInterval(@Nullable Duration interval) {
		return new StreamRequest(this.clientId, this.principal, this.user, this.presented, this.address, this.sessionId,
				interval, this.topics, this.isEventSource);
	}

	/**
	 * The same request of a client that has a ticket.
	 * @param topics exact names: what alone the stream may join
	 * @return the request
	 */
	public StreamRequest withTopics(Set<String> topics) {
		return new StreamRequest(this.clientId, this.principal, this.user, this.presented, this.address, this.sessionId,
				this.heartbeatInterval, topics, this.isEventSource);
	}

	/**
	 * The same request of a client that comes back after every end, and stops at 204.
	 * @return the request
	 */
	public StreamRequest ofEventSource() {
		return new StreamRequest(this.clientId, this.principal, this.user, this.presented, this.address, this.sessionId,
				this.heartbeatInterval, this.topics, true);
	}

	/**
	 * Those of some topics and patterns that the stream may not join, whoever its user
	 * is.
	 */
	Set<String> beyond(Set<String> names) {
		Set<String> beyond = new LinkedHashSet<>();
		if (this.topics != null) {
			beyond.addAll(names);
			beyond.removeAll(this.topics);
		}
		return beyond;
	}

	/**
	 * The options of the stream, as its client wants them. Where there are no heartbeats
	 * a client gets none.
	 */
	StreamOptions options(StreamOptions options) {
		Duration wanted = this.heartbeatInterval;
		return (wanted != null && !options.heartbeatInterval().isZero()) ? new StreamOptions(wanted, options.retry())
				: options;
	}

	/**
	 * The last id of the application's own that the client has, {@code null} for none.
	 */
	@Nullable String ownId() {
		return (this.presented != null) ? this.presented.ownId() : null;
	}

}
