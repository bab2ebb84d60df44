package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.ClusterRegistry;
import io.github.ssestarter.fanout.notice.Limit;
import io.github.ssestarter.fanout.stream.StreamSettings.Room;

/**
 * Lets streams in while there is room for them, and counts those that are in.
 */
final class Admission {

	/*
	 * A client that comes back before its old stream is found dead takes the old one's
	 * place, so that its own ghost cannot keep it out. If the new stream fails before it
	 * opens, the old one lives on and has its place back. Once the new one has opened, a
	 * detached one goes at once: its shard does not wait for a client that takes nothing.
	 * Any other cannot be taken from who writes to it, and counts until it has gone.
	 *
	 * A ghost without such a client is noticed by writes that fail, the second one as a
	 * rule, which are a heartbeat apart. So where a user, or an address, has no room any
	 * more, its streams are probed: a few heartbeats soon after each other. Nobody waits
	 * for that. Who asked is refused, and told to come back when it is known.
	 */

	private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

	/** By when it is known, as a rule, of most streams that are probed. */
	static final Duration PROBED_WITHIN = Duration.ofMillis(750);

	private final Room room;

	private final ClusterRegistry registry;

	@GuardedBy("this")
	private final Shares perUser;

	@GuardedBy("this")
	private final Shares perAddress;

	@GuardedBy("this")
	private int streams;

	/** How many streams are written to while their methods run. */
	@GuardedBy("this")
	private int attached;

	/** How many may connect now. */
	@GuardedBy("this")
	private double connects;

	@GuardedBy("this")
	private long connectsAt;

	Admission(Room room, ClusterRegistry registry, long now) {
		this.room = room;
		this.registry = registry;
		this.perUser = new Shares(room.maxPerUser());
		this.perAddress = new Shares(room.maxPerAddress());
		this.connects = room.maxPerSecond();
		this.connectsAt = now;
	}

	/**
	 * Lets a stream in, or changes nothing.
	 * @param holder the stream
	 * @param replaced the place of the stream that the new one will replace, {@code null}
	 * for none
	 * @return the stream's place
	 * @throws NoRoomException if there is no room
	 */
	synchronized Place enter(Place.Holder holder, @Nullable Place replaced, long now) {
		requireRate(now);
		Place lent = (replaced != null && replaced.isTaken()) ? replaced : null;
		if (lent != null) {
			change(lent, -1);
		}
		try {
			Place place = new Place(holder, lent);
			requireRoom(place, now);
			change(place, 1);
			this.connects--;
			return place;
		}
		catch (NoRoomException ex) {
			if (lent != null) {
				change(lent, 1);
			}
			throw ex;
		}
	}

	@GuardedBy("this")
	private void requireRate(long now) {
		int rate = this.room.maxPerSecond();
		// A thread may be kept for long between the clock and this
		long passed = Math.max(0, now - this.connectsAt);
		this.connects = Math.min(rate, this.connects + passed / SECOND * rate);
		this.connectsAt += passed;
		if (this.connects < 1) {
			throw noRoom(Limit.CONNECTS_PER_SECOND, "max-connects-per-second", rate, null);
		}
	}

	@GuardedBy("this")
	private void requireRoom(Place place, long now) {
		require(Limit.STREAMS, "max-streams", this.streams, this.room.maxStreams());
		if (this.room.maxInCluster() < Integer.MAX_VALUE) {
			require(Limit.STREAMS, "max-streams-in-cluster", this.streams + this.registry.elsewhere(),
					this.room.maxInCluster());
		}
		String user = place.user();
		requireShare(Limit.STREAMS_PER_USER, "max-streams-per-user", this.perUser, user,
				(user != null) ? this.registry.elsewhere(user) : 0, now);
		requireShare(Limit.STREAMS_PER_ADDRESS, "max-streams-per-address", this.perAddress, place.address(), 0, now);
	}

	private static void requireShare(Limit limit, String property, Shares shares, @Nullable String owner, int elsewhere,
			long now) {
		if (shares.isFull(owner, elsewhere)) {
			throw noRoom(limit, property, shares.max(), (shares.probe(owner, now)) ? PROBED_WITHIN : null);
		}
	}

	private static void require(Limit limit, String property, int others, int max) {
		if (others >= max) {
			throw noRoom(limit, property, max, null);
		}
	}

	private static NoRoomException noRoom(Limit limit, String property, int max, @Nullable Duration knownWithin) {
		return new NoRoomException(limit,
				"No room for a stream: sse.limits." + property + " is " + max
						+ ((limit == Limit.ATTACHED)
								? ", and so many controller methods are at work on streams that they send to:"
										+ " let slow ones keepOpen() and return, or raise it"
								: ""),
				knownWithin);
	}

	@GuardedBy("this")
	private void change(Place place, int change) {
		boolean isTaken = change > 0;
		place.setTaken(isTaken);
		this.streams += change;
		if (isTaken) {
			this.perUser.add(place.user(), place);
			this.perAddress.add(place.address(), place);
		}
		else {
			this.perUser.remove(place.user(), place);
			this.perAddress.remove(place.address(), place);
		}
	}

	/**
	 * A stream is about to get its first byte while its controller method runs: the
	 * method will hold its thread until all is written. One that has returned in the
	 * meantime holds none.
	 * @throws NoRoomException if there is no room
	 */
	synchronized void writes(Place place) {
		if (!place.hasReturned()) {
			require(Limit.ATTACHED, "max-attached", this.attached, this.room.maxAttached());
			place.setWriting();
			this.attached++;
		}
	}

	/**
	 * A stream's controller method has come to its end.
	 */
	synchronized void handlerReturned(Place place) {
		if (place.returned()) {
			this.attached--;
		}
	}

	/**
	 * A stream's shard writes to it from now on.
	 */
	synchronized void detached(Place place) {
		place.detached();
	}

	/**
	 * A stream has opened, and replaces the older one of its client.
	 */
	synchronized void opened(Place place) {
		Place before = place.keep();
		if (before != null && !before.isDetached()) {
			change(before, 1);
		}
	}

	/**
	 * A stream that was let in is refused after all.
	 */
	synchronized void refused(Place place) {
		left(place);
		this.connects = Math.min(this.room.maxPerSecond(), this.connects + 1);
	}

	/**
	 * A stream has ended.
	 */
	synchronized void left(Place place) {
		if (place.isTaken()) {
			change(place, -1);
		}
		Place before = place.giveUp();
		if (before != null && !before.isTaken()) {
			change(before, 1);
		}
	}

}
