package io.github.ssestarter.fanout;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
	private final Map<Key, Set<Connection>> connections = new ConcurrentHashMap<>();

	private final Map<Connection, Set<Key>> keys = new LinkedHashMap<>();

	ShardIndex(TopicPatterns patterns) {
		this.patterns = patterns;
	}

	/**
	 * Brings the keys of a connection up to what its stream listens to now.
	 */
	void update(Connection connection) {
		Set<Key> after = keys(connection.stream().subscriber());
		Set<Key> before = this.keys.put(connection, after);
		for (Key key : after) {
			if (before == null || !before.contains(key)) {
				this.connections.computeIfAbsent(key, (absent) -> new LinkedHashSet<>()).add(connection);
			}
		}
		if (before != null) {
			before.stream().filter((key) -> !after.contains(key)).forEach((key) -> remove(connection, key));
		}
	}

	void remove(Connection connection) {
		Set<Key> before = this.keys.remove(connection);
		if (before != null) {
			before.forEach((key) -> remove(connection, key));
		}
	}

	private void remove(Connection connection, Key key) {
		Set<Connection> set = this.connections.get(key);
		if (set != null && set.remove(connection) && set.isEmpty()) {
			this.connections.remove(key);
		}
	}

	private static Set<Key> keys(Subscriber subscriber) {
		Set<Key> keys = new LinkedHashSet<>();
		keys.add(new Key(Kind.CLIENT, subscriber.clientId()));
		if (subscriber.isJoined()) {
			keys.add(EVERYONE);
			String user = subscriber.user();
			if (user != null) {
				keys.add(new Key(Kind.USER, user));
			}
			subscriber.heldTopics().forEach((topic) -> keys.add(new Key(Kind.TOPIC, topic)));
		}
		return keys;
	}

	/**
	 * Whether any connection may belong to an audience.
	 */
	boolean hears(SseAudience audience) {
		for (Key key : audience.keys()) {
			if (this.connections.containsKey(key)) {
				return true;
			}
			for (String pattern : matching(key)) {
				if (this.connections.containsKey(new Key(Kind.TOPIC, pattern))) {
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
		Set<Connection> found = this.connections.get(key);
		if (found != null) {
			found.forEach(action);
		}
	}

	private List<String> matching(Key key) {
		return (key.kind() == Kind.TOPIC) ? this.patterns.matching(key.name()) : List.of();
	}

	/**
	 * All connections, as they are now.
	 */
	Connection[] all() {
		return this.keys.keySet().toArray(new Connection[0]);
	}

	int size() {
		return this.keys.size();
	}

}
