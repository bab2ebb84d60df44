package com.example.live;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;

@RestController
class LiveController {

	@GetMapping("/countdown") // one client's own stream: ends when the method returns
	void countdown(SseStream stream) throws InterruptedException {
		for (int i = 3; i > 0; i--) {
			stream.send(SseEvent.of("tick", i).id(i));
			Thread.sleep(1000);
		}
		stream.send("done", "Lift-off!"); // pages close their EventSource here, or it would come back
	}

	@GetMapping("/clock") // joined: stays open and hears what is broadcast
	void clock(SseStream stream) {
		stream.join();
	}

}
