package io.github.ssestarter;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;

/**
 * A server-sent event: a value that is valid once made. Each method returns a new event
 * and leaves this one as it is, so an event may be shared between threads.
 * <p>
 * The rules are those of the
 * <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML standard,
 * section 9.2</a>. An event fires at the client if it has data or a name; a name alone is
 * sent with one empty data line, without which nothing would fire.
 *
 * @since 0.1.0
 */
public final class SseEvent {

	private static final Duration MAX_RETRY = Duration.ofMillis(Integer.MAX_VALUE);

	/** As long as the name of a topic may be, unless that is set. */
	private static final int MAX_KEY_LENGTH = 256;

	private static final SseEvent EMPTY = new SseEvent(null, null, null, null, null, null, null, null);

	private final @Nullable String name;

	private final @Nullable String id;

	private final @Nullable Duration retry;

	private final @Nullable Object data;

	/** {@code null} for the class of the data. */
	private final @Nullable Type dataType;

	private final @Nullable Class<?> view;

	private final @Nullable String comment;

	private final @Nullable String key;

	private SseEvent(@Nullable String name, @Nullable String id, @Nullable Duration retry, @Nullable Object data,
			@Nullable Type dataType, @Nullable Class<?> view, @Nullable String comment, @Nullable String key) {
		this.name = name;
		this.id = id;
		this.retry = retry;
		this.data = data;
		this.dataType = dataType;
		this.view = view;
		this.comment = comment;
		this.key = key;
	}

	/**
	 * An unnamed event, which a browser gives to its {@code message} listeners.
	 * @param data a {@link CharSequence}, sent as it is, or any object, sent as JSON
	 * @return the event
	 * @throws IllegalArgumentException if the data is {@code null}
	 */
	public static SseEvent of(Object data) {
		return EMPTY.data(data);
	}

	/**
	 * A named event.
	 * @param name what {@code addEventListener} is called with in a browser; an empty
	 * name is the same as none
	 * @param data a {@link CharSequence}, sent as it is, or any object, sent as JSON
	 * @return the event
	 * @throws IllegalArgumentException if the name holds CR or LF, or the data is
	 * {@code null}
	 */
	public static SseEvent of(String name, Object data) {
		return named(name).data(data);
	}

	/**
	 * A named event with data of a generic type, such as a list of a sealed interface
	 * whose JSON tells the type of each element: the list itself does not know that it is
	 * one of these.
	 * @param name what {@code addEventListener} is called with in a browser; an empty
	 * name is the same as none
	 * @param data any object, sent as JSON
	 * @param type what a controller method would return it as, such as {@code new
	 * ParameterizedTypeReference<List<Shape>>() { }}
	 * @param <T> the type of the data
	 * @return the event
	 * @throws IllegalArgumentException if the name holds CR or LF, or the data is
	 * {@code null}
	 */
	public static <T> SseEvent of(String name, T data, ParameterizedTypeReference<T> type) {
		return named(name).data(data, type);
	}

	/**
	 * A named event without data, sent with one empty data line so that it fires.
	 * @param name what {@code addEventListener} is called with in a browser
	 * @return the event
	 * @throws IllegalArgumentException if the name holds CR or LF
	 */
	public static SseEvent named(String name) {
		requireSingleLine("name", name);
		return (name.isEmpty()) ? EMPTY.data("") : new SseEvent(name, null, null, null, null, null, null, null);
	}

	/**
	 * A comment, which fires nothing at the client.
	 * @param text the comment; split into several at line ends
	 * @return the event
	 */
	public static SseEvent commentOnly(String text) {
		return EMPTY.comment(text);
	}

	/**
	 * An id without data. By the standard it moves the client's cursor and fires nothing;
	 * several clients ignore it, so never rely on it.
	 * @param id the id; empty resets the client's cursor
	 * @return the event
	 * @throws IllegalArgumentException if the id holds CR, LF or NUL
	 */
	public static SseEvent idOnly(String id) {
		return EMPTY.id(id);
	}

	/**
	 * Tells the client how long to wait before it comes back, and fires nothing.
	 * @param retry the time, sent in milliseconds
	 * @return the event
	 * @throws IllegalArgumentException if the time is negative
	 */
	public static SseEvent retryOnly(Duration retry) {
		return EMPTY.retry(retry);
	}

	/**
	 * This event with an id, which the client presents as {@code Last-Event-ID} when it
	 * comes back.
	 * @param id the id; empty resets the client's cursor
	 * @return the new event
	 * @throws IllegalArgumentException if the id holds CR, LF or NUL
	 */
	public SseEvent id(String id) {
		requireSingleLine("id", id);
		if (id.indexOf('\0') >= 0) {
			throw new IllegalArgumentException(
					"The id of an event holds NUL at index " + id.indexOf('\0') + ": browsers would ignore it whole");
		}
		return new SseEvent(this.name, id, this.retry, this.data, this.dataType, this.view, this.comment, this.key);
	}

	/**
	 * This event with a number for an id.
	 * @param id the id
	 * @return the new event
	 */
	public SseEvent id(long id) {
		return id(Long.toString(id));
	}

	/**
	 * This event with the time after which a client that lost its connection comes back.
	 * @param retry the time, sent in milliseconds
	 * @return the new event
	 * @throws IllegalArgumentException if the time is negative, or longer than a browser
	 * can hold (24 days)
	 */
	public SseEvent retry(Duration retry) {
		if (retry.isNegative()) {
			throw new IllegalArgumentException("The retry of an event is negative: " + retry);
		}
		if (retry.compareTo(MAX_RETRY) > 0) {
			throw new IllegalArgumentException("The retry of an event is longer than " + MAX_RETRY + ": " + retry);
		}
		return new SseEvent(this.name, this.id, retry, this.data, this.dataType, this.view, this.comment, this.key);
	}

	/**
	 * This event with other data.
	 * @param data a {@link CharSequence}, sent as it is and split into several data lines
	 * at CR, LF and CRLF, or any object, sent as JSON by the converter that writes the
	 * application's JSON responses. What would only bring data is refused where the event
	 * is sent: a {@code Publisher}, a {@code Future}, a {@code Stream}, an
	 * {@code Iterator}, an {@code InputStream}; and so is a {@code Throwable}. An
	 * {@link Iterable} is data
	 * @return the new event
	 * @throws IllegalArgumentException if the data is {@code null}
	 */
	public SseEvent data(Object data) {
		return withData(data, null);
	}

	/**
	 * This event with other data, of a generic type.
	 * @param data any object, sent as JSON
	 * @param type what a controller method would return it as
	 * @param <T> the type of the data
	 * @return the new event
	 * @throws IllegalArgumentException if the data is {@code null}
	 */
	public <T> SseEvent data(T data, ParameterizedTypeReference<T> type) {
		return withData(data, type.getType());
	}

	private SseEvent withData(@Nullable Object data, @Nullable Type type) {
		if (data == null) {
			throw new IllegalArgumentException(
					"The data of an event is null: send \"\" for empty data, or SseEvent.named(…) for none");
		}
		return new SseEvent(this.name, this.id, this.retry, data, type, this.view, this.comment, this.key);
	}

	/**
	 * This event with a view: of its data, only what Jackson's {@code @JsonView} lets
	 * into the view is sent, as with a controller method that has the annotation. A
	 * stream of such a method has its view for what is sent by the stream; an event's own
	 * goes before.
	 * @param view the class that {@code @JsonView} names. Where JSON is not written by
	 * Jackson, such an event is refused as it is sent
	 * @return the new event
	 */
	public SseEvent view(Class<?> view) {
		return new SseEvent(this.name, this.id, this.retry, this.data, this.dataType,
				Objects.requireNonNull(view, "view"), this.comment, this.key);
	}

	/**
	 * This event with a comment before it.
	 * @param text the comment; split into several at line ends
	 * @return the new event
	 */
	public SseEvent comment(String text) {
		return new SseEvent(this.name, this.id, this.retry, this.data, this.dataType, this.view,
				Objects.requireNonNull(text, "text"), this.key);
	}

	/**
	 * This event with a key: what it is the newest state of, such as a currency. It
	 * supersedes the events before it that have the same key and were sent to the same
	 * audience. Who keeps up hears all; who lags, or comes back, hears only the newest of
	 * each key, in the order in which these were sent, and is told of no gap for others.
	 * Clients do not see the key. What is sent to one stream alone is never superseded.
	 * @param key the key, at most 256 characters
	 * @return the new event
	 * @throws IllegalArgumentException if the key is empty or longer
	 */
	public SseEvent key(String key) {
		if (key.isEmpty() || key.length() > MAX_KEY_LENGTH) {
			throw new IllegalArgumentException("The key of an event has " + key.length()
					+ " characters: it must have between 1 and " + MAX_KEY_LENGTH);
		}
		return new SseEvent(this.name, this.id, this.retry, this.data, this.dataType, this.view, this.comment, key);
	}

	public @Nullable String name() {
		return this.name;
	}

	public @Nullable String id() {
		return this.id;
	}

	public @Nullable Duration retry() {
		return this.retry;
	}

	public @Nullable Object data() {
		return this.data;
	}

	/**
	 * What the data is written as.
	 * @return a generic type, {@code null} for the class of the data
	 */
	public @Nullable Type dataType() {
		return this.dataType;
	}

	public @Nullable Class<?> view() {
		return this.view;
	}

	public @Nullable String comment() {
		return this.comment;
	}

	/**
	 * What it is the newest state of.
	 * @return the key, {@code null} for none
	 */
	public @Nullable String key() {
		return this.key;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SseEvent that && Objects.equals(this.name, that.name)
				&& Objects.equals(this.id, that.id) && Objects.equals(this.retry, that.retry)
				&& Objects.equals(this.data, that.data) && Objects.equals(this.dataType, that.dataType)
				&& Objects.equals(this.view, that.view) && Objects.equals(this.comment, that.comment)
				&& Objects.equals(this.key, that.key);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.name, this.id, this.retry, this.data, this.dataType, this.view, this.comment,
				this.key);
	}

	@Override
	public String toString() {
		return "SseEvent[name=" + this.name + ", id=" + this.id + ", retry=" + this.retry + ", data=" + this.data
				+ ((this.dataType != null) ? ", dataType=" + this.dataType : "")
				+ ((this.view != null) ? ", view=" + this.view.getName() : "") + ", comment=" + this.comment
				+ ((this.key != null) ? ", key=" + this.key : "") + "]";
	}

	private static void requireSingleLine(String field, String value) {
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (c == '\n' || c == '\r') {
				throw new IllegalArgumentException("The " + field + " of an event holds " + ((c == '\n') ? "LF" : "CR")
						+ " at index " + i + ": it must be a single line");
			}
		}
	}

}
