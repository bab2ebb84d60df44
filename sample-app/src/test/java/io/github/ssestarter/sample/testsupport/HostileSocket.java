package io.github.ssestarter.sample.testsupport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A connection of a hostile client over HTTP/1.1.
 */
public final class HostileSocket implements AutoCloseable {

	private static final int CONNECT_MILLIS = 20_000;

	/** How long a client waits for an answer that has to come, and for one that may. */
	private static final int PATIENT_MILLIS = 15_000;

	private static final int IMPATIENT_MILLIS = 30;

	private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})\\b.*?\r\n\r\n", Pattern.DOTALL);

	private final Attack attack;

	private final Socket socket;

	HostileSocket(Attack attack) throws IOException {
		this.attack = attack;
		this.socket = connect(attack.port());
	}

	/**
	 * Connects. A server that takes no connection fails the test.
	 */
	static Socket connect(int port) {
		Socket socket = new Socket();
		try {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
			socket.setTcpNoDelay(true);
			return socket;
		}
		catch (IOException ex) {
			throw new IllegalStateException("The server takes no connections", ex);
		}
	}

	/**
	 * Asks, in one piece or several, and reads the answer.
	 */
	static void exchange(Attack attack, HostileRequest request) throws IOException {
		attack.requested();
		try (HostileSocket socket = new HostileSocket(attack)) {
			byte[] bytes = request.bytes();
			if (attack.random().nextInt(10) == 0) {
				int first = attack.random().nextInt(bytes.length);
				socket.write(bytes, 0, first);
				socket.write(bytes, first, bytes.length);
			}
			else {
				socket.write(bytes, 0, bytes.length);
			}
			socket.read(request, (request.isWhole()) ? PATIENT_MILLIS : IMPATIENT_MILLIS);
			socket.leave();
		}
	}

	/**
	 * Asks, perhaps not to the end, says that there will be no more, and may read.
	 */
	static void halfClose(Attack attack, HostileRequest request) throws IOException {
		attack.requested();
		try (HostileSocket socket = new HostileSocket(attack)) {
			byte[] bytes = request.bytes();
			boolean isAll = attack.random().nextBoolean();
			socket.write(bytes, 0, (isAll) ? bytes.length : attack.random().nextInt(bytes.length));
			socket.socket.shutdownOutput();
			if (attack.random().nextInt(3) > 0) {
				socket.read(request, (isAll) ? 10 * IMPATIENT_MILLIS : IMPATIENT_MILLIS);
			}
			if (attack.random().nextBoolean()) {
				socket.socket.setSoLinger(true, 0);
			}
		}
	}

	/**
	 * Resets the connection at some point of the request or the answer.
	 */
	static void reset(Attack attack, HostileRequest request) throws IOException {
		attack.requested();
		try (HostileSocket socket = new HostileSocket(attack)) {
			socket.socket.setSoLinger(true, 0);
			byte[] bytes = request.bytes();
			if (attack.random().nextBoolean()) {
				socket.write(bytes, 0, attack.random().nextInt(bytes.length + 1));
				return;
			}
			socket.write(bytes, 0, bytes.length);
			socket.socket.setSoTimeout(IMPATIENT_MILLIS);
			socket.socket.getInputStream().readNBytes(attack.random().nextInt(300));
		}
	}

	private void write(byte[] bytes, int from, int to) throws IOException {
		this.socket.getOutputStream().write(bytes, from, to - from);
	}

	private void read(HostileRequest request, int millis) throws IOException {
		this.socket.setSoTimeout(millis);
		StringBuilder answer = new StringBuilder();
		byte[] buffer = new byte[4096];
		Integer status = null;
		try {
			while (status == null && answer.length() < 100_000) {
				int count = this.socket.getInputStream().read(buffer);
				if (count < 0) {
					return;
				}
				answer.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
				status = status(answer.toString(), request);
			}
			this.attack.loot().take(answer.toString());
		}
		catch (SocketTimeoutException ex) {
			if (request.isWhole() && millis == PATIENT_MILLIS) {
				this.attack.fault("was not answered", request.head());
			}
		}
	}

	private @Nullable Integer status(String answer, HostileRequest request) {
		Matcher matcher = STATUS.matcher(answer);
		while (matcher.find()) {
			int status = Integer.parseInt(matcher.group(1));
			if (status >= 200) {
				this.attack.answered(status, matcher.group().contains("\r\nRetry-After: "), request.head(),
						request.allowed());
				return status;
			}
		}
		return null;
	}

	private void leave() throws IOException {
		switch (this.attack.random().nextInt(3)) {
			case 0 -> this.socket.setSoLinger(true, 0);
			case 1 -> this.socket.shutdownOutput();
			default -> {
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
