package io.github.ssestarter.actuate;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.github.ssestarter.backplane.BackplaneStatus;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.fanout.EngineStatus;
import io.github.ssestarter.fanout.LogGap;

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
		return new NodeDescriptor(status.streams(), status.attached(), status.lagging(), status.topics().size(),
				new History(status.historyEvents(), status.historyBytes()), status.backlog(), status.isDraining(),
				Backplane.of(status));
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
	 * @param generation the log that this node reads
	 * @param position the last place of it that this node has in its history
	 * @param lagSeconds for how long it has held something that this node has not read
	 * @param lastCheck when this node has looked how it stands, {@code null} where that
	 * is not needed
	 * @param reconnects how often this node had to connect anew
	 * @param gaps the newest gaps in the log, of which all streams were told
	 */
	record Backplane(boolean up, @Nullable String failure, String generation, String position, double lagSeconds,
			@Nullable Instant lastCheck, long reconnects, List<Gap> gaps) {

		static Backplane of(EngineStatus status) {
			Throwable failure = status.backplaneFailure();
			BackplaneStatus backplane = status.backplane();
			EventId position = status.position();
			return new Backplane(failure == null, (failure != null) ? failure.toString() : null, position.generation(),
					position.toString(), backplane.lag().toMillis() / 1000.0, status.lastCheck(),
					backplane.reconnects(), status.gaps().stream().map(Gap::of).toList());
		}

	}

	/**
	 * A gap in the log.
	 *
	 * @param when when this node found out
	 * @param reason why
	 * @param streams how many streams were told
	 * @param from the last position of what was known
	 * @param to where it went on
	 */
	record Gap(Instant when, String reason, int streams, String from, String to) {

		static Gap of(LogGap gap) {
			return new Gap(gap.when(), gap.reason(), gap.streams(), gap.from().toString(), gap.to().toString());
		}

	}

}
