package io.github.ssestarter.fanout.testsupport;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.stream.EngineStream;
import io.github.ssestarter.format.testsupport.EventStreamParser;

/**
 * A client of a {@link TestEngine}, and the stream that the application has of it.
 */
public final class TestClient {

	private final TestEngine engine;

	private final EngineStream stream;

	private final FakeResponse response;

	private final List<SseCloseReason> closeReasons = new CopyOnWriteArrayList<>();

	private int taken;

	public TestClient(TestEngine engine, EngineStream stream, FakeResponse response) {
		this.engine = engine;
		this.stream = stream;
		this.response = response;
		stream.onClose(this.closeReasons::add);
	}

	public EngineStream stream() {
		return this.stream;
	}

	public FakeResponse response() {
		return this.response;
	}

	public FakeTransport transport() {
		return Objects.requireNonNull(this.response.transport(), "The stream is not detached");
	}

	/**
	 * The controller method returns.
	 */
	public TestClient returned() {
		this.stream.handlerReturned(true);
		return this;
	}

	/**
	 * Joins, returns, lets the engine open the stream, and forgets what came.
	 */
	public TestClient joined(String... topics) {
		this.stream.join(topics);
		returned();
		this.engine.turn();
		take();
		return this;
	}

	/**
	 * All that the client has received, with {@code #5} for the id {@code 1000-5} of the
	 * log.
	 */
	public String text() {
		FakeTransport transport = this.response.transport();
		return this.engine.readable(this.response.text() + ((transport != null) ? transport.text() : ""));
	}

	/**
	 * What the client has received since this was asked last.
	 */
	public String take() {
		String text = text();
		String fresh = text.substring(this.taken);
		this.taken = text.length();
		return fresh;
	}

	/**
	 * The data of the events received since {@link #take()} was asked last.
	 */
	public List<String> takeData() {
		List<String> data = new ArrayList<>();
		for (EventStreamParser.Block block : EventStreamParser.parse(take().getBytes(StandardCharsets.UTF_8))) {
			if (block.data() != null && !"connected".equals(block.type())) {
				data.add(block.data());
			}
		}
		return data;
	}

	public List<SseCloseReason> closeReasons() {
		return this.closeReasons;
	}

}
