package io.github.ssestarter;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The streams that are open on this node, to look at: a bean. What it gives is a picture
 * of the moment; getting it waits for nobody.
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
	 * The open stream of a client.
	 * @param clientId the client's id
	 * @return the stream, {@code null} if the client has none here
	 */
	@Nullable SseConnection get(String clientId);

}
