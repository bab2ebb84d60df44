package io.github.ssestarter.autoconfigure;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnections;

/**
 * The streams, before there is an engine: beans that the engine asks may look at them.
 */
final class LateConnections implements SseConnections {

	private final Supplier<SseConnections> connections;

	LateConnections(Supplier<SseConnections> connections) {
		this.connections = new AtFirstUse<>(connections);
	}

	@Override
	public Set<String> topics() {
		return this.connections.get().topics();
	}

	@Override
	public List<SseConnection> find(SseAudience audience) {
		return this.connections.get().find(audience);
	}

	@Override
	public int countOfAllNodes() {
		return this.connections.get().countOfAllNodes();
	}

	@Override
	public CompletableFuture<Boolean> isOnline(String user) {
		return this.connections.get().isOnline(user);
	}

	@Override
	public @Nullable SseConnection get(String clientId) {
		return this.connections.get().get(clientId);
	}

}
