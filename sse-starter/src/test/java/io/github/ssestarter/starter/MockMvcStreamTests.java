package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.matchesPattern;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.head;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.request;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/**
 * Tests of streams as users write them, without a server.
 */
@SpringBootTest(classes = { MockMvcStreamTests.Application.class, TestApplication.WithoutSecurity.class },
		properties = "sse.endpoints[0].path=/ready")
@AutoConfigureMockMvc
class MockMvcStreamTests {

	@Autowired
	private MockMvc mockMvc;

	@Autowired
	private SseBroadcaster broadcaster;

	@Autowired
	private ConfigurableApplicationContext context;

	@Test
	void attachedStreamIsTheContent() throws Exception {
		this.mockMvc.perform(get("/attached").accept(MediaType.TEXT_EVENT_STREAM))
			.andExpect(status().isOk())
			.andExpect(request().asyncNotStarted())
			.andExpect(header().string("Cache-Control", "no-store, no-transform"))
			.andExpect(header().string("Sse-Client-Id", matchesPattern("[\\w.-]+")))
			.andExpect(content().contentTypeCompatibleWith(MediaType.TEXT_EVENT_STREAM))
			.andExpect(content().string("retry: 2000\nevent: tick\ndata: {\"number\":1}\n\n"
					+ "retry: 2000\nevent: sse-end\ndata: {\"reason\":\"COMPLETED\"}\n\n"));
	}

	@Test
	void joinedStreamIsAsynchronous() throws Exception {
		this.mockMvc.perform(get("/joined"))
			.andExpect(status().isOk())
			.andExpect(request().asyncStarted())
			.andExpect(content().contentTypeCompatibleWith(MediaType.TEXT_EVENT_STREAM));
		assertThat(this.broadcaster.connectedCount(SseAudience.topic("topic"))).isEqualTo(1);
		this.broadcaster.broadcast("does", "not arrive");
	}

	/**
	 * Tests that share a JVM pause the contexts of each other, as often as they take
	 * turns.
	 */
	@Test
	void aContextThatIsStoppedDoesNotWaitForWhatCannotBeWritten() throws Exception {
		List<Duration> times = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			MvcResult result = this.mockMvc.perform(get("/joined")).andExpect(request().asyncStarted()).andReturn();
			assertThat(this.broadcaster.connectedCount()).isPositive();
			long before = System.nanoTime();
			this.context.pause();
			times.add(Duration.ofNanos(System.nanoTime() - before));
			assertThat(result.getRequest().isAsyncStarted()).isFalse();
			this.context.restart();
		}
		assertThat(Collections.min(times)).isLessThan(Duration.ofMillis(300));
	}

	@Test
	void readyMadeEndpointIsAsynchronous() throws Exception {
		this.mockMvc.perform(get("/ready")).andExpect(request().asyncStarted());
		this.mockMvc.perform(get("/ready?topic=unknown")).andExpect(status().isNotFound());
	}

	@Test
	void refusalsHaveTheirStatus() throws Exception {
		this.mockMvc.perform(get("/attached").accept(MediaType.APPLICATION_JSON)).andExpect(status().isNotAcceptable());
		this.mockMvc.perform(get("/no-content")).andExpect(status().isNoContent());
		this.mockMvc.perform(head("/attached")).andExpect(status().isOk()).andExpect(content().string(""));
	}

	@Test
	void aSessionThatEndsWhileItsStreamConnectsEndsTheStream() throws Exception {
		MockHttpSession session = new MockHttpSession() {

			private boolean isAsked;

			@Override
			public String getId() {
				String id = super.getId();
				if (!this.isAsked) {
					this.isAsked = true;
					invalidate();
				}
				return id;
			}

		};
		this.mockMvc.perform(get("/attached").session(session))
			.andExpect(status().isOk())
			.andExpect(content().string("retry: 2000\nevent: sse-end\ndata: {\"reason\":\"LOGGED_OUT\"}\n\n"));
	}

	/** Without Spring Session, which is on the class path for others. */
	@EnableAutoConfiguration(
			excludeName = "org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration")
	@RestController
	static class Application {

		@GetMapping("/attached")
		void attached(SseStream stream) {
			stream.send(SseEvent.of("tick", new Tick(1)));
		}

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

		@GetMapping("/no-content")
		void noContent(SseStream stream) {
			stream.noContent();
		}

	}

	record Tick(int number) {

	}

}
