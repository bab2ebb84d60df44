package io.github.ssestarter.starter;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a stream that waits keeps of Jetty's memory outside the heap.
 */
class JettyBufferTests {

	private static final int STREAMS = 200;

	@ParameterizedTest
	@CsvSource({ "/joined,false,0", "/opened,false,0", "/joined,true,8192", "/opened,true,8192" })
	void aStreamThatWaitsKeepsNoLargeBuffer(String path, boolean isSecured, long kept) {
		try (TestApplication application = start(isSecured)) {
			List<SseTestClient> clients = new ArrayList<>(connect(application, path, 10));
			// What ended applications have left would make up for what this one takes
			System.gc();
			long before = direct();
			clients.addAll(connect(application, path, STREAMS));
			await().atMost(10, TimeUnit.SECONDS)
				.until(() -> application.broadcaster().connectedCount() == clients.size());
			application.broadcaster().send(SseAudience.topic("live"), "event", "to all");
			clients.forEach((client) -> client.expect("event", "to all"));
			assertThat((direct() - before) / STREAMS).isLessThan(kept + 4096);
			clients.forEach(SseTestClient::close);
		}
	}

	private static TestApplication start(boolean isSecured) {
		return (isSecured) ? TestApplication.startWithSecurity(Container.JETTY, List.of(Live.class, Open.class))
				: TestApplication.start(Container.JETTY, Live.class);
	}

	private static List<SseTestClient> connect(TestApplication application, String path, int count) {
		List<SseTestClient> clients = SseTestClient.connectAll(count, (i) -> application.to(path));
		clients.forEach((client) -> client.awaitOpen());
		return clients;
	}

	private static long direct() {
		return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
			.stream()
			.filter((pool) -> pool.getName().equals("direct"))
			.mapToLong(BufferPoolMXBean::getMemoryUsed)
			.sum();
	}

	@RestController
	static class Live {

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("live");
		}

		@GetMapping("/opened")
		void opened(SseStream stream) {
			stream.open();
			stream.join("live");
		}

	}

	/**
	 * Spring Security wraps each response.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Open {

		@Bean
		SecurityFilterChain filterChain(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).build();
		}

	}

}
