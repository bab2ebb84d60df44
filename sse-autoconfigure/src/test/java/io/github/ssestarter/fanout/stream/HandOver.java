package io.github.ssestarter.fanout.stream;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.fanout.shard.End;
import io.github.ssestarter.fanout.shard.ShardsInside;
import io.github.ssestarter.fanout.testsupport.FakeTransport;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

/**
 * One stream between its application, its container and its shard, each of which calls it
 * from a thread of its own: all that the checker of interleavings knows of the engine.
 */
final class HandOver {

	static final SseCloseReason ORDERED = SseCloseReason.REPLACED;

	private final TestEngine engine = new TestEngine().start();

	private final TestClient client = this.engine.attach("client");

	HandOver() {
		this.client.stream().keepOpen();
	}

	// The application

	/**
	 * The controller method returns.
	 */
	void start() {
		this.client.returned();
	}

	/**
	 * Sends to this stream alone.
	 * @return whether it was taken, and not refused since the stream has ended
	 */
	boolean send(int number) {
		try {
			this.client.stream().send(Integer.toString(number));
			return true;
		}
		catch (SseClosedException ex) {
			return false;
		}
	}

	void complete() {
		this.client.stream().complete();
	}

	/**
	 * Orders the end, whatever else waits.
	 */
	void close() {
		this.client.stream().life().close(End.of(ORDERED));
	}

	// The container

	/**
	 * The client reads no more.
	 */
	void block() {
		FakeTransport transport = transport();
		if (transport != null) {
			transport.block();
		}
	}

	/**
	 * The client reads on.
	 */
	void ready() {
		FakeTransport transport = transport();
		if (transport != null) {
			transport.allow(Long.MAX_VALUE);
		}
	}

	/**
	 * The client goes.
	 * @return whether there was a transport to notice it
	 */
	boolean gone() {
		FakeTransport transport = transport();
		if (transport != null) {
			transport.cut();
		}
		return transport != null;
	}

	// The shard

	void turn() {
		ShardsInside.turnOnce(this.engine.shards(), 0);
	}

	/**
	 * Turns until there is nothing to do.
	 */
	void settle() {
		this.engine.turn();
	}

	// What has come of it

	/**
	 * The numbers that the client has received, in order.
	 */
	List<Integer> received() {
		return this.client.takeData().stream().map(Integer::valueOf).toList();
	}

	/**
	 * The ends that the application was told.
	 */
	List<SseCloseReason> ends() {
		return this.client.closeReasons();
	}

	boolean isOpen() {
		return this.client.stream().isOpen();
	}

	/**
	 * What no container would have put up with.
	 */
	List<String> violations() {
		FakeTransport transport = transport();
		return (transport != null) ? transport.violations() : List.of();
	}

	/**
	 * Whether the container was told of the end, if it is not the one that told.
	 */
	boolean isResponseEnded() {
		FakeTransport transport = transport();
		return transport == null || transport.isCompleted() || transport.isAborted();
	}

	private @Nullable FakeTransport transport() {
		return this.client.response().transport();
	}

}
