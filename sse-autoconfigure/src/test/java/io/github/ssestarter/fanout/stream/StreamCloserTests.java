package io.github.ssestarter.fanout.stream;

import java.util.List;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.testsupport.FakeResponse;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StreamCloser} and the {@link SessionStreams} that it looks into.
 */
class StreamCloserTests {

	private final TestEngine engine = new TestEngine().start();

	private final StreamCloser closer = this.engine.engine().closer();

	private final TestClient one = detached("c1", "s1");

	private final TestClient attached = attach("c2", "s1");

	private final TestClient other = detached("c3", "s2");

	private final TestClient without = detached("c4", null);

	private TestClient attach(String clientId, @Nullable String sessionId) {
		FakeResponse response = new FakeResponse(clientId);
		return new TestClient(this.engine,
				this.engine.engine().attach(response, new StreamRequest(clientId, null, null, "192.0.2.1", sessionId)),
				response);
	}

	private TestClient detached(String clientId, @Nullable String sessionId) {
		return attach(clientId, sessionId).joined("a");
	}

	private List<TestClient> closed() {
		this.engine.turn();
		return List.of(this.one, this.attached, this.other, this.without)
			.stream()
			.filter((client) -> !client.stream().isOpen())
			.toList();
	}

	@Test
	void theStreamsOfASessionAreClosedAndNoOthers() {
		this.closer.closeSession("nobody's", SseCloseReason.LOGGED_OUT);
		assertThat(closed()).isEmpty();
		this.closer.closeSession("s1", SseCloseReason.LOGGED_OUT);
		assertThat(closed()).containsExactly(this.one, this.attached);
		assertThat(this.one.closeReasons()).containsExactly(SseCloseReason.LOGGED_OUT);
	}

	@Test
	void thoseOfSomeRequestsAreClosedAndNoOthers() {
		this.closer.closeIf((request) -> request.clientId().equals("c4"), SseCloseReason.LOGGED_OUT);
		assertThat(closed()).containsExactly(this.without);
		assertThat(this.without.closeReasons()).containsExactly(SseCloseReason.LOGGED_OUT);
	}

	@Test
	void aSessionThatGetsAnotherIdKeepsItsStreams() {
		this.closer.sessionRenamed("s1", "s3");
		this.closer.closeSession("s1", SseCloseReason.LOGGED_OUT);
		assertThat(closed()).isEmpty();
		this.closer.closeSession("s3", SseCloseReason.LOGGED_OUT);
		assertThat(closed()).containsExactly(this.one, this.attached);
	}

	@Test
	void nothingIsKeptOfWhatHasEnded() {
		this.attached.stream().complete();
		this.one.stream().complete();
		this.closer.sessionRenamed("s1", "s3");
		this.other.stream().complete();
		this.engine.turn();
		assertThat(this.engine.streams().sessions()).extracting("sessions")
			.asInstanceOf(InstanceOfAssertFactories.MAP)
			.isEmpty();
		this.closer.closeSession("s3", SseCloseReason.LOGGED_OUT);
		assertThat(this.one.closeReasons()).containsExactly(SseCloseReason.COMPLETED);
	}

}
