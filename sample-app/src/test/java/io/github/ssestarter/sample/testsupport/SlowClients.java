package io.github.ssestarter.sample.testsupport;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Hundreds of clients of which each sends some bytes of its request now and then: one
 * thread for all.
 */
public final class SlowClients implements AutoCloseable {

	private static final int CLIENTS = 250;

	private static final int ROUND_MILLIS = 25;

	private final Attack attack;

	private final List<Client> clients = new ArrayList<>();

	private final Thread thread = new Thread(this::run, "hostile-slow");

	private volatile boolean isClosed;

	public SlowClients(Attack attack) {
		this.attack = attack;
		this.thread.start();
	}

	private void run() {
		while (!this.isClosed) {
			if (this.clients.size() < CLIENTS) {
				this.clients.add(new Client());
			}
			this.clients.removeIf(Client::isDone);
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos((this.clients.size() < CLIENTS) ? 1 : ROUND_MILLIS));
		}
		this.clients.forEach(Client::drop);
	}

	@Override
	public void close() throws InterruptedException {
		this.isClosed = true;
		this.thread.join();
	}

	private final class Client {

		private final Socket socket;

		private final String head;

		private final byte[] request;

		/** Where it will lose interest. */
		private final int end;

		private int sent;

		Client() {
			Random random = SlowClients.this.attack.random();
			HostileRequest request = HostileKind.anyRequest(SlowClients.this.attack);
			this.head = request.head();
			this.request = request.bytes();
			this.end = (random.nextInt(4) == 0) ? random.nextInt(this.request.length) : this.request.length;
			this.socket = HostileSocket.connect(SlowClients.this.attack.port());
			SlowClients.this.attack.requested();
		}

		/**
		 * Goes on a little.
		 */
		boolean isDone() {
			try {
				if (this.sent < this.end) {
					int count = Math.min(this.end - this.sent, 1 + SlowClients.this.attack.random().nextInt(6));
					this.socket.getOutputStream().write(this.request, this.sent, count);
					this.sent += count;
					return false;
				}
				if (this.end == this.request.length) {
					read();
				}
			}
			catch (IOException ex) {
				// The server has had enough of it
			}
			drop();
			return true;
		}

		private void read() throws IOException {
			this.socket.setSoTimeout(5);
			try {
				byte[] answer = this.socket.getInputStream().readNBytes("HTTP/1.1 200".length());
				String status = new String(answer, StandardCharsets.ISO_8859_1);
				if (status.matches("HTTP/1.1 \\d{3}")) {
					SlowClients.this.attack.answered(Integer.parseInt(status.substring(9)), true, this.head,
							HostileRequests.UNKNOWN);
				}
			}
			catch (SocketTimeoutException ex) {
				// It does not wait
			}
		}

		void drop() {
			try {
				this.socket.close();
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
