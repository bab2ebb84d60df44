package io.github.ssestarter.fanout.shard;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseAudience.Key;
import io.github.ssestarter.SseAudience.Kind;
import io.github.ssestarter.fanout.hearing.Subscription;
import io.github.ssestarter.history.TopicPatterns;

/**
 * A shard's connections by topic, pattern, user and client id. Changed by the shard's
 * thread only; any thread may ask whether a name is there, and how many connections.
 *
 * @param <C> the connections
 */
final class ShardIndex<C extends ShardIndex.Indexed> {

	private static final Key EVERYONE = new Key(Kind.EVERYONE, "");

	private final TopicPatterns patterns;

	/** A pattern's key is that of a topic, whose name cannot be one. */
	private final Map<Key, Group> groups = new ConcurrentHashMap<>();

	private final Group all = new Group(EVERYONE);

	/** Written by the shard's thread. */
	private volatile int size;

	ShardIndex(TopicPatterns patterns) {
		this.patterns = patterns;
	}

	/**
	 * Brings what finds a connection up to what its stream hears now.
	 */
	void update(C connection) {
		Standing standing = connection.standing();
		Set<Key> keys = keys(connection.subscription());
		remove(standing, keys);
		if (standing.isEmpty()) {
			standing.add(this.all, this.all.add(connection));
			this.size = this.all.size;
		}
		for (Key key : keys) {
			Group group = this.groups.computeIfAbsent(key, Group::new);
			if (!standing.contains(group)) {
				standing.add(group, group.add(connection));
			}
		}
	}

	void remove(C connection) {
		Standing standing = connection.standing();
		remove(standing, Set.of());
		standing.removeIf((group) -> true);
		this.size = this.all.size;
	}

	/**
	 * Removes a connection from what does not find it any more.
	 */
	private void remove(Standing standing, Set<Key> kept) {
		standing.removeIf((group) -> {
			if (group == this.all || kept.contains(group.key)) {
				return false;
			}
			if (group.size == 1) {
				this.groups.remove(group.key);
			}
			return true;
		});
	}

	private static Set<Key> keys(Subscription subscription) {
		Set<Key> keys = new HashSet<>();
		keys.add(new Key(Kind.CLIENT, subscription.clientId()));
		String user = subscription.user();
		if (user != null) {
			keys.add(new Key(Kind.USER, user));
		}
		if (subscription.isJoined()) {
			keys.add(EVERYONE);
			subscription.topics().forEachHeld((topic) -> keys.add(new Key(Kind.TOPIC, topic)));
		}
		return keys;
	}

	/**
	 * Whether any connection may belong to an audience.
	 */
	boolean hears(SseAudience audience) {
		for (Key key : audience.keys()) {
			if (this.groups.containsKey(key)) {
				return true;
			}
			for (String pattern : matching(key)) {
				if (this.groups.containsKey(new Key(Kind.TOPIC, pattern))) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * Calls for each connection that may belong to an audience, for some more than once.
	 */
	<T> void forEach(SseAudience audience, T what, BiConsumer<C, T> action) {
		for (Key key : audience.keys()) {
			forEach(this.groups.get(key), what, action);
			for (String pattern : matching(key)) {
				forEach(this.groups.get(new Key(Kind.TOPIC, pattern)), what, action);
			}
		}
	}

	@SuppressWarnings("unchecked")
	private <T> void forEach(@Nullable Group group, T what, BiConsumer<C, T> action) {
		if (group != null) {
			for (int i = 0; i < group.size; i++) {
				action.accept((C) group.members[i], what);
			}
		}
	}

	private List<String> matching(Key key) {
		return (key.kind() == Kind.TOPIC) ? this.patterns.matching(key.name()) : List.of();
	}

	/**
	 * All connections, as they are now.
	 */
	@SuppressWarnings("unchecked")
	List<C> all() {
		return (List<C>) List.of(Arrays.copyOf(this.all.members, this.all.size));
	}

	int size() {
		return this.size;
	}

	/**
	 * What can be found.
	 */
	interface Indexed {

		/**
		 * What its stream hears.
		 */
		Subscription subscription();

		/**
		 * Where it stands in the index.
		 */
		Standing standing();

	}

	/**
	 * The connections that one name finds, in no order.
	 */
	private static final class Group {

		private static final Indexed[] NOBODY = {};

		private final Key key;

		private @Nullable Indexed[] members = NOBODY;

		private int size;

		private Group(Key key) {
			this.key = key;
		}

		/**
		 * Adds a connection at the end.
		 * @return its slot
		 */
		private int add(Indexed connection) {
			if (this.size == this.members.length) {
				this.members = Arrays.copyOf(this.members, Math.max(1, this.size + (this.size >> 1) + 1));
			}
			this.members[this.size] = connection;
			return this.size++;
		}

		/**
		 * Removes the connection at a slot: the last one takes it.
		 */
		private void remove(int slot) {
			Indexed last = this.members[--this.size];
			this.members[this.size] = null;
			if (slot < this.size) {
				this.members[slot] = last;
				last.standing().moved(this, slot);
			}
			if (this.size < this.members.length / 4) {
				this.members = Arrays.copyOf(this.members, this.size + (this.size >> 1));
			}
		}

	}

	/**
	 * Where one connection stands in its shard's index. Used by the shard's thread.
	 */
	static final class Standing {

		private Group[] groups = {};

		private int[] slots = {};

		private boolean isEmpty() {
			return this.groups.length == 0;
		}

		private boolean contains(Group group) {
			for (Group candidate : this.groups) {
				if (candidate == group) {
					return true;
				}
			}
			return false;
		}

		private void add(Group group, int slot) {
			int count = this.groups.length;
			this.groups = Arrays.copyOf(this.groups, count + 1);
			this.slots = Arrays.copyOf(this.slots, count + 1);
			this.groups[count] = group;
			this.slots[count] = slot;
		}

		/**
		 * Another connection was removed, and this one took its slot.
		 */
		private void moved(Group group, int slot) {
			for (int i = 0; i < this.groups.length; i++) {
				if (this.groups[i] == group) {
					this.slots[i] = slot;
					return;
				}
			}
		}

		/**
		 * Removes the connection from where it stands.
		 * @param condition whether to remove it there
		 */
		private void removeIf(Predicate<Group> condition) {
			int kept = 0;
			for (int i = 0; i < this.groups.length; i++) {
				if (condition.test(this.groups[i])) {
					this.groups[i].remove(this.slots[i]);
				}
				else {
					this.groups[kept] = this.groups[i];
					this.slots[kept++] = this.slots[i];
				}
			}
			this.groups = Arrays.copyOf(this.groups, kept);
			this.slots = Arrays.copyOf(this.slots, kept);
		}

	}

}
