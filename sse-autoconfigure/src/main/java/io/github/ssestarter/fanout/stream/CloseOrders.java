package io.github.ssestarter.fanout.stream;

import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.fanout.hearing.ListenerAt;
import io.github.ssestarter.fanout.shard.Order;

/**
 * Carries out the orders of the log to close, for streams that are attached and for those
 * of clients that are named; the shards do it for the others.
 */
final class CloseOrders {

	/*
	 * An order is put into the queue, then given to the shards, and stays in the queue
	 * while the attached streams are looked through. A stream that is detached is first
	 * known to its shard, then looks through the queue itself, then leaves the attached
	 * ones: so it is found by one of the three.
	 */

	private final EndOrders ends;

	private final Set<StreamLife> attached;

	private final Map<String, StreamLife> byClient;

	private final Queue<Order> orders = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean isAtWork = new AtomicBoolean();

	/**
	 * Nothing is ordered yet.
	 * @param attached the streams that are attached
	 * @param byClient the open stream of each client
	 */
	CloseOrders(EndOrders ends, Set<StreamLife> attached, Map<String, StreamLife> byClient) {
		this.ends = ends;
		this.attached = attached;
		this.byClient = byClient;
	}

	/**
	 * An order came. In the order of the log; does nothing more, since publishers wait.
	 */
	void add(Order order) {
		if (!this.attached.isEmpty() || namesClients(order)) {
			this.orders.add(order);
		}
	}

	/**
	 * Carries out the orders that came, unless somebody is at it.
	 */
	void carryOut() {
		while (!this.orders.isEmpty() && this.isAtWork.compareAndSet(false, true)) {
			try {
				Order order = this.orders.peek();
				while (order != null) {
					carryOut(order);
					this.orders.remove();
					order = this.orders.peek();
				}
			}
			finally {
				this.isAtWork.set(false);
			}
		}
	}

	private void carryOut(Order order) {
		for (StreamLife stream : this.attached) {
			carryOut(order, stream);
		}
		if (namesClients(order)) {
			for (SseAudience.Key key : order.audience().keys()) {
				StreamLife stream = this.byClient.get(key.name());
				if (stream != null) {
					carryOut(order, stream);
				}
			}
		}
	}

	private static boolean namesClients(Order order) {
		return order.audience().keys().iterator().next().kind() == SseAudience.Kind.CLIENT;
	}

	/**
	 * Carries out the orders that came, for a stream that is not attached any more.
	 */
	void carryOut(StreamLife stream) {
		for (Order order : this.orders) {
			carryOut(order, stream);
		}
	}

	private void carryOut(Order order, StreamLife stream) {
		if (new ListenerAt().isClosed(stream.subscription(), order.audience(), order.time())) {
			this.ends.close(stream, order.end());
		}
	}

}
