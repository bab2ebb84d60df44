package io.github.ssestarter.starter.recipes;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseStream;

@RestController
class HeadlineController {

	private final SseBroadcaster broadcaster;

	HeadlineController(SseBroadcaster broadcaster) {
		this.broadcaster = broadcaster;
	}

	@GetMapping("/headlines/live")
	void live(SseStream stream) {
		stream.join("headlines");
	}

	@PostMapping("/headlines")
	void add(@RequestParam String text) {
		this.broadcaster.send(SseAudience.topic("headlines"), "headline",
				"<li>" + HtmlUtils.htmlEscape(text) + "</li>");
	}

}
