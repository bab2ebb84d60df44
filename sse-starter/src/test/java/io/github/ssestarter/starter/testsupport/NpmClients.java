package io.github.ssestarter.starter.testsupport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Clients that npm has, and a browser, in a process of their own: what each of them sees.
 */
public final class NpmClients implements AutoCloseable {

	private static final JsonMapper mapper = JsonMapper.shared();

	private final List<Seen> seen = new CopyOnWriteArrayList<>();

	private final Process process;

	private final Thread reader;

	private NpmClients(Process process) {
		this.process = process;
		this.reader = new Thread(this::read, "npm-clients");
		this.reader.setDaemon(true);
		this.reader.start();
	}

	/**
	 * Those that can be run here. Skips the test, saying so, if none can.
	 */
	public static Set<NpmClient> available() {
		NpmInstallation installation = NpmInstallation.get();
		assumeThat(installation.failure()).as("SKIPPED: no clients of npm").isNull();
		return installation.clients();
	}

	/**
	 * Starts clients.
	 * @param urls what each of them opens
	 */
	public static NpmClients start(Map<NpmClient, List<String>> urls) {
		List<Map<String, String>> wanted = new ArrayList<>();
		urls.forEach((client, list) -> list.forEach((url) -> wanted.add(Map.of("client", client.label(), "url", url))));
		try {
			return new NpmClients(NpmInstallation.get()
				.start(mapper.writeValueAsString(wanted), Path.of("target", "clients", "errors.log")));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void read() {
		try (BufferedReader lines = this.process.inputReader(StandardCharsets.UTF_8)) {
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
	public List<Seen> seen(NpmClient client, String url) {
		assertThat(this.seen).noneMatch((seen) -> seen.type().equals("failed"));
		return this.seen.stream()
			.filter((seen) -> seen.client().equals(client.label()) && url.equals(seen.url()))
			.toList();
	}

	/**
	 * The data of all events of a name that a client has seen.
	 */
	public List<String> data(NpmClient client, String url, String name) {
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
	public void close() {
		try {
			this.process.getOutputStream().close();
			if (!this.process.waitFor(5, TimeUnit.SECONDS)) {
				try (Stream<ProcessHandle> descendants = this.process.descendants()) {
					descendants.forEach(ProcessHandle::destroyForcibly);
				}
				this.process.destroyForcibly();
			}
			this.reader.join(5_000);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
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
