package io.github.ssestarter.sample;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseClient;
import io.github.ssestarter.SseStream;

/**
 * A page asks with an ordinary request and hears the answer on its own stream.
 */
@RestController
@RequestMapping("/reply")
class ReplyController {

	@GetMapping("/stream")
	void stream(SseStream stream) {
		stream.keepOpen();
	}

	@PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
	@ResponseStatus(HttpStatus.ACCEPTED)
	void reply(@Valid @RequestBody Question question, SseClient caller) {
		caller.send("answer", new Answer(question.text(), "You said: " + question.text()));
	}

	record Question(@NotBlank String text) {
	}

	record Answer(String question, String answer) {
	}

}
