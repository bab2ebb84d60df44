package io.github.ssestarter.sample;

import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.http.MediaType;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SsePublishException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;

/**
 * Tests for {@link BroadcastController} where the broadcast fails.
 */
@WebMvcTest(controllers = BroadcastController.class, properties = "logging.level.io.github.ssestarter.sample=off")
class BroadcastControllerTests {

	@Autowired
	private MockMvcTester mvc;

	@MockitoBean
	private SseBroadcaster broadcaster;

	@ParameterizedTest
	@ValueSource(strings = { "/api/broadcast", "/api/broadcast/progress" })
	void whatWasNotAcceptedIsAServerError(String path) {
		given(this.broadcaster.publish(any(), any()))
			.willReturn(CompletableFuture.failedFuture(new SsePublishException("The backlog is full")));
		assertFailed(path, "The backlog is full");
	}

	@Test
	void whatIsThrownIsAServerError() {
		given(this.broadcaster.publish(any(), any())).willThrow(new IllegalStateException("No engine"));
		assertFailed("/api/broadcast", "No engine");
	}

	private void assertFailed(String path, String error) {
		assertThat(this.mvc.post().uri(path).contentType(MediaType.APPLICATION_JSON).content("{}")).hasStatus(500)
			.bodyJson()
			.isStrictlyEqualTo("{'ok':false,'error':'" + error + "'}");
	}

}
