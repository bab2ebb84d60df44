package io.github.ssestarter.fanout.stream;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The places of each user, or of each address, where one may have so many only. Guarded
 * by the {@link Admission}.
 */
final class Shares {

	/** How many are probed at once. */
	private static final int MAX_PROBES = 8;

	/** {@link Integer#MAX_VALUE} if there is no limit: nothing is kept then. */
	private final int max;

	/** By their owners; those that were probed last are the last. */
	private final Map<String, Set<Place>> places = new HashMap<>();

	Shares(int max) {
		this.max = max;
	}

	int max() {
		return this.max;
	}

	void add(@Nullable String owner, Place place) {
		if (owner != null && this.max < Integer.MAX_VALUE) {
			this.places.computeIfAbsent(owner, (name) -> new LinkedHashSet<>(2)).add(place);
		}
	}

	void remove(@Nullable String owner, Place place) {
		Set<Place> places = places(owner);
		if (places.contains(place)) {
			places.remove(place);
			this.places.computeIfPresent(Objects.requireNonNull(owner), (name, left) -> left.isEmpty() ? null : left);
		}
	}

	/**
	 * Whether an owner has no room.
	 * @param elsewhere how many the owner has on other nodes
	 */
	boolean isFull(@Nullable String owner, int elsewhere) {
		return owner != null && places(owner).size() + elsewhere >= this.max;
	}

	/**
	 * Finds out whether the clients of an owner's streams are still there: of a few, and
	 * of others the next time.
	 * @return whether it will be known of any
	 */
	boolean probe(@Nullable String owner, long now) {
		Set<Place> places = places(owner);
		boolean isAnyProbed = false;
		for (Place place : places.stream().limit(MAX_PROBES).toList()) {
			isAnyProbed |= place.holder().probe(now);
			places.remove(place);
			places.add(place);
		}
		return isAnyProbed;
	}

	private Set<Place> places(@Nullable String owner) {
		return (owner != null) ? this.places.getOrDefault(owner, Set.of()) : Set.of();
	}

}
