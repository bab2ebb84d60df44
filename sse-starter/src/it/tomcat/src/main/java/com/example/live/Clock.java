package com.example.live;

import java.time.Instant;
import java.util.Map;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import io.github.ssestarter.SseBroadcaster;

@Component
record Clock(SseBroadcaster broadcaster) {

	@Scheduled(fixedRate = 1000)
	void tick() {
		this.broadcaster.broadcast("time", Map.of("now", Instant.now()));
	}

}
