package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.backplane.LocalBackplane;
import io.github.ssestarter.fanout.hearing.Completions;
import io.github.ssestarter.fanout.hearing.TopicCounts;
import io.github.ssestarter.fanout.hearing.TopicLimits;
import io.github.ssestarter.fanout.notice.ApplicationCalls;
import io.github.ssestarter.fanout.notice.EngineListener;
import io.github.ssestarter.fanout.notice.FaultLog;
import io.github.ssestarter.fanout.notice.Interrupt;
import io.github.ssestarter.fanout.shard.End;
import io.github.ssestarter.fanout.shard.Frames;
import io.github.ssestarter.fanout.shard.ShardSettings;
import io.github.ssestarter.fanout.shard.Shards;
import io.github.ssestarter.fanout.shard.ShardsInside;
import io.github.ssestarter.fanout.shard.StreamOptions;
import io.github.ssestarter.format.SseEventFormatter;
import io.github.ssestarter.history.EventHistory;

/**
 * One stream between its application, its container and its shard, each of which calls it
 * from a thread of its own: all that the checker of interleavings knows of the engine.
 * Only what the hand-over needs is there, so that many interleavings can be tried.
 */
final class HandOver implements StreamLife.Home {

	static final SseCloseReason ORDERED = SseCloseReason.REPLACED;

	private static final Duration END_TIMEOUT = Duration.ofSeconds(1);

	/** Writes text only: Lincheck would look into all of Jackson. */
	private static final SseEventFormatter FORMATTER = new SseEventFormatter(null, 10_000);

	private final ModelTransport transport = new ModelTransport();

	private final List<SseCloseReason> ends = new CopyOnWriteArrayList<>();

	private final Shards shards;

	private final EngineStream stream;

	private volatile long nanoTime;

	HandOver() {
		EventHistory history = new EventHistory(new EventHistory.Limits(2, 1_000, Duration.ofHours(1)), this::nanoTime);
		FaultLog faults = new FaultLog(this::nanoTime);
		EngineListener listener = new EngineListener() {
		};
		Frames frames = new Frames(new Frames.Names(null, "gap", "heartbeat", null), Frames.HeartbeatMode.COMMENT,
				InstantSource.system());
		Duration never = Duration.ofHours(1);
		Random random = new Random(1);
		this.shards = new Shards(1, history, new ShardSettings(10_000, never, null, ShardSettings.OnLag.LAG,
				END_TIMEOUT, ShardSettings.ComeBack.END), frames, listener, faults, this::nanoTime, random);
		this.shards.prepare();
		StreamSettings settings = new StreamSettings(new StreamOptions(Duration.ZERO, Duration.ZERO),
				StreamSettings.OnDuplicate.REPLACE, new TopicLimits(1, 1), 200, StreamSettings.Room.UNLIMITED,
				new StreamSettings.Shutdown(END_TIMEOUT, END_TIMEOUT, END_TIMEOUT), Interrupt.SHUTDOWN, Duration.ZERO,
				Duration.ZERO, never);
		EngineEnvironment environment = new EngineEnvironment(ApplicationCalls.on(Runnable::run), Thread::new,
				(event) -> {
				}, null, SseLogins.PLAIN, CallContext.Capture.NONE, SessionLookup.NONE, InstantSource.system(),
				this::nanoTime, random);
		StreamContext context = new StreamContext(settings, environment, FORMATTER, frames, history,
				new LocalBackplane(InstantSource.system(), random), this.shards,
				new TopicCounts(Runnable::run, (event) -> {
				}, faults), new Completions(never, this::nanoTime), listener, faults);
		this.stream = new EngineStream(context, this, this.transport,
				new StreamRequest("client", null, null, null, null));
		this.stream.keepOpen();
	}

	private long nanoTime() {
		return this.nanoTime;
	}

	// The application

	/**
	 * The controller method returns.
	 */
	void start() {
		this.stream.handlerReturned(true);
	}

	/**
	 * Sends to this stream alone.
	 * @return why it was refused, {@code null} if it was taken
	 */
	@Nullable SseCloseReason send(int number) {
		try {
			this.stream.send(Integer.toString(number));
			return null;
		}
		catch (SseClosedException ex) {
			return ex.getReason();
		}
	}

	void complete() {
		this.stream.complete();
	}

	/**
	 * Orders the end, whatever else waits.
	 */
	void close() {
		this.stream.life().close(End.of(ORDERED));
	}

	// The container

	ModelTransport transport() {
		return this.transport;
	}

	// The shard

	void turn() {
		ShardsInside.turnOnce(this.shards, 0);
	}

	/**
	 * Turns until there is nothing to do.
	 */
	void settle() {
		ShardsInside.turn(this.shards);
	}

	/**
	 * So much time goes by that an ending stream is cut, but not one that goes on.
	 */
	void passEndTimeout() {
		this.nanoTime += 2 * END_TIMEOUT.toNanos();
	}

	// What has come of it

	/**
	 * The numbers that the client has received, in order.
	 */
	List<Integer> received() {
		return this.transport.text()
			.lines()
			.filter((line) -> line.startsWith("data"))
			.map((line) -> Integer.valueOf(line.substring(line.indexOf(':') + 1).strip()))
			.toList();
	}

	/**
	 * What is decided, {@code null} if nothing is.
	 */
	@Nullable SseCloseReason decided() {
		End end = this.stream.life().end();
		return (end != null) ? end.reason() : null;
	}

	/**
	 * The ends that came.
	 */
	List<SseCloseReason> ends() {
		return this.ends;
	}

	// The stream

	@Override
	public void writes(StreamLife stream) {
	}

	@Override
	public void opened(StreamLife stream) {
	}

	@Override
	public void handlerReturned(StreamLife stream) {
	}

	@Override
	public void detached(StreamLife stream) {
	}

	@Override
	public void close(StreamLife stream, SseCloseReason reason) {
		stream.close(End.of(reason));
	}

	@Override
	public void allSent(StreamLife stream) {
	}

	@Override
	public void givenUp(StreamLife stream) {
	}

	@Override
	public void ended(StreamLife stream) {
		SseCloseReason reason = decided();
		if (reason != null) {
			this.ends.add(reason);
		}
	}

}
