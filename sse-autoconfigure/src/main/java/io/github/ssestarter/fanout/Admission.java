package io.github.ssestarter.fanout;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.EngineSettings.Room;
import io.github.ssestarter.fanout.NoRoomException.Limit;

/**
 * Lets streams in while there is room for them, and counts those that are in.
 */
final class Admission {

	/*
	 * A client that comes back before its old stream is found dead takes the old one's
	 * place, so that its own ghost cannot keep it out.
	 */

	private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

	private final Room room;

	/** Guarded by this. */
	private final Map<String, Integer> perUser = new HashMap<>();

	/** Guarded by this. */
	private final Map<String, Integer> perAddress = new HashMap<>();

	/** Guarded by this. */
	private int streams;

	/** Guarded by this. How many controller methods are at work. */
	private int attached;

	/** Guarded by this. How many may connect now. */
	private double connects;

	/** Guarded by this. */
	private long connectsAt;

	Admission(Room room, long now) {
		this.room = room;
		this.connects = room.maxPerSecond();
		this.connectsAt = now;
	}

	/**
	 * Lets a stream in, or changes nothing.
	 * @param request who asks
	 * @param replaced who opened the stream that the new one will replace, {@code null}
	 * for none
	 * @throws NoRoomException if there is no room
	 */
	synchronized void enter(StreamRequest request, @Nullable StreamRequest replaced, long now) {
		String user = request.user();
		String address = request.address();
		requireRate(now);
		require(Limit.STREAMS, "max-streams", this.streams - ((replaced != null) ? 1 : 0), this.room.maxStreams());
		require(Limit.ATTACHED, "max-attached", this.attached, this.room.maxAttached());
		if (user != null) {
			int others = count(this.perUser, user, replaced != null && user.equals(replaced.user()));
			require(Limit.STREAMS_PER_USER, "max-streams-per-user", others, this.room.maxPerUser());
		}
		if (address != null) {
			int others = count(this.perAddress, address,
					replaced != null && Objects.equals(address, replaced.address()));
			require(Limit.STREAMS_PER_ADDRESS, "max-streams-per-address", others, this.room.maxPerAddress());
		}
		this.streams++;
		this.attached++;
		change(this.perUser, user, 1);
		change(this.perAddress, address, 1);
	}

	private void requireRate(long now) {
		int rate = this.room.maxPerSecond();
		this.connects = Math.min(rate, this.connects + (now - this.connectsAt) / SECOND * rate);
		this.connectsAt = now;
		if (this.connects < 1) {
			throw noRoom(Limit.CONNECTS_PER_SECOND, "max-connects-per-second", rate);
		}
		this.connects--;
	}

	private static void require(Limit limit, String property, int others, int max) {
		if (others >= max) {
			throw noRoom(limit, property, max);
		}
	}

	private static NoRoomException noRoom(Limit limit, String property, int max) {
		return new NoRoomException(limit, "No room for a stream: sse.limits." + property + " is " + max
				+ ((limit == Limit.ATTACHED) ? ", and so many controller methods that take an SseStream are at work:"
						+ " let slow ones keepOpen() and return, or raise it" : ""));
	}

	private static int count(Map<String, Integer> counts, String key, boolean isReplaced) {
		return counts.getOrDefault(key, 0) - ((isReplaced) ? 1 : 0);
	}

	private static void change(Map<String, Integer> counts, @Nullable String key, int change) {
		if (key != null) {
			counts.merge(key, change, (before, more) -> (before + more > 0) ? before + more : null);
		}
	}

	synchronized void handlerReturned() {
		this.attached--;
	}

	synchronized void left(StreamRequest request) {
		this.streams--;
		change(this.perUser, request.user(), -1);
		change(this.perAddress, request.address(), -1);
	}

}
