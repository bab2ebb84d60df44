package io.github.ssestarter.starter;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseClient;
import io.github.ssestarter.SseClientIds;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.servlet.SseClientIdResolver;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The ids that clients are given and present.
 */
class ClientIdTests {

	private static final String HEADER = "Sse-Client-Id";

	private static final String SECRET = "sse.client-id.secret=a secret of the nodes, known to all of them";

	@ParameterizedTest
	@EnumSource
	void theNewerStreamOfAClientReplacesTheOlder(Container container) {
		try (TestApplication application = TestApplication.start(container, Streams.class, "sse.event.close-name=bye");
				SseTestClient older = application.connect("/joined")) {
			older.awaitOpen();
			String id = older.header(HEADER);
			try (SseTestClient newer = application.to("/joined").header(HEADER, id).connect()) {
				newer.awaitOpen();
				assertThat(newer.header(HEADER)).isEqualTo(id);
				older.expect("bye", "{\"reason\":\"REPLACED\"}");
				older.expectEnd();
				await().atMost(5, TimeUnit.SECONDS)
					.until(() -> application.bean(Streams.class).reasons.equals(List.of(SseCloseReason.REPLACED)));
				reply(application, id);
				newer.expect("reply", "1");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	@ExtendWith(OutputCaptureExtension.class)
	void twoTabsWithOneIdDoNotReplaceEachOtherForEver(Container container, CapturedOutput output) {
		try (TestApplication application = TestApplication.start(container, Streams.class)) {
			String id = application.bean(SseClientIds.class).create();
			SseTestClient older = application.to("/joined").header(HEADER, id).connect();
			for (int i = 0; i < 5; i++) {
				older.awaitOpen();
				SseTestClient newer = application.to("/joined").header(HEADER, id).connect();
				older.expectEnd();
				assertThat(older.retry().filter((retry) -> retry.toSeconds() == 60).isPresent()).isEqualTo(i >= 3);
				older = newer;
			}
			assertThat(older.isOpen()).isTrue();
			older.close();
			assertThat(output.toString().lines().filter((line) -> line.contains("replace each other"))).hasSize(1);
			assertThat(output).doesNotContain(id);
		}
	}

	@ParameterizedTest
	@EnumSource
	void orTheNewerIsRejected(Container container) {
		try (TestApplication application = TestApplication.start(container, Streams.class,
				"sse.client-id.on-duplicate=reject"); SseTestClient older = application.connect("/joined")) {
			older.awaitOpen();
			String id = older.header(HEADER);
			SseTestClient program = application.to("/joined").header(HEADER, id).connect();
			assertThat(program.status()).isEqualTo(409);
			assertThat(program.header("Retry-After")).isNotNull();
			SseTestClient browser = application.to("/joined")
				.header(HEADER, id)
				.header("Cache-Control", "no-cache")
				.connect();
			assertThat(browser.status()).isEqualTo(200);
			browser.expect("sse-busy", "{}");
			browser.expectEnd();
			reply(application, id);
			older.expect("reply", "1");
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void whoIsRejectedAgainAndAgainIsToldOfOnceAndNoIdWithIt(CapturedOutput output) {
		try (TestApplication application = TestApplication.start(Container.TOMCAT, Streams.class,
				"sse.client-id.on-duplicate=reject")) {
			for (int i = 0; i < 5; i++) {
				try (SseTestClient older = application.connect("/joined")) {
					older.awaitOpen();
					String id = older.header(HEADER);
					assertThat(application.to("/joined").header(HEADER, id).connect().status()).isEqualTo(409);
					assertThat(output.getAll()).doesNotContain(id);
				}
			}
			assertThat(output.getAll()).containsOnlyOnce("sse.client-id.on-duplicate is reject");
		}
	}

	@Test
	void anIdOutlivesTheProcessThatMadeItWhereTheSecretIsSet() {
		String id;
		try (TestApplication before = TestApplication.start(Container.TOMCAT, Streams.class, SECRET);
				SseTestClient client = before.connect("/joined")) {
			id = client.header(HEADER);
		}
		try (TestApplication after = TestApplication.start(Container.TOMCAT, Streams.class, SECRET);
				TestApplication foreign = TestApplication.start(Container.TOMCAT, Streams.class)) {
			assertThat(after.to("/joined").header(HEADER, id).connect().header(HEADER)).isEqualTo(id);
			assertThat(foreign.to("/joined").header(HEADER, id).connect().header(HEADER)).isNotEqualTo(id);
		}
	}

	@Test
	void anIdOfAnotherUserAgentIsNotAccepted() {
		try (TestApplication application = TestApplication.start(Container.TOMCAT, Streams.class,
				"sse.client-id.bind-to=user-agent,address");
				SseTestClient client = application.to("/joined").header("User-Agent", "mine").connect()) {
			String id = client.header(HEADER);
			assertThat(
					application.to("/joined").header(HEADER, id).header("User-Agent", "yours").connect().header(HEADER))
				.isNotEqualTo(id);
			assertThat(application.to("/reply")
				.method("POST")
				.header("Accept", "*/*")
				.header(HEADER, id)
				.header("User-Agent", "yours")
				.connect()
				.status()).isEqualTo(400);
			assertThat(
					application.to("/joined").header(HEADER, id).header("User-Agent", "mine").connect().header(HEADER))
				.isEqualTo(id);
		}
	}

	@Test
	void anApplicationMayMakeIdsOfItsOwn() {
		try (TestApplication application = TestApplication.start(Container.TOMCAT,
				List.of(Streams.class, ByDevice.class))) {
			assertThat(application.bean(SseClientIds.class).verify(application.bean(SseClientIds.class).create()))
				.isTrue();
			SseTestClient device = application.to("/joined").header("Device", "d1").connect();
			assertThat(device.header(HEADER)).isEqualTo("d1");
			assertThat(application.connect("/joined").header(HEADER)).hasSizeGreaterThan(40);
			assertThat(application.to("/joined").header("Device", "not visible").connect().status()).isEqualTo(500);
		}
	}

	private static void reply(TestApplication application, String id) {
		assertThat(
				application.to("/reply").method("POST").header("Accept", "*/*").header(HEADER, id).connect().status())
			.isEqualTo(200);
	}

	@RestController
	static class Streams {

		private final List<SseCloseReason> reasons = new CopyOnWriteArrayList<>();

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic").onClose(this.reasons::add);
		}

		@PostMapping("/reply")
		void reply(SseClient client) {
			client.send("reply", "1");
		}

	}

	static class ByDevice {

		@Bean
		SseClientIdResolver byDevice() {
			return (request) -> request.getHeader("Device");
		}

	}

}
