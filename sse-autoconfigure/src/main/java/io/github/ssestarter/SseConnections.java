package io.github.ssestarter;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * The streams that are open on this node, to look at: a bean. What it gives is a picture
 * of the moment; getting it waits for nobody. Of streams on other nodes it knows how many
 * there are, and whose.
 *
 * @since 0.1.0
 */
public interface SseConnections {

	/**
	 * The topics that streams have joined, and the patterns.
	 * @return the names, in alphabetical order
	 */
	Set<String> topics();

	/**
	 * The streams of an audience, those that have not joined included. Looks at each
	 * stream of the node.
	 * @param audience the audience; {@link SseAudience#everyone()} for all
	 * @return the streams, in the order in which they were opened
	 */
	List<SseConnection> find(SseAudience audience);

	/**
	 * Counts the open streams of all nodes that share a log: those of this node as they
	 * are, and those of the others as they were known last, at most a fifth of
	 * {@code sse.redis.node-timeout} ago. Without Redis, and while it is away, those of
	 * this node.
	 * @return how many there are
	 */
	int countOfAllNodes();

	/**
	 * Whether a user has an open stream, on any node that shares the log.
	 * @param user the user's name
	 * @return whether there is one; fails if Redis cannot be asked. What depends on it
	 * runs on one of a few threads for callbacks
	 */
	CompletableFuture<Boolean> isOnline(String user);

	/**
	 * The open stream of a client.
	 * @param clientId the client's id
	 * @return the stream, {@code null} if the client has none here
	 */
	@Nullable SseConnection get(String clientId);

}
