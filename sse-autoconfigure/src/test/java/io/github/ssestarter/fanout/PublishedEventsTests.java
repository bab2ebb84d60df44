package io.github.ssestarter.fanout;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SsePublishedEvent;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PublishedEvents}.
 */
@ExtendWith(OutputCaptureExtension.class)
class PublishedEventsTests {

	private final TestEngine engine = new TestEngine();

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	private final List<SsePublishedEvent> heard = new ArrayList<>();

	@Test
	void aListenerHearsWhatIsPublishedInOrder() throws Exception {
		SseBroadcaster broadcaster = start();
		SseAudience topic = SseAudience.topic("a");
		String first = broadcaster.publish(topic, SseEvent.of("tick", Map.of("i", 1)).id(7)).get();
		String second = broadcaster.publish(SseAudience.everyone(), SseEvent.of("two\nlines")).get();
		String third = broadcaster.publish(topic, SseEvent.commentOnly("nothing")).get();
		assertThat(this.heard).as("On the publisher's thread").isEmpty();
		assertThat(this.tasks).hasSize(1);
		runTasks();
		assertThat(this.heard).containsExactly(new SsePublishedEvent(first, topic, "tick", "{\"i\":1}"),
				new SsePublishedEvent(second, SseAudience.everyone(), null, "two\nlines"),
				new SsePublishedEvent(third, topic, null, null));
	}

	@Test
	void nothingWaitsForOneThatIsSlow(CapturedOutput output) {
		this.engine.maxEvents = 10;
		SseBroadcaster broadcaster = start();
		for (int i = 1; i <= 25; i++) {
			broadcaster.broadcast("n", i);
			this.engine.turn();
		}
		runTasks();
		assertThat(this.heard).extracting(SsePublishedEvent::data)
			.containsExactly("16", "17", "18", "19", "20", "21", "22", "23", "24", "25");
		assertThat(output).containsOnlyOnce("An SsePublishListener is slower than events are published");
	}

	@Test
	void allAreHeardHoweverManyThereAre() {
		this.engine.maxEvents = 1000;
		SseBroadcaster broadcaster = start();
		for (int i = 1; i <= 450; i++) {
			broadcaster.broadcast("n", i);
			this.engine.turn();
		}
		runTasks();
		assertThat(this.heard).hasSize(450).last().extracting(SsePublishedEvent::data).isEqualTo("450");
	}

	@Test
	void oneThatFailsKeepsNothingFromTheOthers(CapturedOutput output) {
		this.engine.executor = this.tasks::add;
		this.engine.start().engine().addPublishListener((event) -> {
			throw new IllegalStateException("broken");
		});
		this.engine.engine().addPublishListener(this.heard::add);
		this.engine.broadcast("1", "2");
		runTasks();
		assertThat(this.heard).extracting(SsePublishedEvent::data).containsExactly("1", "2");
		assertThat(output).containsOnlyOnce("An SsePublishListener failed");
	}

	private SseBroadcaster start() {
		this.engine.executor = this.tasks::add;
		this.engine.start().engine().addPublishListener(this.heard::add);
		return this.engine.engine().broadcaster();
	}

	private void runTasks() {
		while (!this.tasks.isEmpty()) {
			this.tasks.remove().run();
		}
	}

}
