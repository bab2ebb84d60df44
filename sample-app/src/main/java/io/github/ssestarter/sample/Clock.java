package io.github.ssestarter.sample;

import java.time.Instant;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import io.github.ssestarter.SseBroadcaster;

/**
 * Broadcasts from outside of any request, to everyone who has joined whatever topic.
 */
@Component
class Clock {

	private final SseBroadcaster broadcaster;

	Clock(SseBroadcaster broadcaster) {
		this.broadcaster = broadcaster;
	}

	@Scheduled(fixedRate = 1000)
	void tick() {
		this.broadcaster.broadcast("tick", new Tick(Instant.now(), this.broadcaster.connectedCount()));
	}

	record Tick(Instant serverTime, int connected) {
	}

}
