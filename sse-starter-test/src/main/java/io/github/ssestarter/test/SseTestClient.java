package io.github.ssestarter.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * A client of one event stream, over HTTP/1.1 without TLS. It reads as a browser's
 * {@code EventSource} does, except that it neither follows redirects nor reconnects by
 * itself, and it can be made to stall, to read slowly and to vanish as clients on real
 * networks do. <pre class="code">
 * try (SseTestClient client = SseTestClient.to(port, "/orders").lastEventId("41").connect()) {
 * 	client.expect("order", "{\"id\":42}");
 * 	client.expectNothing(Duration.ofMillis(200));
 * }
 * </pre>
 * <p>
 * One daemon thread reads for all clients of the JVM and lasts from the first to the last
 * of them, so that thousands may be open at once. Every method may be called on any
 * thread. Methods that wait do so for at most {@linkplain Builder#timeout(Duration) the
 * timeout}, 5 seconds unless set, and less if the stream ends before; what is awaited but
 * does not come is an {@link AssertionError} that tells what came instead, and so is an
 * interrupt of the waiting thread, which stays interrupted. Events are taken in order,
 * each once, by {@link #next()}, {@link #skipTo(String)} and
 * {@link #expect(String, String)}; comments likewise by {@link #expectComment()}.
 * <p>
 * What the starter itself tells a client of its stream, in the events {@code connected},
 * {@code sse-heartbeat} and {@code sse-end}, is not among the events, so that a test need
 * not reckon with it: {@link #skipTo(String)} alone finds it. What tells of a loss,
 * {@code sse-gap}, is an event like the application's own.
 *
 * @since 0.1.0
 */
public final class SseTestClient implements AutoCloseable {

	private static final String LAST_EVENT_ID = "Last-Event-ID";

	private static final int MAX_CONNECTING = 100;

	private final Builder origin;

	private final Duration timeout;

	private final ReceivedStream log;

	private final ClientConnection connection;

	private SseTestClient(Builder builder) {
		this.origin = new Builder(builder);
		ClientRequest request = this.origin.request();
		this.timeout = this.origin.timeout;
		this.log = new ReceivedStream(request.toString(), this.origin.cursor(), this.origin.keepRaw,
				this.origin.keepEvents);
		try {
			this.connection = ClientConnection.open(request, this.origin.receiveBuffer, this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Connect by a plain GET request.
	 * @param url the {@code http} URL of the stream
	 * @return the client, which has its answer
	 * @see Builder#connect()
	 */
	public static SseTestClient connect(String url) {
		return to(url).connect();
	}

	/**
	 * Connect by a plain GET request.
	 * @param uri the {@code http} URL of the stream
	 * @return the client, which has its answer
	 * @see Builder#connect()
	 */
	public static SseTestClient connect(URI uri) {
		return to(uri).connect();
	}

	/**
	 * Prepare a client.
	 * @param url the {@code http} URL of the stream
	 * @return a builder
	 * @throws IllegalArgumentException if that is no {@code http} URL
	 */
	public static Builder to(String url) {
		return to(URI.create(url));
	}

	/**
	 * Prepare a client.
	 * @param uri the {@code http} URL of the stream
	 * @return a builder
	 * @throws IllegalArgumentException if that is no {@code http} URL
	 */
	public static Builder to(URI uri) {
		return new Builder(uri);
	}

	/**
	 * Prepare a client of a server on this machine.
	 * @param port the server's port on {@code localhost}
	 * @param path the path of the stream, with a query if need be
	 * @return a builder
	 * @throws IllegalArgumentException if the path is none
	 */
	public static Builder to(int port, String path) {
		Assert.isTrue(path.startsWith("/"), () -> "Not a path: " + path);
		return to("http://localhost:" + port + path);
	}

	/**
	 * Connect many clients, a hundred at a time so that the server's accept queue does
	 * not overflow. A server that answers the first only when it has seen more than that
	 * is not for this method.
	 * @param count how many
	 * @param builders gives the builder for each, numbered from 0
	 * @return the clients by number, all of which have their answers
	 * @throws UncheckedIOException if one got no answer because its connection broke; all
	 * are closed then
	 * @throws AssertionError if one got no answer within its timeout; all are closed then
	 */
	public static List<SseTestClient> connectAll(int count, IntFunction<Builder> builders) {
		List<SseTestClient> clients = new ArrayList<>(count);
		try {
			for (int i = 0; i < count; i++) {
				if (i >= MAX_CONNECTING) {
					clients.get(i - MAX_CONNECTING).awaitAnswer();
				}
				clients.add(new SseTestClient(builders.apply(i)));
			}
			clients.forEach(SseTestClient::awaitAnswer);
			return clients;
		}
		catch (RuntimeException | AssertionError ex) {
			closeAll(clients);
			throw ex;
		}
	}

	/**
	 * Close many clients.
	 * @param clients the clients
	 */
	public static void closeAll(Collection<SseTestClient> clients) {
		clients.forEach(SseTestClient::close);
	}

	private void awaitAnswer() {
		this.log.awaitHead(this.timeout);
	}

	/**
	 * Connect anew with the same request, but with the cursor of this client as the
	 * {@code Last-Event-ID}, as a browser would. This client is left as it is.
	 * @return another client
	 * @see Builder#connect()
	 */
	public SseTestClient reconnect() {
		return new Builder(this.origin).lastEventId(lastEventId()).connect();
	}

	/**
	 * Return the status of the answer.
	 * @return the status code
	 */
	public int status() {
		return this.log.head().status();
	}

	/**
	 * Return a header of the answer.
	 * @param name the header's name, in any case
	 * @return its first value, or {@code null} if there is no such header
	 */
	public @Nullable String header(String name) {
		return this.log.head().header(name);
	}

	/**
	 * Return the headers of the answer.
	 * @return the values by name, which is looked up in any case; unmodifiable
	 */
	public Map<String, List<String>> headers() {
		return this.log.head().headers();
	}

	/**
	 * Wait for the end of an answer that is no event stream.
	 * @return all of its body, in the charset it names or UTF-8
	 * @throws AssertionError if the answer is an event stream, is cut off or has not
	 * ended within the timeout
	 */
	public String body() {
		return this.log.awaitBody(this.timeout);
	}

	/**
	 * Wait until the stream has begun: until anything of it has come, if only the first
	 * {@code retry}. Takes nothing.
	 * @throws AssertionError if nothing came within the timeout, or nothing can come any
	 * more
	 */
	public void awaitOpen() {
		this.log.awaitOpen(this.timeout);
	}

	/**
	 * Wait for the next event.
	 * @return the event, now taken
	 * @throws AssertionError if none came within the timeout, none can come any more, or
	 * some {@linkplain Builder#keepEvents(int) were lost}
	 */
	public SseTestEvent next() {
		return this.log.takeEvent(this.timeout);
	}

	/**
	 * Wait for the next event of a name, and take those before it too. The only one that
	 * finds what the starter itself tells: {@code skipTo("sse-end")}.
	 * @param name the event's name
	 * @return the event
	 * @throws AssertionError if none came within the timeout, none can come any more, or
	 * some {@linkplain Builder#keepEvents(int) were lost}
	 */
	public SseTestEvent skipTo(String name) {
		return this.log.takeEvent(name, this.timeout);
	}

	/**
	 * Wait for the next event and check it.
	 * @param name the name it should have
	 * @param data the data it should have
	 * @return the event, now taken
	 * @throws AssertionError if it is another event, or if there is none as with
	 * {@link #next()}
	 */
	public SseTestEvent expect(String name, String data) {
		SseTestEvent event = next();
		if (!event.name().equals(name) || !event.data().equals(data)) {
			throw this.log.failure("Expected event '" + name + "' with data '" + data + "' but got " + event + ".");
		}
		return event;
	}

	/**
	 * Wait in the hope that no event comes. Comments and delays are no events.
	 * @param duration how long to wait
	 * @throws AssertionError if an event comes, which is not taken by this, or one is
	 * left to take; or if the answer is no event stream or one that does not stay open,
	 * as such silence proves nothing
	 */
	public void expectNothing(Duration duration) {
		this.log.awaitSilence(duration);
	}

	/**
	 * Wait for the next comment.
	 * @return its text without the colon and one space after it; now taken
	 * @throws AssertionError if none came within the timeout, or none can come any more
	 */
	public String expectComment() {
		return this.log.takeComment(this.timeout);
	}

	/**
	 * Wait until the server ends the response in order: by the last chunk, at its content
	 * length or, if it has neither, by closing the connection. Events may be left to
	 * take.
	 * @throws AssertionError if it did not within the timeout, or if the connection broke
	 */
	public void expectEnd() {
		this.log.awaitEnd(StreamEnd.Kind.COMPLETE, this.timeout);
	}

	/**
	 * Wait until the connection breaks: is reset, or closed in the middle of the
	 * response. Events may be left to take.
	 * @throws AssertionError if it did not within the timeout, or if the response ended
	 * in order
	 */
	public void expectBreak() {
		this.log.awaitEnd(StreamEnd.Kind.BROKEN, this.timeout);
	}

	/**
	 * Wait until a number of events has come since the beginning, taken or not.
	 * @param count how many at least
	 * @return as {@link #events()}
	 * @throws AssertionError if fewer came within the timeout
	 */
	public List<SseTestEvent> awaitEvents(int count) {
		return this.log.awaitEvents(count, this.timeout);
	}

	/**
	 * Return the events so far, taken or not.
	 * @return the events in order; all, unless {@link Builder#keepEvents(int)} limits it
	 */
	public List<SseTestEvent> events() {
		return this.log.events();
	}

	/**
	 * Return how many events came so far, kept or not.
	 * @return the count since the beginning
	 */
	public long eventCount() {
		return this.log.eventCount();
	}

	/**
	 * Return the comments so far, taken or not.
	 * @return the texts in order; all, unless {@link Builder#keepEvents(int)} limits it
	 */
	public List<String> comments() {
		return this.log.comments();
	}

	/**
	 * Return the delay that the server last set for reconnecting.
	 * @return the delay, empty if none came
	 */
	public Optional<Duration> retry() {
		return this.log.retry();
	}

	/**
	 * Return the cursor: what the client would send as {@code Last-Event-ID} to
	 * reconnect. A block of an id alone moves it too.
	 * @return the cursor, {@code ""} if there is none
	 */
	public String lastEventId() {
		return this.log.lastEventId();
	}

	/**
	 * Return the latest of the body so far as it came, only without chunk framing.
	 * @return the last 64 KB as UTF-8, or as much as {@link Builder#keepRaw(int)} says;
	 * all if the answer is no event stream
	 */
	public String raw() {
		return this.log.raw();
	}

	/**
	 * Return whether the answer may go on. A client that does not read does not see an
	 * end.
	 * @return {@code false} once the response has ended or the connection has
	 */
	public boolean isOpen() {
		return this.log.isOpen();
	}

	/**
	 * Stop reading, with the connection left open. What is on its way fills this side's
	 * {@linkplain Builder#receiveBuffer(int) receive buffer}, then the server's send
	 * buffer, and then the server. In force when this returns.
	 */
	public void stall() {
		this.connection.pace(Pace.STALLED);
	}

	/**
	 * Read slowly from now on, in small steps. The speed counts all bytes on the wire
	 * after the socket's buffer. In force when this returns.
	 * @param bytesPerSecond the speed in bytes per second, at least 1
	 */
	public void slow(int bytesPerSecond) {
		Assert.isTrue(bytesPerSecond > 0, "'bytesPerSecond' must be positive, use stall() to read nothing");
		this.connection.pace(new Pace.Limited(bytesPerSecond, System.nanoTime()));
	}

	/**
	 * Read as fast as it comes again, after {@link #stall()} or {@link #slow(int)}.
	 */
	public void resume() {
		this.connection.pace(Pace.FULL);
	}

	/**
	 * Drop the connection at once, so that the server sees it reset. What came before
	 * stays readable. Does nothing if the connection has ended.
	 */
	public void cut() {
		this.connection.cut();
	}

	/**
	 * Close the connection in order, so that the server reads its end. What came before
	 * stays readable; what the socket still holds is thrown away, and the system may tell
	 * the server so by a reset after the end. Does nothing if the connection has ended.
	 */
	@Override
	public void close() {
		this.connection.close();
	}

	/**
	 * Return what is known of the stream, for messages.
	 * @return the request, the answer and the numbers of what came
	 */
	@Override
	public String toString() {
		return this.log.toString();
	}

	/**
	 * What a client is made by. One builder can connect many clients; it is not safe for
	 * use by several threads.
	 *
	 * @since 0.1.0
	 */
	public static final class Builder {

		private final URI uri;

		private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

		private String method = "GET";

		private String body = "";

		private int receiveBuffer;

		private int keepRaw = 64 * 1024;

		private int keepEvents = Integer.MAX_VALUE;

		private Duration timeout = Duration.ofSeconds(5);

		private Builder(URI uri) {
			Assert.isTrue("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null,
					() -> "Not an http URL: " + uri);
			this.uri = uri;
			header("Host", uri.getRawAuthority().replaceFirst(".*@", ""));
			header("Accept", "text/event-stream");
		}

		private Builder(Builder other) {
			this.uri = other.uri;
			this.headers.putAll(other.headers);
			this.method = other.method;
			this.body = other.body;
			this.receiveBuffer = other.receiveBuffer;
			this.keepRaw = other.keepRaw;
			this.keepEvents = other.keepEvents;
			this.timeout = other.timeout;
		}

		/**
		 * Set a header, in place of what it was. Without this a client sends {@code Host}
		 * and {@code Accept: text/event-stream}.
		 * @param name the header's name
		 * @param values its values, sent on a line each; none to leave the header out
		 * @return this builder
		 * @throws IllegalArgumentException if the name or a value has characters that
		 * would make another header of it
		 */
		public Builder header(String name, String... values) {
			Assert.isTrue(name.matches("[!-9;-~]+"), () -> "Not a header name: " + name);
			for (String value : values) {
				Assert.isTrue(value.chars().noneMatch((c) -> c == '\r' || c == '\n' || c == 0),
						() -> "Not a value of the header " + name);
			}
			this.headers.remove(name);
			this.headers.put(name, List.of(values));
			return this;
		}

		/**
		 * Set the cursor to resume from, which is sent as {@code Last-Event-ID} and is
		 * the client's own until an event brings another.
		 * @param id the cursor; {@code ""} for none, which sends no header
		 * @return this builder
		 * @throws IllegalArgumentException if the id contains CR, LF or NUL
		 */
		public Builder lastEventId(String id) {
			return (id.isEmpty()) ? header(LAST_EVENT_ID) : header(LAST_EVENT_ID, id);
		}

		/**
		 * Set the HTTP method, GET unless set.
		 * @param method the method
		 * @return this builder
		 */
		public Builder method(String method) {
			Assert.isTrue(method.matches("[A-Za-z]+"), () -> "Not a method: " + method);
			this.method = method;
			return this;
		}

		/**
		 * Send a body, with its length as {@code Content-Length}.
		 * @param contentType the {@code Content-Type} to send
		 * @param text the body, sent as UTF-8
		 * @return this builder
		 */
		public Builder body(String contentType, String text) {
			this.body = text;
			header("Content-Type", contentType);
			return header("Content-Length", Integer.toString(text.getBytes(StandardCharsets.UTF_8).length));
		}

		/**
		 * Set the size of the socket's receive buffer (SO_RCVBUF), the system's own
		 * unless set. With a small one a server soon notices that a client does not read.
		 * @param bytes the size in bytes; a hint, which Linux doubles and raises to 2 KB
		 * or so; 0 for the system's own
		 * @return this builder
		 */
		public Builder receiveBuffer(int bytes) {
			this.receiveBuffer = notNegative(bytes);
			return this;
		}

		/**
		 * Set the time limit of connecting, up to the answer's headers, and of each wait
		 * of the client. 5 seconds unless set.
		 * @param timeout the time limit
		 * @return this builder
		 */
		public Builder timeout(Duration timeout) {
			this.timeout = timeout;
			return this;
		}

		/**
		 * Keep all of the body as it came, for {@link SseTestClient#raw()}.
		 * @return this builder
		 */
		public Builder keepRaw() {
			return keepRaw(RawTail.UNLIMITED);
		}

		/**
		 * Set how much of a stream's body to keep as it came, for
		 * {@link SseTestClient#raw()} and for messages. 64 KB unless set.
		 * @param bytes the number of bytes, the latest of which are kept
		 * @return this builder
		 */
		public Builder keepRaw(int bytes) {
			this.keepRaw = notNegative(bytes);
			return this;
		}

		/**
		 * Set how many events to keep, and how many comments. All are kept unless set,
		 * even when they are taken. Past the limit the oldest go, also if they were not
		 * taken: they are lost then, and each attempt to take another fails.
		 * @param count how many; with 0, events are only counted
		 * @return this builder
		 */
		public Builder keepEvents(int count) {
			this.keepEvents = notNegative(count);
			return this;
		}

		/**
		 * Connect, send the request and wait for status and headers of the answer,
		 * whatever they are.
		 * @return the client, to be closed
		 * @throws UncheckedIOException if the host is not known, the connection is
		 * refused, or it breaks or ends before the answer
		 * @throws AssertionError if there is no answer within the timeout
		 */
		public SseTestClient connect() {
			SseTestClient client = new SseTestClient(this);
			try {
				client.awaitAnswer();
				return client;
			}
			catch (RuntimeException | AssertionError ex) {
				client.close();
				throw ex;
			}
		}

		private ClientRequest request() {
			return new ClientRequest(this.uri, this.method, this.headers, this.body);
		}

		private String cursor() {
			return this.headers.getOrDefault(LAST_EVENT_ID, List.of()).stream().findFirst().orElse("");
		}

		private static int notNegative(int number) {
			Assert.isTrue(number >= 0, "A size must not be negative");
			return number;
		}

	}

}
