package io.github.ssestarter.backplane;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience.Member;

/**
 * Knows which clients have streams on which node. Each node tells it of its own; what
 * others have is known a little later, and not while the registry cannot be reached. No
 * method waits.
 *
 * @since 0.1.0
 */
public interface ClusterRegistry {

	/**
	 * This node is there from now on.
	 * @param listener is told what becomes known
	 */
	void start(Listener listener);

	/**
	 * This node is gone. Waits for a few seconds at most until the others can know, and
	 * until the listener has heard all: no call of it begins after this returned, though
	 * one that has not ended by then may be at work still.
	 */
	void stop();

	/**
	 * This node.
	 * @return what others call it now
	 */
	String node();

	/**
	 * A stream of this node has opened, and is its client's one from now on. May be
	 * called under a lock: runs nothing of the application.
	 * @param stream the stream
	 */
	void opened(Member stream);

	/**
	 * A stream of this node has ended. Does nothing if the client has a newer one.
	 * @param stream the stream
	 */
	void ended(Member stream);

	/**
	 * Has the application told what is known now by what has opened and ended. Not called
	 * under a lock.
	 */
	void tell();

	/**
	 * Finds a client's stream on another node.
	 * @param clientId the client
	 * @return where it is, {@code null} if no other node has one; fails if that cannot be
	 * found out. It may be completed by a thread that must not be held up
	 */
	CompletableFuture<@Nullable Place> find(String clientId);

	/**
	 * Looks for a user on all nodes.
	 * @param user the user's name
	 * @return whether the user has a stream; fails if that cannot be found out. It may be
	 * completed by a thread that must not be held up
	 */
	CompletableFuture<Boolean> isOnline(String user);

	/**
	 * How many streams the other nodes have.
	 * @return their number, as it was known last
	 */
	int elsewhere();

	/**
	 * How many streams of a user the other nodes have, if the user has as many as one may
	 * have.
	 * @param user the user's name
	 * @return their number, as it was known last; 0 for a user who may have more
	 */
	int elsewhere(String user);

	/**
	 * Another node says that a client has a newer stream there.
	 * @param message what it says, to any node
	 */
	void receive(Message.Replace message);

	/**
	 * Where a client's stream is.
	 *
	 * @param node the node
	 * @param stream the stream's number on that node
	 * @param user the user's name, {@code null} if nobody is logged in
	 */
	record Place(String node, long stream, @Nullable String user) {
	}

	/**
	 * Is told what becomes known: by one thread at a time, which it does not hold up.
	 */
	interface Listener {

		/**
		 * A user has a first stream, whatever the node; told to one node.
		 * @param user the user's name
		 */
		void online(String user);

		/**
		 * A user has no stream any more on any node; told to one node.
		 * @param user the user's name
		 */
		void offline(String user);

		/**
		 * The application is to be told now. Not called under a lock.
		 */
		void tell();

		/**
		 * A stream has opened here whose client has an older one elsewhere.
		 * @param clientId the client
		 * @param older the older one
		 */
		void replaces(String clientId, Place older);

		/**
		 * A stream of this node is not its client's one any more: there is a newer one
		 * elsewhere.
		 * @param stream the stream
		 */
		void replaced(Member stream);

	}

}
