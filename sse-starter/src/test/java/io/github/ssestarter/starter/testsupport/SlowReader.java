package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A client that reads slowly, or not at all.
 */
public final class SlowReader implements EventClient.Listener {

	private final int bytes;

	private final Duration pause;

	private @Nullable EventClient client;

	private volatile int gaps;

	private volatile @Nullable String failure;

	private SlowReader(int bytes, Duration pause) {
		this.bytes = bytes;
		this.pause = pause;
	}

	/**
	 * Reads so many bytes in each tenth of a second.
	 */
	public static SlowReader reading(int bytes) {
		return new SlowReader(bytes, Duration.ofMillis(100));
	}

	/**
	 * Reads nothing, once the stream is open.
	 */
	public static SlowReader sleeping() {
		return new SlowReader(1, Duration.ZERO);
	}

	@Override
	public void opened(EventClient client) {
		this.client = client;
		client.pace(this.bytes, this.pause);
	}

	@Override
	@SuppressWarnings("NonAtomicVolatileUpdate")
	public void block(EventClient client, Block block) {
		if ("sse-gap".equals(block.name())) {
			this.gaps++;
		}
	}

	@Override
	public void ended(EventClient client, @Nullable IOException failure) {
		this.failure = (failure != null) ? failure.toString() : this.failure;
	}

	/**
	 * Goes away. On the clients' thread.
	 */
	public void cut() {
		if (this.client != null) {
			this.client.cut();
		}
	}

	public int gaps() {
		return this.gaps;
	}

	public @Nullable String failure() {
		return this.failure;
	}

	@Override
	public String toString() {
		return this.client + ", told " + this.gaps + " gaps" + ((this.failure != null) ? ", " + this.failure : "");
	}

}
