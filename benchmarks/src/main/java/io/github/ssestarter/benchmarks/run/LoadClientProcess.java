package io.github.ssestarter.benchmarks.run;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import io.github.ssestarter.benchmarks.load.LoadClient;
import io.github.ssestarter.benchmarks.load.LoadOrder;
import io.github.ssestarter.benchmarks.load.LoadResult;

/**
 * The process of the load client, as the runner sees it.
 */
final class LoadClientProcess implements AutoCloseable {

	private final Process process;

	private final BufferedWriter orders;

	private final BufferedReader answers;

	LoadClientProcess(Cores cores, Path log) throws IOException {
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx2g",
				"-cp", System.getProperty("java.class.path"), LoadClient.class.getName());
		this.process = new ProcessBuilder(cores.forLoadClient(command)).redirectError(log.toFile()).start();
		this.orders = this.process.outputWriter(StandardCharsets.UTF_8);
		this.answers = this.process.inputReader(StandardCharsets.UTF_8);
	}

	/**
	 * Connects clients, and returns when all have the headers of their response.
	 */
	void connect(String group, LoadOrder order) throws IOException {
		if (ask(order.toLine(group)).equals("-1")) {
			throw new IOException("Not all clients of " + group + " have connected");
		}
	}

	void begin(String group, long base, long expected) throws IOException {
		ask("begin " + group + " " + base + " " + expected);
	}

	/**
	 * Waits until all that is expected has come, or the time is over.
	 */
	LoadResult await(String group, long millis) throws IOException {
		return LoadResult.parse(ask("await " + group + " " + millis));
	}

	/**
	 * Closes the connections of a group.
	 * @return when the first was, a time of {@link System#nanoTime()}
	 */
	long close(String group) throws IOException {
		return Long.parseLong(ask("close " + group));
	}

	private String ask(String line) throws IOException {
		this.orders.write(line);
		this.orders.newLine();
		this.orders.flush();
		String answer = this.answers.readLine();
		if (answer == null) {
			throw new IOException("The load client has ended");
		}
		return answer;
	}

	@Override
	public void close() {
		this.process.destroy();
	}

}
