package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.starter.testsupport.ClientLibraries.Seen;
import io.github.ssestarter.starter.testsupport.ScriptedServer.Answer;
import io.github.ssestarter.starter.testsupport.ScriptedServer.Request;

/**
 * What a server does to clients: the columns of the table in {@code docs/clients.md}. The
 * first answer is the scenario's; if the client comes back, the stream stays open.
 */
public enum ClientScenario {

	END((answer, read) -> {
		begin(answer, 400);
		answer.end();
	}, ClientScenario::hasComeBack),

	CUT((answer, read) -> beginAndCut(answer, read, 400), ClientScenario::hasComeBack),

	/** By what it says where it was. */
	ID((answer, read) -> beginAndCut(answer, read, 400), (requests, seen) -> {
		String id = lastEventId(requests);
		return (id.startsWith("?")) ? "`?lastEventId=`" : ((id.isEmpty()) ? "–" : "`Last-Event-ID`");
	}),

	/** An id without data, after an event with an id, before a cut. */
	BARE_ID((answer, read) -> {
		begin(answer, 400);
		read.await(answer, 2);
		answer.send("id: g-2\n\n");
		read.await(answer, 3);
		answer.cut();
	}, (requests, seen) -> {
		String id = lastEventId(requests);
		return (id.endsWith("g-2")) ? "kept" : ((id.isEmpty()) ? "–" : "forgotten");
	}),

	/** A cut before an event's last line feed. */
	HALF((answer, read) -> {
		begin(answer, 400);
		read.await(answer, 2);
		answer.send("event: n\ndata: 2\nid: g-2\n");
		read.await(answer, 3);
		answer.cut();
	}, (requests, seen) -> {
		String id = lastEventId(requests);
		return (id.endsWith("g-2")) ? "lost" : ((id.isEmpty()) ? "–" : "comes again");
	}),

	/** A retry longer than what any client waits of itself, even if it takes off 30 %. */
	RETRIED((answer, read) -> beginAndCut(answer, read, 6_000), (requests, seen) -> {
		if (requests.size() < 2) {
			return "–";
		}
		long nanos = requests.get(1).at() - requests.get(0).at();
		return (nanos > TimeUnit.MILLISECONDS.toNanos(4_100)) ? "obeyed" : "ignored";
	}),

	NO_CONTENT((answer, read) -> answer.refuse("204 No Content"), ClientScenario::hasComeBack),

	UNAVAILABLE((answer, read) -> refuse(answer), ClientScenario::hasComeBack),

	/** A cut, and a 503 when the client comes back. */
	UNAVAILABLE_AFTER_A_CUT((answer, read) -> beginAndCut(answer, read, 400), (requests, seen) -> {
		if (requests.size() < 3) {
			return (requests.size() < 2) ? "–" : "stops";
		}
		String id = Objects.toString(requests.get(2).lastEventId(), "");
		return (id.endsWith("g-1")) ? "kept" : "forgotten";
	}),

	COMMENT_WITHIN_A_BLOCK((answer, read) -> {
		begin(answer, 400);
		answer.send(": \n");
		answer.send("event: n\ndata: 2\nid: g-2\n\n");
		answer.send(": \n: \n");
		answer.send("event: n\ndata: 3\nid: g-3\n\n: \n");
	}, (requests, seen) -> {
		List<@Nullable String> data = seen.stream()
			.filter((event) -> "n".equals(event.name()))
			.<@Nullable String>map(Seen::data)
			.toList();
		return (data.equals(List.of("1", "2", "3"))) ? "unseen" : "swallows events: " + data;
	}),

	BLOCKS_WITHOUT_DATA((answer, read) -> {
		begin(answer, 400);
		answer.send(": comment\n\nid: g-2\n\nretry: 400\n\n");
	}, (requests, seen) -> (isMoreSeen(seen)) ? "fires" : "silent"),

	NAME_WITHOUT_DATA((answer, read) -> {
		begin(answer, 400);
		answer.send("event: n\nid: g-2\n\n");
	}, (requests, seen) -> (isMoreSeen(seen)) ? "fires" : "silent"),

	OTHER_NAME((answer, read) -> {
		begin(answer, 400);
		answer.send("event: other\ndata: 2\nid: g-2\n\n");
	}, (requests, seen) -> (isMoreSeen(seen)) ? "told" : "not told"),

	LARGE((answer, read) -> {
		begin(answer, 400);
		answer.send("event: n\ndata: " + "x".repeat(2_000_000) + "\nid: g-2\n\n");
	}, (requests, seen) -> (seen.stream().anyMatch((event) -> Objects.toString(event.data(), "").length() == 2_000_000))
			? "passes" : "lost"),

	SILENCE((answer, read) -> begin(answer, 400), ClientScenario::hasGivenUp),

	/** A comment every two seconds, and nothing else. */
	HEARTBEATS((answer, read) -> {
		begin(answer, 400);
		while (true) {
			answer.send(": \n");
			read.await(answer, Integer.MAX_VALUE);
		}
	}, ClientScenario::hasGivenUp);

	/** Longer than any client waits, but the polyfill, which waits 45 s in silence. */
	public static final Duration WINDOW = Duration.ofSeconds(12);

	/** In which something is read of which nothing is told. */
	private static final Duration A_MOMENT = Duration.ofSeconds(2);

	private final First first;

	private final Cell cell;

	ClientScenario(First first, Cell cell) {
		this.first = first;
		this.cell = cell;
	}

	/**
	 * Answers as the scenario wants it that a path names.
	 */
	public static void answer(String path, int number, Answer answer,
			AtomicReference<@Nullable ClientLibraries> clients) throws IOException {
		ClientScenario scenario = valueOf(path.split("/")[1]);
		if (path.endsWith("/" + ClientLibrary.DATASTAR.label())) {
			answer.rename("event: (connected|n)\n", "event: datastar-$1\n");
		}
		if (path.endsWith("/" + ClientLibrary.MCP.label())) {
			answer.rename("event: (connected|n)\ndata: (.*)\n",
					"event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"$1\",\"params\":{\"data\":\"$2\"}}\n");
		}
		if (number == 2 && scenario == UNAVAILABLE_AFTER_A_CUT) {
			refuse(answer);
		}
		else if (number == 1 || scenario == NO_CONTENT || scenario == UNAVAILABLE) {
			scenario.first.write(answer, (waiting, events) -> waiting.await((events > 2) ? A_MOMENT : WINDOW, () -> {
				ClientLibraries all = clients.get();
				return all != null && all.hasSeen(path, events);
			}));
		}
		else {
			answer.open();
			answer.send("event: connected\ndata: {}\nid: g-9\n\n");
		}
	}

	private static void refuse(Answer answer) throws IOException {
		answer.refuse("503 Unavailable\r\nRetry-After: 1\r\nContent-Length: 0");
	}

	private static void begin(Answer answer, int retry) throws IOException {
		answer.open();
		answer.send("retry: " + retry + "\nevent: connected\ndata: {}\nid: g-0\n\n");
		answer.send("event: n\ndata: 1\nid: g-1\n\n");
	}

	private static void beginAndCut(Answer answer, Read read, int retry) throws IOException {
		begin(answer, retry);
		read.await(answer, 2);
		answer.cut();
	}

	private static String hasComeBack(List<Request> requests, List<Seen> seen) {
		return (requests.size() > 1) ? "comes back" : "stops";
	}

	private static String hasGivenUp(List<Request> requests, List<Seen> seen) {
		if (requests.size() > 1) {
			return "gives up, comes back";
		}
		return (seen.stream().anyMatch((event) -> event.type().equals("closed"))) ? "gives up" : "waits";
	}

	private static String lastEventId(List<Request> requests) {
		return (requests.size() > 1) ? Objects.toString(requests.get(1).lastEventId(), "") : "";
	}

	/**
	 * Whether more was seen than what each stream begins with.
	 */
	private static boolean isMoreSeen(List<Seen> seen) {
		return seen.stream()
			.filter((event) -> event.type().equals("event") && !"connected".equals(event.name()))
			.count() > 1;
	}

	/**
	 * What the table has to say.
	 * @param requests what the client has asked for
	 * @param seen what it has seen
	 */
	public String cell(List<Request> requests, List<Seen> seen) {
		return this.cell.of(requests, seen);
	}

	public String path(ClientLibrary client) {
		return "/" + name() + "/" + client.label();
	}

	/**
	 * Each scenario and client has a host of its own.
	 */
	public String url(int port, ClientLibrary client) {
		return "http://" + client.host(name().toLowerCase().replace('_', '-')) + ":" + port + path(client);
	}

	private interface First {

		void write(Answer answer, Read read) throws IOException;

	}

	/**
	 * Waits until the client has read so many events.
	 */
	private interface Read {

		void await(Answer answer, int events) throws IOException;

	}

	private interface Cell {

		String of(List<Request> requests, List<Seen> seen);

	}

}
