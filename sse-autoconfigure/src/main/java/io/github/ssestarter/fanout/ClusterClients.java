package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseNodeException;
import io.github.ssestarter.SseTopicException;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.ClusterRegistry;
import io.github.ssestarter.backplane.ClusterRegistry.Place;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.backplane.Message.Changed.Outcome;
import io.github.ssestarter.fanout.notice.FaultLog;
import io.github.ssestarter.fanout.stream.ClientStreams;
import io.github.ssestarter.fanout.stream.StreamRequest;

/**
 * The open streams of all nodes, as other requests of their clients name them: by client
 * id. Another node is asked, and waited for, if the stream is there.
 *
 * @since 0.1.0
 */
public final class ClusterClients {

	private static final Log logger = LogFactory.getLog(ClusterClients.class);

	/** So long at most another node is waited for. */
	static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final int MAX_TEXT = 2_000;

	private final ClientStreams here;

	private final Backplane backplane;

	private final ClusterRegistry registry;

	/** Runs what other nodes ask for, which asks the application. */
	private final Executor executor;

	private final FaultLog faults;

	private final AtomicLong last = new AtomicLong();

	/** What was asked and not answered yet, by number. */
	private final Map<Long, CompletableFuture<Message.Changed>> asked = new ConcurrentHashMap<>();

	ClusterClients(ClientStreams here, Backplane backplane, ClusterRegistry registry, Executor executor,
			FaultLog faults) {
		this.here = here;
		this.backplane = backplane;
		this.registry = registry;
		this.executor = executor;
		this.faults = faults;
	}

	/**
	 * Finds a client's stream. Waits for a few seconds at most, if it is not here.
	 * @param clientId the client's id
	 * @return who opened it, {@code null} if the client has no stream on any node
	 * @throws SseNodeException if that cannot be found out
	 */
	public @Nullable Owner find(String clientId) {
		StreamRequest opened = this.here.find(clientId);
		if (opened != null) {
			return new Owner(opened.user());
		}
		Place place = elsewhere(clientId);
		return (place != null) ? new Owner(place.user()) : null;
	}

	private @Nullable Place elsewhere(String clientId) {
		return await(this.registry.find(clientId),
				"It cannot be found out whether the client has a stream on another node");
	}

	/**
	 * Lets a client's stream hear topics from now on: all of them, or none.
	 * @param clientId the client's id
	 * @param topics exact names; none: what goes to everyone, to its user, to its client
	 * @throws SseTopicException if a name is not one of a topic, or the stream would have
	 * too many
	 * @throws SseClosedException as {@link SseCloseReason#FORBIDDEN} if the stream may
	 * not hear one of them; with another reason if it has ended, or is not there
	 * @throws SseNodeException if another node has the stream, and does not answer
	 */
	public void join(String clientId, List<String> topics) {
		Place place = (this.here.find(clientId) != null) ? null : elsewhere(clientId);
		if (place != null) {
			// What all nodes have to read is checked before
			ask(place, clientId, true, this.here.names(topics));
		}
		else {
			this.here.join(clientId, topics);
		}
	}

	/**
	 * Has a client's stream leave topics, if it is open. What was sent to them before is
	 * still received.
	 * @param clientId the client's id
	 * @param names topics, or patterns as they were joined
	 * @throws SseNodeException if another node has the stream, and does not answer
	 */
	public void leave(String clientId, Set<String> names) {
		Place place = (this.here.find(clientId) != null) ? null : elsewhere(clientId);
		if (place != null) {
			ask(place, clientId, false, names);
		}
		else {
			this.here.leave(clientId, names);
		}
	}

	private void ask(Place place, String clientId, boolean isJoin, Collection<String> topics) {
		long number = this.last.incrementAndGet();
		CompletableFuture<Message.Changed> answer = new CompletableFuture<>();
		this.asked.put(number, answer);
		try {
			this.backplane
				.publish(new Message.Change(place.node(), new Message.Question(this.registry.node(), number), clientId,
						isJoin, topics))
				.whenComplete((id, failure) -> {
					if (failure != null) {
						answer.completeExceptionally(failure);
					}
				});
			accept(await(answer, "The node that has the client's stream was asked, and has not answered"));
		}
		finally {
			this.asked.remove(number);
		}
	}

	private static <T> T await(CompletableFuture<T> answer, String what) {
		try {
			return answer.get(TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new SseNodeException(
					what + " for " + TIMEOUT.toSeconds() + " seconds: it may have died, or Redis is away. Try again",
					ex);
		}
		catch (ExecutionException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			throw new SseNodeException(what + ": " + cause.getMessage(), cause);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SseNodeException(what + ": the thread that waited was interrupted", ex);
		}
	}

	private static void accept(Message.Changed changed) {
		switch (changed.outcome()) {
			case DONE -> {
			}
			case WRONG_TOPIC -> throw new SseTopicException(changed.text());
			case CLOSED -> throw new SseClosedException(
					(changed.reason() != null) ? changed.reason() : SseCloseReason.CLIENT_GONE, changed.text());
			case FAILED ->
				throw new SseNodeException("The node that has the client's stream has failed: " + changed.text());
		}
	}

	/**
	 * Another node asks. Returns at once.
	 */
	void receive(Message.Change change) {
		if (change.node().equals(this.registry.node())) {
			this.executor.execute(() -> this.backplane.publish(carryOut(change)).exceptionally((failure) -> {
				this.faults.warn(logger, "Another node could not be answered what has become of a change of topics");
				return null;
			}));
		}
	}

	private Message.Changed carryOut(Message.Change change) {
		Message.Question question = change.question();
		try {
			if (change.isJoin()) {
				this.here.join(change.clientId(), List.copyOf(change.topics()));
			}
			else {
				this.here.leave(change.clientId(), Set.copyOf(change.topics()));
			}
			return new Message.Changed(question, Outcome.DONE, null, "");
		}
		catch (SseTopicException ex) {
			return new Message.Changed(question, Outcome.WRONG_TOPIC, null, text(ex));
		}
		catch (SseClosedException ex) {
			return new Message.Changed(question, Outcome.CLOSED, ex.getReason(), text(ex));
		}
		catch (RuntimeException ex) {
			this.faults.error(logger, "A change of topics that another node has asked for has failed", "", ex);
			return new Message.Changed(question, Outcome.FAILED, null, text(ex));
		}
	}

	/**
	 * Why it failed, short enough for the log that all nodes read.
	 */
	private static String text(Exception ex) {
		String text = String.valueOf(ex.getMessage());
		return (text.length() <= MAX_TEXT) ? text : text.substring(0, MAX_TEXT) + "...";
	}

	/**
	 * Another node answers. Returns at once.
	 */
	void receive(Message.Changed changed) {
		if (changed.node().equals(this.registry.node())) {
			CompletableFuture<Message.Changed> asked = this.asked.remove(changed.question().number());
			if (asked != null) {
				asked.complete(changed);
			}
		}
	}

	/**
	 * Whose a stream is.
	 *
	 * @param user the name of the user who opened it, {@code null} if nobody was logged
	 * in
	 */
	public record Owner(@Nullable String user) {
	}

}
