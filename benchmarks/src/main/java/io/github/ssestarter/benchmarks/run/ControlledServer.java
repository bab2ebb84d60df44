package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.benchmarks.load.LoadOrder;
import io.github.ssestarter.benchmarks.load.Wire;
import io.github.ssestarter.benchmarks.server.Departures;
import io.github.ssestarter.benchmarks.server.PublishOrder;

/**
 * A server with a control port, which publishes by itself.
 */
final class ControlledServer extends ServerProcess {

	private final HttpClient client = HttpClient.newHttpClient();

	private final int controlPort;

	private final Wire wire;

	ControlledServer(int port, int controlPort, Wire wire, Path log, Path directory, List<String> command)
			throws IOException {
		super(port, log, directory, command);
		this.controlPort = controlPort;
		this.wire = wire;
		awaitLine("ready");
	}

	@Override
	LoadOrder order(int clients, int topics) {
		return super.order(clients, topics).over(this.wire);
	}

	@Override
	long publish(PublishOrder order) throws IOException {
		return execute("/publish", order);
	}

	@Override
	long takeTurns(PublishOrder order) throws IOException {
		return execute("/turns", order);
	}

	@Override
	long append(PublishOrder order) throws IOException {
		return execute("/append", order);
	}

	private long execute(String path, PublishOrder order) throws IOException {
		return Long.parseLong(get(path + "?topics=" + order.topics() + "&count=" + order.count() + "&rate="
				+ order.rate() + "&size=" + order.size() + "&base=" + order.base()));
	}

	@Override
	int clients() throws IOException {
		return Integer.parseInt(get("/clients"));
	}

	@Override
	Departures departures() throws IOException {
		return Departures.parse(get("/departures"));
	}

	@Override
	long heap() throws IOException {
		return Long.parseLong(get("/heap"));
	}

	@Override
	@Nullable String mark() throws IOException {
		return get("/mark");
	}

	private String get(String path) throws IOException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.controlPort + path)).build();
		try {
			HttpResponse<String> response = this.client.send(request, HttpResponse.BodyHandlers.ofString());
			if (response.statusCode() != 200) {
				throw new IOException(path + ": " + response.body());
			}
			return response.body();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
		}
	}

}
