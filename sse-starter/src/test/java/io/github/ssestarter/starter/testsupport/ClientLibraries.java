package io.github.ssestarter.starter.testsupport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that others wrote: those of npm and a browser in a process of their own, those
 * of Java in this one. What each of them sees.
 */
public final class ClientLibraries implements AutoCloseable {

	private static final JsonMapper mapper = JsonMapper.shared();

	private final List<Seen> seen = new CopyOnWriteArrayList<>();

	private final List<AutoCloseable> javaClients = new ArrayList<>();

	/** What runs Node, {@code null} if there is nothing to run. */
	private final @Nullable Process process;

	private ClientLibraries(@Nullable Process process) {
		this.process = process;
		if (process != null) {
			Thread reader = new Thread(() -> read(process), "npm-clients");
			reader.setDaemon(true);
			reader.start();
		}
	}

	/**
	 * Those that can be run here. It is logged which cannot.
	 */
	public static Set<ClientLibrary> available() {
		Set<ClientLibrary> clients = EnumSet.copyOf(NpmInstallation.get().clients());
		if (!MavenInstallation.isThere()) {
			clients.removeAll(ClientLibrary.isolated());
		}
		return clients;
	}

	/**
	 * Starts clients.
	 * @param urls what each of them opens
	 */
	public static ClientLibraries start(Map<ClientLibrary, List<String>> urls) {
		List<Map<String, String>> wanted = new ArrayList<>();
		urls.forEach((client, list) -> {
			if (client.javaClient() == null) {
				list.forEach((url) -> wanted.add(Map.of("client", client.label(), "url", url)));
			}
		});
		ClientLibraries clients = new ClientLibraries((wanted.isEmpty()) ? null : startNode(wanted));
		urls.forEach((client, list) -> list.forEach((url) -> clients.open(client, url)));
		return clients;
	}

	private static Process startNode(List<Map<String, String>> wanted) {
		try {
			return NpmInstallation.get()
				.start(mapper.writeValueAsString(wanted),
						Path.of("target", "clients", "errors-" + ProcessHandle.current().pid() + ".log"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void open(ClientLibrary client, String url) {
		JavaClient javaClient = client.javaClient();
		if (javaClient != null) {
			this.javaClients.add(javaClient.open(url, (sight) -> this.seen
				.add(new Seen(client.label(), url, sight.type(), sight.name(), sight.data(), sight.id(), null, null))));
		}
	}

	private void read(Process process) {
		try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
			String line;
			while ((line = lines.readLine()) != null) {
				this.seen.add(mapper.readValue(line, Seen.class));
			}
		}
		catch (IOException ex) {
			// It was closed
		}
	}

	/**
	 * What a client has seen, in order.
	 * @param url one of those that it opened
	 */
	public List<Seen> seen(ClientLibrary client, String url) {
		assertThat(this.seen).noneMatch((seen) -> seen.type().equals("failed"));
		return this.seen.stream()
			.filter((seen) -> seen.client().equals(client.label()) && url.equals(seen.url()))
			.toList();
	}

	/**
	 * The data of all events of a name that a client has seen.
	 */
	public List<String> data(ClientLibrary client, String url, String name) {
		return seen(client, url).stream()
			.filter((seen) -> name.equals(seen.name()))
			.map((seen) -> String.valueOf(seen.data()))
			.toList();
	}

	/**
	 * Whether somebody has seen so many events of a stream.
	 * @param path what its URL ends with
	 */
	public boolean hasSeen(String path, int events) {
		return this.seen.stream()
			.filter((seen) -> seen.type().equals("event") && String.valueOf(seen.url()).endsWith(path))
			.count() >= events;
	}

	@Override
	public void close() throws Exception {
		for (AutoCloseable client : this.javaClients) {
			client.close();
		}
		Process process = this.process;
		if (process != null) {
			process.getOutputStream().close();
			if (!process.waitFor(5, TimeUnit.SECONDS)) {
				try (Stream<ProcessHandle> descendants = process.descendants()) {
					descendants.forEach(ProcessHandle::destroyForcibly);
				}
				process.destroyForcibly();
			}
		}
	}

	/**
	 * What a client has seen.
	 *
	 * @param client who
	 * @param url of which stream
	 * @param type {@code open}, {@code event}, {@code error}, {@code end}, {@code closed}
	 * or {@code retry}
	 * @param name of an event
	 * @param data of an event
	 * @param id the id that the client gives with an event
	 * @param closed whether it is an error after which the client is closed
	 * @param why what it says of an error
	 */
	public record Seen(String client, @Nullable String url, String type, @Nullable String name, @Nullable String data,
			@Nullable String id, @Nullable Boolean closed, @Nullable String why) {
	}

}
