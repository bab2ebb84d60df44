package io.github.ssestarter.fanout.notice;

import java.util.ArrayDeque;
import java.util.Queue;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseUserOfflineEvent;
import io.github.ssestarter.SseUserOnlineEvent;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the application is told of users, on a node that knows of no others.
 */
class UserEventsTests {

	private final TestEngine engine = new TestEngine();

	@Test
	void theFirstStreamAndTheLastEndAreTold() {
		this.engine.start();
		TestClient unopened = this.engine.attach("c0", "zoe", null);
		TestClient one = this.engine.attach("c1", "ada", null).joined("a");
		TestClient two = this.engine.attach("c2", "ada", null).joined("a");
		TestClient other = this.engine.attach("c3", "bob", null).joined("a");
		this.engine.attach("c4").joined("a");
		assertThat(this.engine.userEvents).containsExactly(new SseUserOnlineEvent("ada"),
				new SseUserOnlineEvent("bob"));
		end(one);
		end(other);
		unopened.returned();
		assertThat(this.engine.userEvents).containsExactly(new SseUserOnlineEvent("ada"), new SseUserOnlineEvent("bob"),
				new SseUserOfflineEvent("bob"));
		end(two);
		assertThat(this.engine.userEvents).endsWith(new SseUserOfflineEvent("bob"), new SseUserOfflineEvent("ada"));
	}

	@Test
	void aUserWhoseStreamIsReplacedStays() {
		this.engine.start();
		this.engine.attach("c1", "ada", null).joined("a");
		TestClient newer = this.engine.attach("c1", "ada", null).joined("a");
		this.engine.turn();
		assertThat(this.engine.userEvents).containsExactly(new SseUserOnlineEvent("ada"));
		end(newer);
		assertThat(this.engine.userEvents).containsExactly(new SseUserOnlineEvent("ada"),
				new SseUserOfflineEvent("ada"));
	}

	@Test
	void whoComesAndGoesWhileAListenerIsSlowIsNotTold() {
		Queue<Runnable> waiting = new ArrayDeque<>();
		this.engine.executor = waiting::add;
		this.engine.start();
		TestClient ada = this.engine.attach("c1", "ada", null).joined("a");
		this.engine.attach("c2", "bob", null).joined("a");
		end(ada);
		while (!waiting.isEmpty()) {
			waiting.remove().run();
		}
		assertThat(this.engine.userEvents).containsExactly(new SseUserOnlineEvent("bob"));
	}

	private void end(TestClient client) {
		client.stream().complete();
		this.engine.turn();
	}

}
