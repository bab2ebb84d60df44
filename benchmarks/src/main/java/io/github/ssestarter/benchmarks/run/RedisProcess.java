package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.github.ssestarter.benchmarks.server.PublishOrder;

/**
 * A Redis that keeps nothing on the disk.
 */
final class RedisProcess extends ServerProcess {

	static final String EXECUTABLE = "redis-server";

	private static final long PATIENCE = 10_000_000_000L;

	private static final long POLL = 20_000_000;

	private final int port;

	RedisProcess(int port, Path log, Path directory) throws IOException {
		super(port, log, directory, List.of(Executables.find(EXECUTABLE).toString(), "--port", Integer.toString(port),
				"--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--logfile", log.toString()));
		this.port = port;
		awaitStart();
	}

	private void awaitStart() throws IOException {
		long deadline = System.nanoTime() + PATIENCE;
		while (true) {
			try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
				return;
			}
			catch (IOException ex) {
				if (System.nanoTime() > deadline) {
					throw ex;
				}
				LockSupport.parkNanos(POLL);
			}
		}
	}

	int port() {
		return this.port;
	}

	@Override
	long publish(PublishOrder order) {
		throw new UnsupportedOperationException("Is published to by others");
	}

}
