package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.Objects;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseTopicException;
import io.github.ssestarter.fanout.testsupport.FakeResponse;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for topics that are complete.
 */
class CompletedTopicTests {

	private static final SseAudience TOPIC = SseAudience.topic("t");

	private static final String END = "{\"reason\":\"TOPIC_COMPLETED\"}";

	private final TestEngine engine = new TestEngine();

	@BeforeEach
	void start() {
		this.engine.closeName = "sse-end";
		this.engine.start();
	}

	@Test
	void streamEndsAfterTheLastEvent() {
		TestClient client = this.engine.attach("c1").joined("t");
		this.engine.send(TOPIC, "1");
		complete("t");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", END);
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.TOPIC_COMPLETED);
		assertThat(client.transport().isCompleted()).isTrue();
	}

	@Test
	void slowClientGetsAllThatWasBefore() {
		this.engine.maxEvents = 1000;
		this.engine.start();
		TestClient client = this.engine.attach("c1").joined("t");
		client.transport().block();
		for (int i = 0; i < 500; i++) {
			this.engine.send(TOPIC, i + "x".repeat(100));
		}
		complete("t");
		this.engine.broadcast("after");
		this.engine.turn();
		client.transport().allow(Long.MAX_VALUE);
		this.engine.turn();
		assertThat(client.takeData()).hasSize(501).doesNotContain("after").last().isEqualTo(END);
	}

	@Test
	void streamGoesOnThatHearsAnythingElse() {
		TestClient other = this.engine.attach("c1").joined("t", "u");
		TestClient all = this.engine.attach("c2").joined();
		TestClient pattern = this.engine.attach("c3");
		pattern.stream().joinMatching("*").join("t");
		pattern.returned();
		complete("t");
		this.engine.turn();
		assertThat(other.closeReasons()).isEmpty();
		assertThat(all.closeReasons()).isEmpty();
		assertThat(pattern.closeReasons()).isEmpty();
		complete("u");
		this.engine.turn();
		assertThat(other.closeReasons()).containsExactly(SseCloseReason.TOPIC_COMPLETED);
		assertThat(all.closeReasons()).isEmpty();
	}

	@Test
	void streamThatLeavesTheLastOtherTopicEnds() {
		TestClient client = this.engine.attach("c1").joined("t", "u");
		complete("t");
		this.engine.turn();
		client.stream().leave("u");
		this.engine.turn();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.TOPIC_COMPLETED);
	}

	@Test
	void whatWasSentToTheTopicThatIsLeftComesBeforeTheEnd() {
		TestClient client = this.engine.attach("c1").joined("t", "u");
		complete("t");
		this.engine.turn();
		this.engine.send(SseAudience.topic("u"), "1");
		client.stream().leave("u");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1", END);
	}

	@Test
	void eventSourceThatHasMissedTheRestIsToldOfTheGap() {
		this.engine.maxEvents = 3;
		this.engine.start();
		this.engine.send(TOPIC, "1");
		this.engine.turn();
		this.engine.send(TOPIC, "2");
		this.engine.turn();
		complete("t");
		for (int i = 0; i < 10; i++) {
			this.engine.broadcast("other");
			this.engine.turn();
		}
		FakeResponse response = comesBack(true, "#1");
		assertThat(response.hasNoContent()).isFalse();
		assertThat(text(response)).contains("sse-gap").contains(END);
	}

	@Test
	void whoComesLaterGetsTheRestAndTheEnd() {
		this.engine.send(TOPIC, "1");
		this.engine.send(TOPIC, "2");
		complete("t");
		this.engine.broadcast("after");
		TestClient late = this.engine.attach("c1");
		late.stream().fromStart().join("t");
		late.returned();
		this.engine.turn();
		assertThat(late.takeData()).containsExactly("1", "2", END);
		TestClient back = this.engine.attach("c2", null, "#1");
		back.stream().join("t");
		back.returned();
		this.engine.turn();
		assertThat(back.takeData()).containsExactly("2", END);
	}

	@Test
	void attachedStreamGetsTheRestWhenItsMethodHasReturned() {
		TestClient client = this.engine.attach("c1");
		client.stream().join("t").send("own");
		this.engine.send(TOPIC, "1");
		complete("t");
		client.stream().send("own too");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("own", "own too", "1", END);
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.TOPIC_COMPLETED);
	}

	@Test
	void eventSourceThatHasHadAllIsTold204() {
		this.engine.send(TOPIC, "1");
		complete("t");
		FakeResponse response = comesBack(true, "#1");
		assertThat(response.hasNoContent()).isTrue();
		assertThat(response.text()).isEmpty();
	}

	@Test
	void otherClientThatHasHadAllIsToldTheEndAlone() {
		this.engine.send(TOPIC, "1");
		this.engine.engine().failTopic("t");
		FakeResponse response = comesBack(false, "#1");
		assertThat(response.hasNoContent()).isFalse();
		// Final, also where the topic failed, of which it was told before
		assertThat(text(response)).contains(END).doesNotContain("data: 1");
	}

	@Test
	void eventSourceThatHasNotHadAllIsSentIt() {
		this.engine.send(TOPIC, "1");
		this.engine.send(TOPIC, "2");
		complete("t");
		FakeResponse response = comesBack(true, "#1");
		assertThat(response.hasNoContent()).isFalse();
		assertThat(text(response)).contains("data: 2").contains(END);
	}

	@Test
	void topicThatFailedIsToldAsThat() {
		TestClient client = this.engine.attach("c1").joined("t");
		this.engine.engine().failTopic("t");
		this.engine.turn();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.FAILED);
		complete("t");
		TestClient late = this.engine.attach("c2").joined("t");
		assertThat(late.closeReasons()).containsExactly(SseCloseReason.FAILED);
	}

	@Test
	void completedTopicDoesNotRevive() {
		complete("t");
		assertThatIllegalStateException().isThrownBy(() -> this.engine.send(TOPIC, "1"))
			.withMessageContaining("completed");
		this.engine.send(SseAudience.topic("t", "u"), "2");
		TestClient client = this.engine.attach("c1");
		client.stream().fromStart().join("t");
		client.returned();
		this.engine.turn();
		assertThat(client.takeData()).containsExactly(END);
	}

	@Test
	void completedTopicIsForgottenAfterAWhile() {
		complete("t");
		this.engine.pass(Duration.ofMinutes(11));
		TestClient client = this.engine.attach("c1").joined("t");
		this.engine.send(TOPIC, "1");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("1");
		assertThat(client.closeReasons()).isEmpty();
	}

	@Test
	void patternIsNotCompleted() {
		assertThatExceptionOfType(SseTopicException.class).isThrownBy(() -> complete("t/*"));
	}

	private FakeResponse comesBack(boolean isEventSource, String lastEventId) {
		FakeResponse response = new FakeResponse("key");
		StreamRequest request = new StreamRequest("c1", null, this.engine.id(lastEventId), null, null);
		EngineStream stream = this.engine.engine()
			.attach(response, (isEventSource) ? request.ofEventSource() : request);
		stream.join("t");
		stream.handlerReturned(true);
		this.engine.turn();
		return response;
	}

	private static String text(FakeResponse response) {
		return Objects.requireNonNull(response.transport()).text();
	}

	private void complete(String topic) {
		this.engine.engine().broadcaster().completeTopic(topic);
	}

}
