package io.github.ssestarter.benchmarks.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.benchmarks.load.LoadOrder;
import io.github.ssestarter.benchmarks.server.Departures;
import io.github.ssestarter.benchmarks.server.PublishOrder;

/**
 * A server that is measured, with its CPU and its memory as the kernel tells them.
 */
abstract class ServerProcess implements AutoCloseable {

	/** The kernel's unit of CPU time in {@code /proc}, in microseconds. */
	private static final long TICK = 10_000;

	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

	private static final long FORGETTING = TimeUnit.SECONDS.toNanos(5);

	private static final long POLL = TimeUnit.MILLISECONDS.toNanos(20);

	private static final int SMALL = 100;

	private static final int UTIME = 11;

	private static final int STIME = 12;

	private final Process process;

	private final int port;

	ServerProcess(int port, Path log, Path directory, List<String> command) throws IOException {
		this.port = port;
		this.process = new ProcessBuilder(Cores.here().forServer(command)).directory(directory.toFile())
			.redirectError(log.toFile())
			.start();
	}

	/**
	 * An order to connect to it.
	 * @param clients how many clients
	 * @param topics among how many topics they are spread
	 */
	LoadOrder order(int clients, int topics) {
		return new LoadOrder(this.port, path(), clients, topics);
	}

	/**
	 * Waits for a line of the process.
	 */
	void awaitLine(String expected) throws IOException {
		BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8);
		String line = reader.readLine();
		while (line != null && !line.equals(expected)) {
			line = reader.readLine();
		}
		if (line == null) {
			throw new IOException("The server has not started");
		}
	}

	/**
	 * The path of a stream, with <code>{i}</code> for the topic's number.
	 */
	String path() {
		return "/events?topic=t{i}";
	}

	/**
	 * Publishes, and returns when all is handed over.
	 * @return how long it took, in nanoseconds
	 */
	abstract long publish(PublishOrder order) throws IOException;

	/**
	 * Has each topic's stream send at its own turns, and returns when all have.
	 * @return how long it took, in nanoseconds
	 */
	long takeTurns(PublishOrder order) throws IOException {
		throw new UnsupportedOperationException("Has no streams with threads");
	}

	/**
	 * Appends to the log, without clients, and returns when all is there.
	 * @return how long it took, in nanoseconds
	 */
	long append(PublishOrder order) throws IOException {
		throw new UnsupportedOperationException("Has no log");
	}

	/**
	 * How many clients there are.
	 * @return how many, -1 if the server does not tell
	 */
	int clients() throws IOException {
		return -1;
	}

	/**
	 * Waits until clients who have connected are there for the application too.
	 */
	void awaitClients(int expected) throws IOException {
		long deadline = System.nanoTime() + PATIENCE;
		int there = clients();
		while (there >= 0 && there < expected) {
			if (System.nanoTime() > deadline) {
				throw new IOException("The server has " + there + " clients, not " + expected);
			}
			LockSupport.parkNanos(POLL);
			there = clients();
		}
	}

	/**
	 * The clients of which the server has noticed that they left.
	 */
	Departures departures() throws IOException {
		throw new UnsupportedOperationException("Does not tell who has left");
	}

	/**
	 * Publishes until the server has noticed that all clients have left.
	 */
	void forgetClients(int topics) throws IOException {
		long deadline = System.nanoTime() + FORGETTING;
		while (clients() > 0 && System.nanoTime() < deadline) {
			publish(new PublishOrder(topics, topics, 0, SMALL, 0));
			LockSupport.parkNanos(POLL);
		}
	}

	/**
	 * The heap in use after a collection.
	 * @return the bytes, -1 if there is no heap
	 */
	long heap() throws IOException {
		return -1;
	}

	/**
	 * Publishes an event and gives its id.
	 */
	@Nullable String mark() throws IOException {
		return null;
	}

	private Stream<ProcessHandle> handles() {
		return Stream.concat(Stream.of(this.process.toHandle()), this.process.descendants());
	}

	/**
	 * The CPU time that the server has used, in microseconds.
	 */
	long cpuMicros() {
		return handles().mapToLong((handle) -> {
			String stat = read("stat", handle);
			String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
			return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * TICK;
		}).sum();
	}

	/**
	 * The memory that the server has in RAM, in bytes.
	 */
	long residentBytes() {
		return handles()
			.mapToLong((handle) -> read("status", handle).lines()
				.filter((line) -> line.startsWith("VmRSS:"))
				.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
				.sum())
			.sum();
	}

	private static String read(String file, ProcessHandle handle) {
		try {
			return Files.readString(Path.of("/proc", Long.toString(handle.pid()), file));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Ends the workers of nginx too, which may outlive it.
	 */
	private void kill() {
		handles().toList().forEach(ProcessHandle::destroyForcibly);
	}

	@Override
	public void close() {
		kill();
		try {
			this.process.waitFor(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
