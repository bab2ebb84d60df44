package io.github.ssestarter.sample;

import java.security.Principal;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.provisioning.UserDetailsManager;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseStream;

/**
 * Tells one user, or all of them. Who has been away hears what is still held. The stream
 * ends with the login, also in the user's other tabs.
 */
@RestController
@RequestMapping("/notifications")
class NotificationsController {

	private static final String TOPIC = "notifications";

	private final SseBroadcaster broadcaster;

	private final UserDetailsManager users;

	NotificationsController(SseBroadcaster broadcaster, UserDetailsManager users) {
		this.broadcaster = broadcaster;
		this.users = users;
	}

	@GetMapping("/stream")
	void stream(SseStream stream) {
		// What is sent to its user a joined stream hears by itself
		stream.fromStart().join(TOPIC);
	}

	@PostMapping
	@ResponseStatus(HttpStatus.ACCEPTED)
	void everyone(@Valid @RequestBody Message message, Principal sender) {
		send(SseAudience.topic(TOPIC), new Notification(sender.getName(), "everyone", message.text()));
	}

	@PostMapping("/{user}")
	@ResponseStatus(HttpStatus.ACCEPTED)
	void user(@PathVariable String user, @Valid @RequestBody Message message, Principal sender) {
		if (!this.users.userExists(user)) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no user " + user);
		}
		send(SseAudience.user(user), new Notification(sender.getName(), user, message.text()));
	}

	private void send(SseAudience audience, Notification notification) {
		this.broadcaster.send(audience, "notification", notification);
	}

	@GetMapping("/user")
	User user(@Nullable Principal user) {
		return new User((user != null) ? user.getName() : null);
	}

	record Message(@NotBlank @Size(max = 200) String text) {
	}

	record Notification(String from, String to, String text) {
	}

	record User(@Nullable String name) {
	}

}
