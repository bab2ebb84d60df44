package io.github.ssestarter.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The process that holds the connections: takes orders from its standard input, one a
 * line, and answers each with a line.
 */
public final class LoadClient {

	/** How many seconds connecting may take: a cold server on a busy machine is slow. */
	private static final int PATIENCE = 180;

	private final LoadLoop loop = new LoadLoop();

	private final Map<String, LoadGroup> groups = new HashMap<>();

	private final Map<String, CountDownLatch> awaited = new HashMap<>();

	private LoadClient() throws IOException {
	}

	/**
	 * Runs the load client.
	 * @param args none
	 */
	public static void main(String[] args) throws Exception {
		LoadClient client = new LoadClient();
		Thread thread = new Thread(client.loop, "load");
		thread.setDaemon(true);
		thread.start();
		BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		String order = orders.readLine();
		while (order != null) {
			System.out.println(client.answer(order.split(" ")));
			order = orders.readLine();
		}
	}

	private String answer(String[] order) throws Exception {
		String name = order[1];
		return switch (order[0]) {
			case "connect" -> connect(name, LoadOrder.parse(order));
			case "begin" -> begin(name, Long.parseLong(order[2]), Long.parseLong(order[3]));
			case "await" -> await(name, Long.parseLong(order[2]));
			case "close" -> close(name);
			default -> throw new IllegalArgumentException(order[0]);
		};
	}

	private String connect(String name, LoadOrder order) throws Exception {
		LoadGroup group = new LoadGroup(order.count());
		this.groups.put(name, group);
		if (order.expected() > 0) {
			this.awaited.put(name, group.begin(0, order.expected()));
		}
		long start = System.nanoTime();
		this.loop.connect(group, order);
		boolean isOpen = group.opened.await(PATIENCE, TimeUnit.SECONDS);
		return (isOpen && group.isOpen()) ? Long.toString(System.nanoTime() - start) : "-1";
	}

	private String begin(String name, long base, long expected) throws Exception {
		LoadGroup group = group(name);
		this.awaited.put(name, this.loop.call(() -> group.begin(base, expected)));
		return "ok";
	}

	private String await(String name, long millis) throws Exception {
		Objects.requireNonNull(this.awaited.get(name)).await(millis, TimeUnit.MILLISECONDS);
		return this.loop.call(group(name)::result).toLine();
	}

	private String close(String name) throws Exception {
		LoadGroup group = group(name);
		this.groups.remove(name);
		return this.loop.call(() -> {
			long start = System.nanoTime();
			for (LoadConnection connection : group.connections) {
				connection.close();
			}
			return Long.toString(start);
		});
	}

	private LoadGroup group(String name) {
		return Objects.requireNonNull(this.groups.get(name), name);
	}

}
