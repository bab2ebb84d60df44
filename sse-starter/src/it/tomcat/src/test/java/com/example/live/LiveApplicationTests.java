package com.example.live;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class LiveApplicationTests {

	@LocalServerPort
	private int port;

	@Autowired
	private ServletWebServerApplicationContext context;

	@Test
	void itRunsOnTheServerThatThePomNames() {
		assertThat(this.context.getWebServer().getClass().getSimpleName())
			.startsWith(System.getProperty("expected.server"));
	}

	@Test
	void aStreamOfOneRequestArrivesAndEnds() {
		try (SseTestClient client = SseTestClient.connect("http://localhost:" + this.port + "/countdown")) {
			client.expect("tick", "3");
			client.expect("tick", "2");
			client.expect("tick", "1");
			client.expect("done", "Lift-off!");
			client.expectEnd();
		}
	}

	@Test
	void whatIsBroadcastOnScheduleReachesEveryClient() {
		String url = "http://localhost:" + this.port + "/clock";
		try (SseTestClient one = SseTestClient.connect(url); SseTestClient other = SseTestClient.connect(url)) {
			for (SseTestClient client : new SseTestClient[] { one, other }) {
				for (int i = 0; i < 2; i++) {
					assertThat(client.skipTo("time").data()).startsWith("{\"now\":\"2");
				}
			}
		}
	}

}
