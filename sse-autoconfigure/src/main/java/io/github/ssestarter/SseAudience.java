package io.github.ssestarter;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Who hears an event: a value, made of topics, users and client ids. Several names mean
 * any of them; {@link #and(SseAudience)} and {@link #except(SseAudience)} narrow it.
 * <p>
 * {@link #everyone()}, {@code topic} and {@code user} reach streams that have joined;
 * {@code client} also reaches those that are only kept open.
 *
 * @since 0.1.0
 */
public final class SseAudience {

	private static final SseAudience EVERYONE = new SseAudience(new Named(Kind.EVERYONE, Set.of("")));

	private final Rule rule;

	private final Set<Key> keys;

	private SseAudience(Rule rule) {
		this.rule = rule;
		this.keys = rule.keys();
	}

	/**
	 * Every stream that has joined.
	 * @return the audience
	 */
	public static SseAudience everyone() {
		return EVERYONE;
	}

	/**
	 * The streams that have joined any of the topics.
	 * @param topic an exact name, see {@link SseTopic#requireName(String)}
	 * @param more more names
	 * @return the audience
	 * @throws IllegalArgumentException if a name is not one of a topic
	 */
	public static SseAudience topic(String topic, String... more) {
		return topic(list(topic, more));
	}

	/**
	 * The streams that have joined any of the topics.
	 * @param topics exact names, see {@link SseTopic#requireName(String)}
	 * @return the audience
	 * @throws IllegalArgumentException if there is none, or one is not a topic's name
	 */
	public static SseAudience topic(Collection<String> topics) {
		Set<String> names = names("topic", topics);
		names.forEach(SseTopic::requireName);
		return new SseAudience(new Named(Kind.TOPIC, names));
	}

	/**
	 * The joined streams of any of the users.
	 * @param name the user's {@link java.security.Principal#getName() name}
	 * @param more more names
	 * @return the audience
	 */
	public static SseAudience user(String name, String... more) {
		return user(list(name, more));
	}

	/**
	 * The joined streams of any of the users.
	 * @param names the users' {@link java.security.Principal#getName() names}
	 * @return the audience
	 * @throws IllegalArgumentException if there is none
	 */
	public static SseAudience user(Collection<String> names) {
		return new SseAudience(new Named(Kind.USER, names("user", names)));
	}

	/**
	 * The streams of any of the clients, joined or only kept open.
	 * @param id the client's id, as {@link SseStream#clientId()} tells it
	 * @param more more ids
	 * @return the audience
	 */
	public static SseAudience client(String id, String... more) {
		return client(list(id, more));
	}

	/**
	 * The streams of any of the clients, joined or only kept open.
	 * @param ids the clients' ids, as {@link SseStream#clientId()} tells them
	 * @return the audience
	 * @throws IllegalArgumentException if there is none
	 */
	public static SseAudience client(Collection<String> ids) {
		return new SseAudience(new Named(Kind.CLIENT, names("client", ids)));
	}

	/**
	 * The streams that belong to both.
	 * @param other the other audience
	 * @return the narrower audience
	 */
	public SseAudience and(SseAudience other) {
		return new SseAudience(new And(this.rule, other.rule));
	}

	/**
	 * The streams that belong to this audience and not to the other.
	 * @param other who is left out
	 * @return the narrower audience
	 */
	public SseAudience except(SseAudience other) {
		return new SseAudience(new Except(this.rule, other.rule));
	}

	/**
	 * Whether a stream belongs to this audience.
	 * @param member the stream
	 * @return whether it hears what is sent to this audience
	 */
	public boolean includes(Member member) {
		return this.rule.includes(member);
	}

	/**
	 * Keys of which each stream of this audience has at least one: where an engine looks
	 * for its members, and what it remembers an event by.
	 * @return the keys, never empty, all of one kind
	 */
	public Set<Key> keys() {
		return this.keys;
	}

	/**
	 * All names of this audience, also those that only narrow it.
	 * @return the names, never empty
	 */
	public Set<Key> mentioned() {
		return this.rule.mentioned().collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Takes the audience apart, the innermost first: for who has to write it down.
	 * @param <T> what is made of it
	 * @param visitor makes it
	 * @return what the visitor made of the whole
	 */
	public <T> T accept(Visitor<T> visitor) {
		return this.rule.accept(visitor);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SseAudience that && this.rule.equals(that.rule);
	}

	@Override
	public int hashCode() {
		return this.rule.hashCode();
	}

	@Override
	public String toString() {
		return this.rule.toString();
	}

	private static List<String> list(String first, String[] more) {
		return Stream.concat(Stream.of(first), Arrays.stream(more)).toList();
	}

	private static Set<String> names(String kind, Collection<String> names) {
		if (names.isEmpty()) {
			throw new IllegalArgumentException("An audience of no " + kind
					+ " at all: name at least one (nothing was sent; it never means everyone)");
		}
		Set<String> unique = new LinkedHashSet<>(names);
		for (String name : unique) {
			if (name == null || name.isEmpty()) {
				throw new IllegalArgumentException("An audience with an empty " + kind + ": name it");
			}
		}
		return Set.copyOf(unique);
	}

	/**
	 * What kind of name a {@link Key} holds, the widest first.
	 */
	public enum Kind {

		/** No name: every joined stream. */
		EVERYONE,

		/** A topic's name. */
		TOPIC,

		/** A user's name. */
		USER,

		/** A client's id. */
		CLIENT

	}

	/**
	 * One name that streams are found by.
	 *
	 * @param kind what the name is of
	 * @param name the name; empty for {@link Kind#EVERYONE}
	 */
	public record Key(Kind kind, String name) {
	}

	/**
	 * What an audience asks of a stream.
	 */
	public interface Member {

		/**
		 * Whether the stream has joined.
		 * @return whether it hears what goes to everyone and to its user
		 */
		boolean isJoined();

		/**
		 * Whether the stream has joined a topic.
		 * @param topic the topic
		 * @return whether it hears the topic
		 */
		boolean hears(String topic);

		/**
		 * The name of the stream's user.
		 * @return the name, {@code null} if nobody is logged in
		 */
		@Nullable String user();

		/**
		 * The stream's client id.
		 * @return the id
		 */
		String clientId();

	}

	/**
	 * Makes something of an audience's parts.
	 *
	 * @param <T> what it makes
	 */
	public interface Visitor<T> {

		/**
		 * Who has one of the names.
		 * @param kind what the names are of
		 * @param names the names; one empty one for {@link Kind#EVERYONE}
		 * @return what is made of it
		 */
		T named(Kind kind, Set<String> names);

		/**
		 * Who belongs to both.
		 * @param left what was made of the one
		 * @param right what was made of the other
		 * @return what is made of them
		 */
		T and(T left, T right);

		/**
		 * Who belongs to the one and not to the other.
		 * @param base what was made of the one
		 * @param other what was made of the other
		 * @return what is made of them
		 */
		T except(T base, T other);

	}

	private sealed interface Rule {

		boolean includes(Member member);

		<T> T accept(Visitor<T> visitor);

		Set<Key> keys();

		Stream<Key> mentioned();

	}

	private record Named(Kind kind, Set<String> names) implements Rule {

		@Override
		public boolean includes(Member member) {
			return switch (this.kind) {
				case CLIENT -> this.names.contains(member.clientId());
				case EVERYONE -> member.isJoined();
				case TOPIC -> member.isJoined() && hearsAny(member);
				case USER -> member.isJoined() && isUser(member);
			};
		}

		private boolean hearsAny(Member member) {
			for (String topic : this.names) {
				if (member.hears(topic)) {
					return true;
				}
			}
			return false;
		}

		private boolean isUser(Member member) {
			String user = member.user();
			return user != null && this.names.contains(user);
		}

		@Override
		public Set<Key> keys() {
			return mentioned().collect(Collectors.toUnmodifiableSet());
		}

		@Override
		public Stream<Key> mentioned() {
			return this.names.stream().map((name) -> new Key(this.kind, name));
		}

		@Override
		public <T> T accept(Visitor<T> visitor) {
			return visitor.named(this.kind, this.names);
		}

		@Override
		public String toString() {
			return (this.kind == Kind.EVERYONE) ? "everyone" : this.kind.name().toLowerCase(java.util.Locale.ROOT)
					+ this.names.stream().sorted().collect(Collectors.joining(", ", "(", ")"));
		}

	}

	private record And(Rule left, Rule right) implements Rule {

		@Override
		public boolean includes(Member member) {
			return this.left.includes(member) && this.right.includes(member);
		}

		@Override
		public Set<Key> keys() {
			Set<Key> left = this.left.keys();
			Set<Key> right = this.right.keys();
			int order = Objects.compare(left.iterator().next().kind(), right.iterator().next().kind(), Kind::compareTo);
			return (order > 0 || (order == 0 && left.size() <= right.size())) ? left : right;
		}

		@Override
		public Stream<Key> mentioned() {
			return Stream.concat(this.left.mentioned(), this.right.mentioned());
		}

		@Override
		public <T> T accept(Visitor<T> visitor) {
			return visitor.and(this.left.accept(visitor), this.right.accept(visitor));
		}

		@Override
		public String toString() {
			return "(" + this.left + " and " + this.right + ")";
		}

	}

	private record Except(Rule base, Rule left) implements Rule {

		@Override
		public boolean includes(Member member) {
			return this.base.includes(member) && !this.left.includes(member);
		}

		@Override
		public Set<Key> keys() {
			return this.base.keys();
		}

		@Override
		public Stream<Key> mentioned() {
			return Stream.concat(this.base.mentioned(), this.left.mentioned());
		}

		@Override
		public <T> T accept(Visitor<T> visitor) {
			return visitor.except(this.base.accept(visitor), this.left.accept(visitor));
		}

		@Override
		public String toString() {
			return "(" + this.base + " except " + this.left + ")";
		}

	}

}
