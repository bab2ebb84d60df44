package io.github.ssestarter.starter.recipes;

import java.util.stream.Collectors;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseStream;

@RestController
class StockController {

	private final SseBroadcaster broadcaster;

	StockController(SseBroadcaster broadcaster) {
		this.broadcaster = broadcaster;
	}

	@GetMapping("/stock/live")
	void live(SseStream stream) {
		stream.latest().join("stock");
	}

	@PostMapping("/stock")
	void change(@RequestParam int pieces) {
		patchElements("""
				<div id="stock">
					<b>%d</b> in stock
				</div>""".formatted(pieces));
	}

	private void patchElements(String html) {
		String lines = html.lines().map("elements "::concat).collect(Collectors.joining("\n"));
		this.broadcaster.send(SseAudience.topic("stock"), "datastar-patch-elements", lines);
	}

}
