package io.github.ssestarter.backplane;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Brings every message to every node, in one order: an SPI.
 * <p>
 * <b>Order.</b> The {@link Receiver} of each node is called for each message once, by one
 * thread at a time, with ids that rise. A message published after {@link #publish} of
 * another has completed comes after it.
 * <p>
 * <b>Blocking.</b> {@link #publish} never waits for a network; a receiver returns soon
 * and never waits for a client.
 * <p>
 * <b>Life.</b> {@link #start} is called once before anything else, {@link #stop} once at
 * the end; what is published after it fails. A receiver is told of the log that begins
 * before its first message, and again whenever the log that it has heard is not what is
 * stored any more.
 *
 * @since 0.1.0
 */
public interface Backplane {

	/**
	 * Begins to receive: {@link Receiver#begin} is called before this returns. A
	 * backplane that keeps messages brings those that it still has before this returns as
	 * well, so that a node knows what its clients may ask for; orders to close among them
	 * are left out. If it cannot reach what it keeps them in, it begins with a log of its
	 * own making, {@link #failure()} tells why, and it begins again once it can.
	 * @param receiver takes the messages of all nodes, this one's too
	 */
	void start(Receiver receiver);

	/**
	 * Ends it: the receiver is not called any more after this returned.
	 */
	void stop();

	/**
	 * Waits until there is room for another message. Any thread but those that call the
	 * receiver.
	 * @param timeout how long to wait at most
	 * @return whether there is room; not if the time ran out, or the thread was
	 * interrupted. What others publish meanwhile may take it
	 */
	default boolean awaitRoom(Duration timeout) {
		return true;
	}

	/**
	 * Hands a message over. Any thread.
	 * @param message what to bring to every node
	 * @return the id, once the message has its place in the order; fails with an
	 * {@link io.github.ssestarter.SsePublishException} if it was not accepted, and then
	 * no node receives it. It may be completed by a thread that must not be held up
	 */
	CompletableFuture<EventId> publish(Message message);

	/**
	 * Waits until the receiver has been given all up to a place that a client has from
	 * another node, which may be ahead of this one. Any thread but those that call the
	 * receiver.
	 * @param id a place that the receiver has not been given; untrusted
	 * @param timeout how long to wait at most
	 * @return whether all up to there has been given; not if the place is of another log,
	 * the time ran out, or the thread was interrupted. A backplane of a single node waits
	 * for nothing
	 */
	default boolean awaitReceived(EventId id, Duration timeout) {
		return false;
	}

	/**
	 * Whether messages are brought now. Any thread; returns at once.
	 * @return why they are not, {@code null} while they are
	 */
	default @Nullable Throwable failure() {
		return null;
	}

	/**
	 * Knows the streams of all nodes. Asked for once.
	 * @return the registry, by default one that knows this node only
	 */
	default ClusterRegistry registry() {
		return new LocalRegistry();
	}

	/**
	 * How it stands on this node, for those who watch it. Any thread; asks nobody over a
	 * network, and returns at once.
	 * @return how it stands
	 */
	default BackplaneStatus status() {
		return BackplaneStatus.NEAR;
	}

	/**
	 * Takes what a backplane brings. Returns soon, throws nothing.
	 */
	interface Receiver {

		/**
		 * A log begins. What was before its start is not known: streams that are open are
		 * told of a gap. Only if the start is the id of the last message that the
		 * receiver was given, the same log goes on.
		 * @param start the position before the first message
		 */
		void begin(EventId start);

		/**
		 * The same, with what has become of the log that was heard before, for those who
		 * run the application.
		 * @param start the position before the first message
		 * @param reason why a log begins, as part of a sentence
		 */
		default void begin(EventId start, String reason) {
			begin(start);
		}

		/**
		 * Takes a message.
		 * @param id its place in the order
		 * @param message the message
		 */
		void receive(EventId id, Message message);

		/**
		 * Takes notice of a place at which nothing stands for this node: an order to
		 * close from before its start, or what it cannot read. Clients of other nodes may
		 * have come so far.
		 * @param id the place, in the order of the messages
		 */
		default void passed(EventId id) {
		}

		/**
		 * Waits, for a few seconds at most, until the receiver has room for some hundred
		 * messages. For a backplane that reads much at once, between two reads: what is
		 * brought faster than it can be handed out is lost to streams, who are told of a
		 * gap then.
		 */
		default void awaitRoom() {
		}

	}

}
