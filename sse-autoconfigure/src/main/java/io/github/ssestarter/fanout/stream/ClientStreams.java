package io.github.ssestarter.fanout.stream;

import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseTopicException;
import io.github.ssestarter.fanout.hearing.JoinChecks;
import io.github.ssestarter.fanout.hearing.TopicLimits;
import io.github.ssestarter.fanout.shard.End;

/**
 * The open streams of this node, as other requests of their clients name them: by client
 * id. Whoever asks waits for the application, and never for the client.
 *
 * @since 0.1.0
 */
public final class ClientStreams {

	private final StreamContext context;

	private final Streams streams;

	/**
	 * Finds them among all streams.
	 */
	public ClientStreams(StreamContext context, Streams streams) {
		this.context = context;
		this.streams = streams;
	}

	/**
	 * Finds a client's stream.
	 * @param clientId the client's id
	 * @return who opened it, {@code null} if the client has no stream here
	 */
	public @Nullable StreamRequest find(String clientId) {
		StreamLife stream = this.streams.ofClient(clientId);
		return (stream != null) ? stream.request() : null;
	}

	/**
	 * Lets a client's stream hear topics from now on: all of them, or none.
	 * @param clientId the client's id
	 * @param topics exact names; none: what goes to everyone, to its user, to its client
	 * @throws SseTopicException if a name is not one of a topic, or the stream would have
	 * too many
	 * @throws SseClosedException as {@link SseCloseReason#FORBIDDEN} if the stream may
	 * not hear one of them; with another reason if it has ended, or is not here
	 */
	public void join(String clientId, List<String> topics) {
		Set<String> names = names(topics);
		StreamLife stream = open(clientId);
		if (stream == null) {
			throw new SseClosedException(SseCloseReason.CLIENT_GONE, "The client has no stream open");
		}
		TopicChanges changes = new TopicChanges(this.context, stream);
		changes.join(names, false, (allowed, refused) -> {
			requireOpen(stream);
			if (!refused.isEmpty()) {
				throw changes.forbidden(refused);
			}
		}, () -> {
			tell(stream);
			requireOpen(stream);
		});
	}

	/**
	 * Refuses what no stream may join.
	 * @param topics what is to be joined
	 * @return the names, each once
	 * @throws SseTopicException if one is not the name of a topic, or there are more than
	 * a stream may have
	 */
	public Set<String> names(Collection<String> topics) {
		TopicLimits limits = this.context.settings().topics();
		Set<String> names = JoinChecks.names(topics, limits);
		if (names.size() > limits.maxPerStream()) {
			throw new SseTopicException("A stream may have sse.limits.max-topics-per-stream (" + limits.maxPerStream()
					+ ") topics, and is to join " + names.size());
		}
		return names;
	}

	/**
	 * A client's stream of which the client can know: before that it is its method's
	 * alone.
	 */
	private @Nullable StreamLife open(String clientId) {
		StreamLife stream = this.streams.ofClient(clientId);
		return (stream != null && stream.isCommitted()) ? stream : null;
	}

	private static void requireOpen(StreamLife stream) {
		End end = stream.end();
		if (end != null) {
			throw EndedPhase.exception(end.reason());
		}
	}

	/**
	 * Has a client's stream leave topics, if it is open. What was sent to them before is
	 * still received.
	 * @param clientId the client's id
	 * @param names topics, or patterns as they were joined
	 */
	public void leave(String clientId, Set<String> names) {
		StreamLife stream = open(clientId);
		if (stream != null) {
			new TopicChanges(this.context, stream).leave(names, () -> tell(stream));
		}
	}

	/**
	 * The shard is told at once. A stream whose method is at work tells its client its
	 * place when it next writes: to write now could mean to wait for the client.
	 */
	private static void tell(StreamLife stream) {
		AttachedPhase attached = stream.attached();
		if (attached != null) {
			attached.settle();
		}
		stream.topicsChanged();
	}

}
