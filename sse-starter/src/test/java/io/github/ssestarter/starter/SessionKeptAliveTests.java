package io.github.ssestarter.starter;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.servlet.TransportMode;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SessionCookies;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A session of the container does not outlive its own time while a stream of it is open,
 * on neither of them. Nor does one of Spring Session:
 * {@link StoredSessionTests#aSessionThatRunsOutEndsItsStreams}.
 */
class SessionKeptAliveTests {

	private static final Duration IDLE = Duration.ofSeconds(1);

	private final SessionCookies cookies = new SessionCookies("JSESSIONID");

	static Stream<Arguments> ways() {
		return Stream.of(Container.values())
			.flatMap((container) -> Stream.of(TransportMode.values()).map((mode) -> Arguments.of(container, mode)));
	}

	@ParameterizedTest
	@MethodSource("ways")
	void anOpenStreamDoesNotKeepItsSessionAlive(Container container, TransportMode mode) throws Exception {
		try (TestApplication application = start(container, mode, "1h")) {
			String session = this.cookies.session(this.cookies.post(application, "/session?seconds=60", null));
			SseTestClient stream = open(application, session);
			this.cookies.post(application, "/session?seconds=" + IDLE.toSeconds(), session);
			awaitLongerThanIdle();
			assertThat(this.cookies.post(application, "/known", session).body()).isEqualTo("false");
			await().atMost(Duration.ofSeconds(3)).until(() -> !stream.isOpen());
			application.bean(StreamEvents.class).awaitClosed(stream.header("Sse-Client-Id"), SseCloseReason.EXPIRED);
		}
	}

	/**
	 * Tomcat looks for them by itself, once a minute; Jetty does not while a request of
	 * the session is open.
	 */
	@ParameterizedTest
	@EnumSource
	void onJettyASessionThatNobodyUsesIsLookedFor(TransportMode mode) throws Exception {
		try (TestApplication application = start(Container.JETTY, mode, "300ms")) {
			String session = this.cookies.session(this.cookies.post(application, "/session?seconds=60", null));
			SseTestClient stream = open(application, session);
			this.cookies.post(application, "/session?seconds=" + IDLE.toSeconds(), session);
			SseTestClient other = open(application,
					this.cookies.session(this.cookies.post(application, "/session?seconds=60", null)));
			SseTestClient without = application.connect("/live");
			await().atMost(Duration.ofSeconds(4)).until(() -> !stream.isOpen());
			application.bean(StreamEvents.class).awaitClosed(stream.header("Sse-Client-Id"), SseCloseReason.EXPIRED);
			assertThat(other.isOpen()).isTrue();
			assertThat(without.isOpen()).isTrue();
		}
	}

	private static TestApplication start(Container container, TransportMode mode, String check) {
		return TestApplication.start(container, List.of(Live.class, StreamEvents.class), "sse.transport=" + mode.name(),
				"sse.security.session-check=" + check);
	}

	private static SseTestClient open(TestApplication application, String session) {
		SseTestClient stream = application.to("/live").header("Cookie", "JSESSIONID=" + session).connect();
		stream.awaitOpen();
		return stream;
	}

	private static void awaitLongerThanIdle() {
		Instant end = Instant.now().plus(IDLE.multipliedBy(2)).plusMillis(500);
		await().until(() -> Instant.now().isAfter(end));
	}

	@RestController
	static class Live {

		@GetMapping("/live")
		void live(SseStream stream) {
			stream.join("live");
		}

		@PostMapping("/session")
		void session(HttpSession session, @RequestParam int seconds) {
			session.setMaxInactiveInterval(seconds);
		}

		@PostMapping("/known")
		String known(HttpServletRequest request) {
			return Boolean.toString(request.getSession(false) != null);
		}

	}

}
