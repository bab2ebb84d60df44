package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Failures;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Handlers that fail, with a stream in hand.
 */
@ExtendWith(OutputCaptureExtension.class)
class StreamFailureTests {

	private static final String[] PROPERTIES = { "logging.level.io.github.ssestarter=DEBUG" };

	@RegisterExtension
	static final SharedApplication advised = new SharedApplication((container) -> {
		List<Class<?>> components = new ArrayList<>(Failures.COMPONENTS);
		components.add(Failures.ProblemAdvice.class);
		return TestApplication.start(container, components, PROPERTIES);
	});

	@RegisterExtension
	static final SharedApplication plain = new SharedApplication(
			(container) -> TestApplication.start(container, Failures.COMPONENTS, PROPERTIES));

	@ParameterizedTest
	@CsvSource({ "TOMCAT,/before-commit?message=m,418", "JETTY,/before-commit?message=m,418",
			"TOMCAT,/conversion?number=x,422", "JETTY,/conversion?number=x,422", "TOMCAT,/constraint?number=0,422",
			"JETTY,/constraint?number=0,422" })
	void adviceAnswersAFailureBeforeTheCommit(Container container, String path, int status) {
		TestApplication application = advised.on(container);
		String id = Failures.clientId(application);
		try (SseTestClient client = application.to(path).header("Sse-Client-Id", id).connect()) {
			assertThat(client.status()).isEqualTo(status);
			assertThat(client.header("Content-Type")).isEqualTo("application/problem+json");
			assertThat(client.body()).contains("told by the advice").doesNotContain("retry: 2000");
		}
		assertNeverOpened(application, id);
	}

	@ParameterizedTest
	@CsvSource({ "TOMCAT,/before-commit?message=m,500", "JETTY,/before-commit?message=m,500",
			"TOMCAT,/conversion?number=x,400", "JETTY,/conversion?number=x,400", "TOMCAT,/constraint?number=0,400",
			"JETTY,/constraint?number=0,400" })
	void statusAnswersAFailureBeforeTheCommitWithoutAnAdvice(Container container, String path, int status) {
		TestApplication application = plain.on(container);
		String id = Failures.clientId(application);
		try (SseTestClient client = application.to(path).header("Sse-Client-Id", id).connect()) {
			assertThat(client.status()).isEqualTo(status);
			assertThat(client.body()).isEmpty();
		}
		assertNeverOpened(application, id);
	}

	@ParameterizedTest
	@EnumSource
	void invalidBodyIsRefused(Container container) {
		for (TestApplication application : List.of(advised.on(container), plain.on(container))) {
			String id = Failures.clientId(application);
			try (SseTestClient client = application.to("/body")
				.header("Sse-Client-Id", id)
				.method("POST")
				.body("application/json", "{\"name\":\" \"}")
				.connect()) {
				assertThat(client.status()).isEqualTo((application == plain.on(container)) ? 400 : 422);
				assertThat(client.body()).doesNotContain("retry: 2000");
			}
			assertNeverOpened(application, id);
		}
	}

	@ParameterizedTest
	@CsvSource({ "TOMCAT,/after-commit", "JETTY,/after-commit", "TOMCAT,/error-after-commit",
			"JETTY,/error-after-commit" })
	void failureAfterTheCommitEndsTheStreamWithoutABody(Container container, String path, CapturedOutput output) {
		for (TestApplication application : List.of(advised.on(container), plain.on(container))) {
			String message = "broken" + application.port();
			String id = Failures.clientId(application);
			try (SseTestClient client = application.to(path + "?message=" + message)
				.header("Sse-Client-Id", id)
				.connect()) {
				assertThat(client.status()).isEqualTo(200);
				client.expect("tick", "1");
				client.expectEnd();
				Failures.assertEndsAfter(client, "data: 1\n\n", SseCloseReason.FAILED);
			}
			application.bean(StreamEvents.class).awaitClosed(id, SseCloseReason.FAILED);
			Failures.assertNothingIsOpen(application, id);
			assertThat(lines(output, message))
				.filteredOn((line) -> line.contains("Exception: " + message) || line.contains("Error: " + message))
				.isNotEmpty();
			assertThat(errors(output)).hasSize((application == advised.on(container)) ? 1 : 2)
				.allMatch((line) -> line.contains("handler of a stream failed"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void failureAfterCompleteIsNotLost(Container container, CapturedOutput output) {
		TestApplication application = advised.on(container);
		String id = Failures.clientId(application);
		try (SseTestClient client = application.to("/after-complete?message=late")
			.header("Sse-Client-Id", id)
			.connect()) {
			client.expect("tick", "1");
			client.expectEnd();
		}
		application.bean(StreamEvents.class).awaitClosed(id, SseCloseReason.COMPLETED);
		assertThat(errors(output)).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource
	void answerOfTheHandlersOwnStandsAndItsStreamFails(Container container, CapturedOutput output) {
		TestApplication application = advised.on(container);
		String id = Failures.clientId(application);
		try (SseTestClient answered = application.to("/answered").header("Sse-Client-Id", id).connect()) {
			assertThat(answered.status()).isEqualTo(409);
			assertThat(answered.body()).isEmpty();
		}
		assertNeverOpened(application, id);
		assertThat(errors(output)).hasSize(1);
		try (SseTestClient written = application.to("/written").header("Sse-Client-Id", id).connect()) {
			assertThat(written.status()).isEqualTo(500);
			assertThat(written.body()).doesNotContain("own");
		}
		assertNeverOpened(application, id);
		assertThat(errors(output)).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource({ "TOMCAT,false", "JETTY,false", "TOMCAT,true", "JETTY,true" })
	void clientThatHasGoneIsTheHandlersEndAndNotAFault(Container container, boolean wrapped, CapturedOutput output) {
		TestApplication application = advised.on(container);
		String id = Failures.clientId(application);
		SseTestClient client = application.to("/until-gone?wrapped=" + wrapped).header("Sse-Client-Id", id).connect();
		client.next();
		client.cut();
		application.bean(StreamEvents.class).awaitClosed(id, SseCloseReason.CLIENT_GONE);
		await().atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> assertThat(lines(output, "A stream ended while its handler was at work")).hasSize(1)
				.allMatch((line) -> line.contains("DEBUG")));
		Failures.assertNothingIsOpen(application, id);
		assertThat(output.toString()).doesNotContain("\tat ", "ERROR", " WARN ", " INFO ");
	}

	private static void assertNeverOpened(TestApplication application, String id) {
		Failures.assertNothingIsOpen(application, id);
		StreamEvents events = application.bean(StreamEvents.class);
		assertThat(events.opened(id)).isEmpty();
		assertThat(events.closed(id)).isEmpty();
	}

	private static List<String> errors(CapturedOutput output) {
		return lines(output, " ERROR ");
	}

	private static List<String> lines(CapturedOutput output, String part) {
		return output.toString().lines().filter((line) -> line.contains(part)).toList();
	}

}
