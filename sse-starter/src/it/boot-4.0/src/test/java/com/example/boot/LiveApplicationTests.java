package com.example.boot;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * What an application has of the starter, on the Spring Boot of the POM.
 */
@ParameterizedClass
@EnumSource
@ExtendWith(OutputCaptureExtension.class)
class LiveApplicationTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private static final String ADA = "Basic YWRhOnNlY3JldA==";

	private static ServletWebServerApplicationContext context;

	private final Server server;

	LiveApplicationTests(Server server) {
		this.server = server;
	}

	@BeforeParameterizedClassInvocation
	static void start(Server server) {
		context = LiveApplication.start(server);
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		if (context != null) {
			context.close();
		}
	}

	@Test
	void itRunsOnTheVersionAndTheServerThatAreMeant() {
		assertThat(SpringBootVersion.getVersion()).startsWith(System.getProperty("expected.boot"));
		assertThat(context.getWebServer().getClass().getSimpleName()).startsWithIgnoringCase(this.server.name());
	}

	@Test
	void aStreamOfOneRequestArrivesAndEnds() {
		try (SseTestClient client = to("/countdown").connect()) {
			client.expect("tick", "3");
			client.expect("tick", "2");
			client.expect("tick", "1");
			client.expectEnd();
		}
	}

	@Test
	void whoComesBackGetsWhatWasBroadcastMeanwhile() {
		try (SseTestClient client = to("/live").connect(); SseTestClient other = to("/live").connect()) {
			client.awaitOpen();
			other.awaitOpen();
			broadcaster().broadcast("order", Map.of("id", 1));
			client.expect("order", "{\"id\":1}");
			other.expect("order", "{\"id\":1}");
			client.close();
			broadcaster().send(SseAudience.topic("live"), "order", Map.of("id", 2));
			other.expect("order", "{\"id\":2}");
			try (SseTestClient back = client.reconnect()) {
				back.expect("order", "{\"id\":2}");
			}
		}
	}

	@Test
	void theActuatorShowsTheStreamAndThatItHasItsSocket() {
		try (SseTestClient client = to("/live").connect()) {
			client.awaitOpen();
			await().atMost(SOON).untilAsserted(() -> {
				assertThat(get("/actuator/sse")).contains("\"streams\":1");
				assertThat(get("/actuator/sse/streams?topic=live")).contains("\"SOCKET\"");
			});
			assertThat(get("/actuator/health")).contains("\"UP\"");
			assertThat(get("/actuator/metrics/sse.streams")).contains("\"value\":1");
		}
		await().atMost(SOON).untilAsserted(() -> assertThat(get("/actuator/sse")).contains("\"streams\":0"));
	}

	@Test
	void aStreamIsForThoseWhoMayHearIt() {
		assertThat(to("/mine").connect().status()).isEqualTo(401);
		assertThat(to("/topics/secret/plans").header("Authorization", ADA).connect().status()).isEqualTo(403);
		try (SseTestClient client = to("/mine").header("Authorization", ADA).connect()) {
			client.awaitOpen();
			broadcaster().send(SseAudience.user("bob"), "mail", "for Bob");
			broadcaster().send(SseAudience.user("ada"), "mail", "for Ada");
			client.expect("mail", "for Ada");
			broadcaster().close(SseAudience.user("ada"));
			assertThat(client.skipTo("sse-end").data()).contains("CLOSED");
			client.expectEnd();
		}
	}

	@Test
	void itStopsWithoutWaitingForItsStreamsAndTellsThem() {
		ServletWebServerApplicationContext stopping = LiveApplication.start(this.server);
		try (SseTestClient client = SseTestClient.to(stopping.getWebServer().getPort(), "/live").connect()) {
			client.awaitOpen();
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(stopping::close);
			assertThat(client.skipTo("sse-end").data()).contains("SHUTDOWN");
			client.expectEnd();
			assertThat(stopped).succeedsWithin(SOON);
		}
	}

	@Test
	void whatCannotWorkIsToldAtStartUp(CapturedOutput output) {
		assertThatException().isThrownBy(() -> LiveApplication.start(this.server, ReturnsText.class).close());
		assertThat(output).contains("APPLICATION FAILED TO START", "takes an SseStream, but returns java.lang.String.");
	}

	private static SseTestClient.Builder to(String path) {
		return SseTestClient.to(context.getWebServer().getPort(), path);
	}

	private static String get(String path) {
		return to(path).header("Accept", "*/*").connect().body();
	}

	private static SseBroadcaster broadcaster() {
		return context.getBean(SseBroadcaster.class);
	}

	@RestController
	static class ReturnsText {

		@GetMapping("/text")
		String text(SseStream stream) {
			return "";
		}

	}

}
