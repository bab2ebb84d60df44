package io.github.ssestarter.fanout.testsupport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseAudience.Key;

/**
 * What a stream of a model test has joined, and between which positions.
 */
public final class ModelListener {

	private static final long EVER = -1;

	private final String clientId;

	private final @Nullable String user;

	private final Map<String, List<long[]>> topics = new HashMap<>();

	private @Nullable Long joinedAt;

	public ModelListener(String clientId, @Nullable String user) {
		this.clientId = clientId;
		this.user = user;
	}

	public boolean isJoined() {
		return this.joinedAt != null;
	}

	public void join(List<String> names, long now, boolean isResumed) {
		if (this.joinedAt == null) {
			this.joinedAt = (isResumed) ? EVER : now;
		}
		for (String name : names) {
			List<long[]> spans = this.topics.computeIfAbsent(name, (absent) -> new ArrayList<>());
			if (spans.isEmpty()) {
				spans.add(new long[] { (isResumed) ? EVER : now, Long.MAX_VALUE });
			}
			else if (spans.get(spans.size() - 1)[1] != Long.MAX_VALUE) {
				spans.add(new long[] { now, Long.MAX_VALUE });
			}
		}
	}

	public void leave(String name, long now) {
		List<long[]> spans = this.topics.get(name);
		if (spans != null && spans.get(spans.size() - 1)[1] == Long.MAX_VALUE) {
			spans.get(spans.size() - 1)[1] = now;
		}
	}

	/**
	 * Whether an event at a position is for this stream.
	 */
	public boolean hears(SseAudience audience, long position) {
		return audience.includes(new SseAudience.Member() {

			@Override
			public boolean isJoined() {
				return isJoinedAt(position);
			}

			@Override
			public boolean hears(String topic) {
				return spans(topic).stream().anyMatch((span) -> position > span[0] && position <= span[1]);
			}

			@Override
			public @Nullable String user() {
				return ModelListener.this.user;
			}

			@Override
			public String clientId() {
				return ModelListener.this.clientId;
			}

		});
	}

	/**
	 * What a newcomer begins after that begins with its last events.
	 * @param events how many
	 * @param oldest what is held lies after it
	 * @param newest the newest of them
	 */
	public long beforeLast(int events, ModelLog log, ModelNode node, long oldest, long newest) {
		int count = 0;
		for (long position = newest; position > oldest; position--) {
			count += (isPast(position, log, node, newest)) ? 1 : 0;
			if (count == events) {
				return position - 1;
			}
		}
		return oldest;
	}

	/**
	 * The newest events of the topics of this stream.
	 * @param oldest what is held lies after it
	 * @param newest the newest of them
	 */
	public Set<Long> newest(ModelLog log, ModelNode node, long oldest, long newest) {
		Map<String, Long> found = new HashMap<>();
		for (long position = oldest + 1; position <= newest; position++) {
			SseAudience audience = log.get(position).audience();
			if (audience != null && isPast(position, log, node, newest)) {
				for (Key key : audience.mentioned()) {
					if (key.kind() == SseAudience.Kind.TOPIC && hears(SseAudience.topic(key.name()), position)) {
						found.put(key.name() + " with " + log.get(position).key(), position);
					}
				}
			}
		}
		return Set.copyOf(found.values());
	}

	private boolean isPast(long position, ModelLog log, ModelNode node, long newest) {
		return node.isHeld(position) && !node.isSuperseded(position, newest)
				&& log.get(position).isHeard(this, position);
	}

	/**
	 * Whether an order to close that comes now is for this stream, joined or not.
	 */
	public boolean isClosed(SseAudience audience) {
		return audience.includes(new SseAudience.Member() {

			@Override
			public boolean isJoined() {
				return true;
			}

			@Override
			public boolean hears(String topic) {
				return spans(topic).stream().anyMatch((span) -> span[1] == Long.MAX_VALUE);
			}

			@Override
			public @Nullable String user() {
				return ModelListener.this.user;
			}

			@Override
			public String clientId() {
				return ModelListener.this.clientId;
			}

		});
	}

	/**
	 * Whether the loss of an event may be told to this stream: it remembers events by one
	 * of the names of their audience, and not when a topic was left.
	 */
	public boolean mayHear(SseAudience audience, long position) {
		for (Key key : audience.keys()) {
			boolean mayHear = switch (key.kind()) {
				case CLIENT -> key.name().equals(this.clientId);
				case EVERYONE -> isJoinedAt(position);
				case USER -> isJoinedAt(position) && key.name().equals(this.user);
				case TOPIC -> spans(key.name()).stream().anyMatch((span) -> position > span[0]);
			};
			if (mayHear) {
				return true;
			}
		}
		return false;
	}

	private boolean isJoinedAt(long position) {
		return this.joinedAt != null && position > this.joinedAt;
	}

	private List<long[]> spans(String topic) {
		List<long[]> all = new ArrayList<>();
		this.topics.forEach((name, spans) -> {
			if (topic.matches(regex(name))) {
				all.addAll(spans);
			}
		});
		return all;
	}

	/**
	 * What the patterns of {@link ModelWorld#PATTERNS} mean.
	 */
	private static String regex(String name) {
		return name.replace("/**", "(/.+)?").replaceAll("\\{[a-z]+}|(?<!\\.)\\*", "[^/]+");
	}

}
