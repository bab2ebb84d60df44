package io.github.ssestarter.fanout;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventNameWarning}.
 */
@ExtendWith(OutputCaptureExtension.class)
class EventNameWarningTests {

	private static final String WARNING = "An event named 'orders' was sent to everyone, and 'orders' is a topic that"
			+ " streams have joined: broadcast(…) takes the name of an event, not a topic. To reach the topic alone call"
			+ " send(SseAudience.topic(\"orders\"), …). If everyone is meant, give the event or the topic another name."
			+ " Told once for each name";

	private final TestEngine engine = new TestEngine();

	@Test
	void anEventToEveryoneWithTheNameOfAJoinedTopicIsWarnedOfOnce(CapturedOutput output) {
		SseBroadcaster broadcaster = startWithTopic("orders");
		broadcaster.broadcast("orders", 1);
		assertThat(output).containsOnlyOnce(WARNING);
		broadcaster.broadcast("orders", 2);
		broadcaster.publish(SseAudience.everyone(), SseEvent.of("orders", 3));
		assertThat(output).containsOnlyOnce("was sent to everyone");
	}

	@Test
	void everyoneButSomeIsEveryoneToo(CapturedOutput output) {
		startWithTopic("orders").send(SseAudience.everyone().except(SseAudience.user("alice")), "orders", 1);
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@Test
	void whatIsMeantForATopicIsNotWarnedOf(CapturedOutput output) {
		SseBroadcaster broadcaster = startWithTopic("orders");
		broadcaster.send(SseAudience.topic("orders"), "orders", 1);
		broadcaster.send(SseAudience.everyone().and(SseAudience.topic("orders")), "orders", 1);
		broadcaster.send(SseAudience.user("alice"), "orders", 1);
		assertThat(output).doesNotContain("was sent to everyone");
	}

	@Test
	void aNameThatNobodyHasJoinedIsNotWarnedOf(CapturedOutput output) {
		SseBroadcaster broadcaster = startWithTopic("orders");
		broadcaster.broadcast("tick", 1);
		broadcaster.broadcast(SseEvent.of("without a name"));
		assertThat(output).doesNotContain("was sent to everyone");
	}

	@Test
	void endlessNamesAreNotToldOfWithoutEnd(CapturedOutput output) {
		SseBroadcaster broadcaster = startWithTopic("orders");
		for (int i = 0; i < 150; i++) {
			String name = "topic-" + i;
			this.engine.attach("c" + i).stream().join(name);
			broadcaster.broadcast(name, i);
			this.engine.turn();
		}
		assertThat(output.getOut().split("was sent to everyone", -1)).hasSize(101);
	}

	private SseBroadcaster startWithTopic(String topic) {
		this.engine.start();
		this.engine.attach("c").stream().join(topic);
		return this.engine.engine().broadcaster();
	}

}
