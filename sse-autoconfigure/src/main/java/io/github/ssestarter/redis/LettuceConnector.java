package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.masterreplica.MasterReplica;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;

/**
 * Connects to a log by a client of its own: a node of Redis, the one that sentinels name,
 * or a cluster. No connection is ever mended, since Lettuce would send what was on its
 * way again, in another order: whoever uses one that failed closes it, and makes another.
 *
 * @since 0.1.0
 */
public final class LettuceConnector implements RedisLog.Connector, AutoCloseable {

	/** For so long a read waits for something new. */
	static final Duration READ_WAIT = Duration.ofSeconds(1);

	/** The shortest time-out. */
	public static final Duration MIN_TIMEOUT = READ_WAIT.multipliedBy(2);

	private static final int THREADS = 2;

	private final ConnectionSettings settings;

	/** For so long at most it takes to connect. */
	private final Duration limit;

	private final ClientResources resources;

	private final Supplier<CompletionStage<LettuceConnection>> connections;

	private final Runnable shutdown;

	private final AtomicBoolean isPlain = new AtomicBoolean();

	private LettuceConnector(ConnectionSettings settings, int addresses,
			Function<RedisClient, CompletionStage<? extends StatefulRedisConnection<byte[], byte[]>>> connect) {
		this.settings = settings;
		this.limit = limit(settings, addresses);
		this.resources = resources();
		RedisClient client = RedisClient.create(this.resources);
		client.setOptions(options(ClientOptions.builder(), settings).build());
		this.connections = () -> connect.apply(client)
			.thenApply((connection) -> new LettuceConnection(connection, connection.async()));
		this.shutdown = client::close;
	}

	private LettuceConnector(ConnectionSettings settings, List<RedisURI> nodes) {
		nodes.forEach((node) -> node.setTimeout(settings.timeout()));
		this.settings = settings;
		this.limit = limit(settings, nodes.size());
		this.resources = resources();
		RedisClusterClient client = RedisClusterClient.create(this.resources, nodes);
		ClusterClientOptions.Builder options = ClusterClientOptions.builder();
		options(options, settings);
		client.setOptions(options.build());
		// The slot may have moved since
		this.connections = () -> client.refreshPartitionsAsync()
			.thenCompose((refreshed) -> client.connectAsync(ByteArrayCodec.INSTANCE))
			.thenApply((connection) -> new LettuceConnection(connection, connection.async()));
		this.shutdown = client::close;
	}

	/**
	 * Connects to one node, or to the one that sentinels name.
	 * @param node the node, or the sentinels
	 * @param settings the settings
	 * @return the connector
	 */
	public static LettuceConnector to(RedisURI node, ConnectionSettings settings) {
		node.setTimeout(settings.timeout());
		node.getSentinels().forEach((sentinel) -> sentinel.setTimeout(settings.timeout()));
		return new LettuceConnector(settings, node.getSentinels().size() + 1,
				(client) -> client.connectAsync(ByteArrayCodec.INSTANCE, node));
	}

	/**
	 * Connects to the one of some nodes that is the master.
	 * @param nodes the nodes
	 * @param settings the settings
	 * @return the connector
	 */
	public static LettuceConnector toMasterOf(List<RedisURI> nodes, ConnectionSettings settings) {
		nodes.forEach((node) -> node.setTimeout(settings.timeout()));
		return new LettuceConnector(settings, nodes.size(),
				(client) -> MasterReplica.connectAsync(client, ByteArrayCodec.INSTANCE, nodes));
	}

	/**
	 * Connects to a cluster.
	 * @param nodes some of its nodes
	 * @param settings the settings
	 * @return the connector
	 */
	public static LettuceConnector toCluster(List<RedisURI> nodes, ConnectionSettings settings) {
		return new LettuceConnector(settings, nodes);
	}

	/**
	 * Addresses are tried one after the other, and what is dark may be the first of them.
	 */
	private static Duration limit(ConnectionSettings settings, int addresses) {
		return settings.connectTimeout().multipliedBy(addresses).plus(settings.timeout());
	}

	private static ClientResources resources() {
		return DefaultClientResources.builder().ioThreadPoolSize(THREADS).computationThreadPoolSize(THREADS).build();
	}

	private static ClientOptions.Builder options(ClientOptions.Builder options, ConnectionSettings settings) {
		options.autoReconnect(false)
			.socketOptions(SocketOptions.builder().connectTimeout(settings.connectTimeout()).build())
			.timeoutOptions(TimeoutOptions.enabled(settings.timeout()));
		if (settings.ssl() != null) {
			options.sslOptions(settings.ssl());
		}
		return options;
	}

	@Override
	public RedisLog connect() {
		CompletableFuture<LettuceConnection> connecting = connection();
		LettuceConnection connection;
		try {
			connection = new Replies(this.limit.plus(this.settings.timeout())).await(connecting);
		}
		catch (RedisLogException ex) {
			connecting.thenAccept(LettuceConnection::close);
			throw ex;
		}
		return new LettuceLog(connection.commands(), new Replies(this.settings.timeout()),
				LogKeys.of(this.settings.key(), this.settings.maxLength()), this.isPlain, connection::close);
	}

	/**
	 * Records, by a connection of their own.
	 * @return the records, connected with the first command
	 */
	public RedisRecords records() {
		return new LettuceRecords(this::connection, this.settings.key(), System::nanoTime);
	}

	/**
	 * A new connection, or a {@link RedisLostException} in time.
	 */
	private CompletableFuture<LettuceConnection> connection() {
		CompletableFuture<LettuceConnection> connection = this.connections.get().toCompletableFuture();
		CompletableFuture<LettuceConnection> inTime = connection.copy()
			.orTimeout(this.limit.toNanos(), TimeUnit.NANOSECONDS);
		return inTime.handle((made, failure) -> {
			if (failure == null) {
				return made;
			}
			// It may still come
			connection.thenAccept(LettuceConnection::close);
			throw new RedisLostException("Redis cannot be reached: " + reason(failure), failure);
		});
	}

	/** What Lettuce says first is only that it could not connect. */
	private String reason(Throwable failure) {
		Throwable cause = failure;
		while (cause.getCause() != null && cause.getCause() != cause) {
			cause = cause.getCause();
		}
		if (cause instanceof TimeoutException) {
			return "no answer for " + this.limit.toMillis() + "ms";
		}
		return String.valueOf((cause.getMessage() != null) ? cause.getMessage() : cause);
	}

	@Override
	public void close() {
		this.shutdown.run();
		this.resources.shutdown(0, this.settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
	}

}
