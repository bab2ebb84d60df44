package io.github.ssestarter.actuate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.fanout.EngineStatus;

/**
 * Actuator endpoint that shows the streams of this node, and closes streams on every
 * node. Closing needs {@code management.endpoint.sse.access=unrestricted}.
 *
 * @since 0.1.0
 */
@Endpoint(id = "sse", defaultAccess = Access.READ_ONLY)
public final class SseActuatorEndpoint {

	private final EngineStatus status;

	private final SseConnections connections;

	private final SseBroadcaster broadcaster;

	private final Show showValues;

	private final Set<String> roles;

	/**
	 * Makes the endpoint.
	 * @param status how the engine stands
	 * @param connections shows the streams
	 * @param broadcaster closes streams
	 * @param showValues when to show users and addresses
	 * @param roles who is authorized to see them, everybody who is logged in if empty
	 */
	public SseActuatorEndpoint(EngineStatus status, SseConnections connections, SseBroadcaster broadcaster,
			Show showValues, Collection<String> roles) {
		this.status = status;
		this.connections = connections;
		this.broadcaster = broadcaster;
		this.showValues = showValues;
		this.roles = Set.copyOf(roles);
	}

	/**
	 * Sums up this node.
	 * @return its figures
	 */
	@ReadOperation
	public NodeDescriptor node() {
		return NodeDescriptor.of(this.status);
	}

	/**
	 * Lists the topics, or the streams, page by page.
	 * @param securityContext who asks
	 * @param what {@code topics}, or {@code streams}
	 * @param page the page, the first being 0
	 * @param size how many there are on a page, at most 1000
	 * @param user only streams of this user
	 * @param topic only streams that hear this topic
	 * @return the page, {@code null} for anything else
	 */
	@ReadOperation
	public @Nullable PageDescriptor<?> list(SecurityContext securityContext, @Selector String what,
			@Nullable Integer page, @Nullable Integer size, @Nullable String user, @Nullable String topic) {
		return valid(() -> switch (what) {
			case "topics" -> PageDescriptor.of(page, size, topics());
			case "streams" -> PageDescriptor.of(page, size, this.connections.find(audience(user, topic)))
				.map(describer(securityContext));
			default -> null;
		});
	}

	private List<TopicDescriptor> topics() {
		return this.status.topics()
			.entrySet()
			.stream()
			.map((topic) -> new TopicDescriptor(topic.getKey(), topic.getValue()))
			.toList();
	}

	private Function<SseConnection, StreamDescriptor> describer(SecurityContext securityContext) {
		boolean isShown = this.showValues.isShown(securityContext, this.roles);
		return (connection) -> StreamDescriptor.of(connection, isShown);
	}

	private static SseAudience audience(@Nullable String user, @Nullable String topic) {
		SseAudience ofUser = (user != null) ? SseAudience.user(user) : SseAudience.everyone();
		return (topic != null) ? ofUser.and(SseAudience.topic(topic)) : ofUser;
	}

	/**
	 * Closes the streams of an audience, on every node. Their clients may come back.
	 * @param topic those that hear this topic
	 * @param user those of this user
	 * @param client that of this client, by its whole id
	 * @param everyone all, if {@code true}
	 */
	@DeleteOperation
	public void close(@Nullable String topic, @Nullable String user, @Nullable String client,
			@Nullable Boolean everyone) {
		valid(() -> {
			this.broadcaster.close(audience(topic, user, client, everyone));
			return null;
		});
	}

	private static SseAudience audience(@Nullable String topic, @Nullable String user, @Nullable String client,
			@Nullable Boolean everyone) {
		List<SseAudience> audiences = new ArrayList<>();
		if (topic != null) {
			audiences.add(SseAudience.topic(topic));
		}
		if (user != null) {
			audiences.add(SseAudience.user(user));
		}
		if (client != null) {
			audiences.add(SseAudience.client(client));
		}
		if (Boolean.TRUE.equals(everyone)) {
			audiences.add(SseAudience.everyone());
		}
		if (audiences.size() != 1) {
			throw new IllegalArgumentException(
					"Name whose streams to close: one of topic, user, client or everyone=true");
		}
		return audiences.get(0);
	}

	private static <T> @Nullable T valid(Supplier<@Nullable T> operation) {
		try {
			return operation.get();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidEndpointRequestException(String.valueOf(ex.getMessage()), "Invalid parameters", ex);
		}
	}

}
