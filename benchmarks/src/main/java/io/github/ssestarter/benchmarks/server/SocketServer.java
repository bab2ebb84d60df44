package io.github.ssestarter.benchmarks.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import tools.jackson.databind.json.JsonMapper;

/**
 * The physical limit: one thread that writes ready bytes to sockets, one write for each
 * event and client, without HTTP after the headers.
 */
public final class SocketServer {

	private static final byte[] HEADERS = ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
			+ "Connection: close\r\n\r\n: open\n\n")
		.getBytes(StandardCharsets.US_ASCII);

	private final JsonMapper jsonMapper = new JsonMapper();

	private final Map<String, List<SocketChannel>> topics = new ConcurrentHashMap<>();

	private final Selector writable;

	private ByteBuffer bytes = ByteBuffer.allocateDirect(4096);

	private SocketServer() throws IOException {
		this.writable = Selector.open();
	}

	/**
	 * Runs the server.
	 * @param args the port, the control port
	 */
	public static void main(String[] args) throws IOException {
		SocketServer server = new SocketServer();
		ServerSocketChannel listening = ServerSocketChannel.open();
		listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])),
				Listening.BACKLOG);
		Thread acceptor = new Thread(() -> server.accept(listening), "acceptor");
		acceptor.setDaemon(true);
		acceptor.start();
		new Control(Integer.parseInt(args[1])).publisher(server::publish).clients(server::count).start();
	}

	private void accept(ServerSocketChannel listening) {
		ByteBuffer request = ByteBuffer.allocate(4096);
		while (listening.isOpen()) {
			try {
				SocketChannel client = listening.accept();
				request.clear();
				client.read(request);
				String line = new String(request.array(), 0, request.position(), StandardCharsets.US_ASCII);
				String topic = line.substring(line.indexOf("topic=") + "topic=".length(), line.indexOf(" HTTP"));
				client.setOption(StandardSocketOptions.TCP_NODELAY, true);
				client.write(ByteBuffer.wrap(HEADERS));
				client.configureBlocking(false);
				this.topics.computeIfAbsent(topic, (name) -> new CopyOnWriteArrayList<>()).add(client);
			}
			catch (IOException ex) {
				System.err.println(ex);
			}
		}
	}

	private synchronized void publish(String topic, Payload payload) throws IOException {
		byte[] frame = ("data: " + this.jsonMapper.writeValueAsString(payload) + "\n\n")
			.getBytes(StandardCharsets.UTF_8);
		ByteBuffer bytes = direct(frame);
		List<SocketChannel> clients = this.topics.getOrDefault(topic, List.of());
		for (SocketChannel client : clients) {
			bytes.rewind();
			try {
				write(client, bytes);
			}
			catch (IOException ex) {
				clients.remove(client);
				client.close();
			}
		}
	}

	private ByteBuffer direct(byte[] frame) {
		if (this.bytes.capacity() < frame.length) {
			this.bytes = ByteBuffer.allocateDirect(frame.length);
		}
		return this.bytes.clear().put(frame).limit(frame.length);
	}

	private void write(SocketChannel client, ByteBuffer bytes) throws IOException {
		client.write(bytes);
		while (bytes.hasRemaining()) {
			SelectionKey key = client.register(this.writable, SelectionKey.OP_WRITE);
			this.writable.select();
			key.cancel();
			this.writable.selectNow();
			client.write(bytes);
		}
	}

	private int count() {
		return this.topics.values().stream().mapToInt(List::size).sum();
	}

}
