package io.github.ssestarter.sample;

import java.net.URI;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import io.github.ssestarter.SseStream;

/**
 * A model's answer belongs to no connection: it is asked for by one request, heard by any
 * number of streams from its beginning, and stopped by another request.
 */
@RestController
@RequestMapping("/tokens")
class TokensController {

	private final Answers answers;

	TokensController(Answers answers) {
		this.answers = answers;
	}

	@PostMapping
	ResponseEntity<Answer.State> ask(@Valid @RequestBody Question question) {
		Answer.State begun = this.answers.begin(question.text()).state();
		return ResponseEntity.created(URI.create("/tokens/" + begun.id())).body(begun);
	}

	@GetMapping("/{id}/stream")
	void stream(@PathVariable String id, SseStream stream) {
		Answer answer = answer(id);
		if (stream.position() == null && answer.isDone()) {
			// How long ago that was nobody knows: the log may have lost its beginning
			answer.tell(stream);
			return;
		}
		stream.fromStart().join(answer.topic());
	}

	@PostMapping("/{id}/stop")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void stop(@PathVariable String id) {
		answer(id).stop();
	}

	/** For who was away for longer than the log holds events. */
	@GetMapping("/{id}")
	Answer.State state(@PathVariable String id) {
		return answer(id).state();
	}

	private Answer answer(String id) {
		return this.answers.find(id)
			.orElseThrow(
					() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such answer, or no more"));
	}

	record Question(@NotBlank @Size(max = 200) String text) {
	}

}
