package io.github.ssestarter.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.github.ssestarter.fanout.EngineStatus;

/**
 * The figures of a node.
 *
 * @param streams how many streams are open
 * @param attached of how many the controller method runs
 * @param lagging how many are behind
 * @param topics how many topics and patterns they have joined
 * @param history what is held for clients that come back
 * @param backlog how many events the slowest shard has still to hand out
 * @param draining whether the application is stopping
 * @param backplane whether it brings events
 */
record NodeDescriptor(int streams, long attached, long lagging, int topics, History history, long backlog,
		boolean draining, Backplane backplane) implements OperationResponseBody {

	static NodeDescriptor of(EngineStatus status) {
		Throwable failure = status.backplaneFailure();
		return new NodeDescriptor(status.streams(), status.attached(), status.lagging(), status.topics().size(),
				new History(status.historyEvents(), status.historyBytes()), status.backlog(), status.isDraining(),
				new Backplane(failure == null, (failure != null) ? failure.toString() : null));
	}

	/**
	 * What is held for clients that come back.
	 *
	 * @param events how many events
	 * @param bytes how many bytes
	 */
	record History(long events, long bytes) {
	}

	/**
	 * What brings events to this node.
	 *
	 * @param up whether it does
	 * @param failure why it does not
	 */
	record Backplane(boolean up, @Nullable String failure) {
	}

}
