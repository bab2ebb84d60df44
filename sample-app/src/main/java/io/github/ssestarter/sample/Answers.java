package io.github.ssestarter.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

import io.github.ssestarter.SseBroadcaster;

/**
 * The answers that are being written, and the last ones that were.
 */
@Component
class Answers {

	/** So many are kept. For one more, the oldest is stopped and forgotten. */
	private static final int KEPT = 50;

	private static final Duration PACE = Duration.ofMillis(25);

	private final Map<String, Answer> answers = new LinkedHashMap<>();

	private final SseBroadcaster broadcaster;

	private final TaskScheduler scheduler;

	Answers(SseBroadcaster broadcaster, TaskScheduler scheduler) {
		this.broadcaster = broadcaster;
		this.scheduler = scheduler;
	}

	Answer begin(String question) {
		return begin(new FakeModel(question));
	}

	Answer begin(Iterator<String> model) {
		String id = UUID.randomUUID().toString();
		Answer answer = new Answer(id, model, this.broadcaster);
		keep(id, answer);
		write(answer);
		return answer;
	}

	synchronized Optional<Answer> find(String id) {
		return Optional.ofNullable(this.answers.get(id));
	}

	private synchronized void keep(String id, Answer answer) {
		if (this.answers.size() == KEPT) {
			Iterator<Answer> oldest = this.answers.values().iterator();
			oldest.next().stop();
			oldest.remove();
		}
		this.answers.put(id, answer);
	}

	private void write(Answer answer) {
		if (answer.next()) {
			try {
				this.scheduler.schedule(() -> write(answer), Instant.now().plus(PACE));
			}
			catch (TaskRejectedException ex) {
				// The application ends, and its streams have ended
				answer.stop();
			}
		}
	}

}
