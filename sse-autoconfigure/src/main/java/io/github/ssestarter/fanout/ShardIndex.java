package io.github.ssestarter.fanout;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseAudience.Key;
import io.github.ssestarter.SseAudience.Kind;
import io.github.ssestarter.history.TopicPatterns;

/**
 * A shard's connections by topic, pattern, user and client id. Changed by the shard's
 * thread only; any thread may ask whether a name is there.
 */
final class ShardIndex {

	private static final Key EVERYONE = new Key(Kind.EVERYONE, "");

	private final TopicPatterns patterns;

	/** A pattern's key is that of a topic, whose name cannot be one. */
	private final Map<Key, Members> members = new ConcurrentHashMap<>();

	private final Members all = new Members(EVERYONE);

	ShardIndex(TopicPatterns patterns) {
		this.patterns = patterns;
	}

	/**
	 * Brings what finds a connection up to what its stream listens to now.
	 */
	void update(Connection connection) {
		Memberships memberships = connection.memberships();
		Set<Key> keys = keys(connection.stream().subscriber());
		remove(memberships, keys);
		if (memberships.isEmpty()) {
			memberships.add(this.all, this.all.add(connection));
		}
		for (Key key : keys) {
			Members members = this.members.computeIfAbsent(key, Members::new);
			if (!memberships.contains(members)) {
				memberships.add(members, members.add(connection));
			}
		}
	}

	void remove(Connection connection) {
		Memberships memberships = connection.memberships();
		remove(memberships, Set.of());
		memberships.removeIf((members) -> true);
	}

	/**
	 * Removes a connection from what does not find it any more.
	 */
	private void remove(Memberships memberships, Set<Key> kept) {
		memberships.removeIf((members) -> {
			if (members == this.all || kept.contains(members.key())) {
				return false;
			}
			if (members.size() == 1) {
				this.members.remove(members.key());
			}
			return true;
		});
	}

	private static Set<Key> keys(Subscriber subscriber) {
		Set<Key> keys = new HashSet<>();
		keys.add(new Key(Kind.CLIENT, subscriber.clientId()));
		if (subscriber.isJoined()) {
			keys.add(EVERYONE);
			String user = subscriber.user();
			if (user != null) {
				keys.add(new Key(Kind.USER, user));
			}
			subscriber.topics().forEachHeld((topic) -> keys.add(new Key(Kind.TOPIC, topic)));
		}
		return keys;
	}

	/**
	 * Whether any connection may belong to an audience.
	 */
	boolean hears(SseAudience audience) {
		for (Key key : audience.keys()) {
			if (this.members.containsKey(key)) {
				return true;
			}
			for (String pattern : matching(key)) {
				if (this.members.containsKey(new Key(Kind.TOPIC, pattern))) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * Calls for each connection that may belong to an audience, for some more than once.
	 */
	void forEach(SseAudience audience, Consumer<Connection> action) {
		for (Key key : audience.keys()) {
			forEach(key, action);
			for (String pattern : matching(key)) {
				forEach(new Key(Kind.TOPIC, pattern), action);
			}
		}
	}

	private void forEach(Key key, Consumer<Connection> action) {
		Members found = this.members.get(key);
		if (found != null) {
			for (int i = 0; i < found.size(); i++) {
				action.accept(found.get(i));
			}
		}
	}

	private List<String> matching(Key key) {
		return (key.kind() == Kind.TOPIC) ? this.patterns.matching(key.name()) : List.of();
	}

	/**
	 * All connections, as they are now.
	 */
	Connection[] all() {
		return this.all.toArray();
	}

	int size() {
		return this.all.size();
	}

}
