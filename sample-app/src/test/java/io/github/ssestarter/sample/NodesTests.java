package io.github.ssestarter.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.sample.testsupport.Browser;
import io.github.ssestarter.sample.testsupport.Container;
import io.github.ssestarter.sample.testsupport.NodeStream;
import io.github.ssestarter.sample.testsupport.PatientClient;
import io.github.ssestarter.sample.testsupport.RunningSample;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The page of many nodes where there is one.
 */
class NodesTests {

	@Test
	void withoutTheProfileNobodyAsksForRedisAndThePageSaysThatThereIsOneNode() throws IOException {
		try (ServerSocket redis = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
				RunningSample node = RunningSample.start(Container.TOMCAT,
						"--spring.data.redis.host=" + redis.getInetAddress().getHostAddress(),
						"--spring.data.redis.port=" + redis.getLocalPort())) {
			isHealthyAndHearsItself(node.port());
			redis.setSoTimeout(100);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(redis::accept);
			try (Browser browser = Browser.start()) {
				browser.open("http://localhost:" + node.port() + "/nodes.html");
				browser.awaitText("pill", "connected");
				browser.awaitLog("Connected to node " + node.port() + "\\.");
				assertThat(browser.text("one")).startsWith("There is one node").contains("sample-app/two-nodes.sh");
				assertThat(browser.text("many")).isEmpty();
				assertThat(browser.complaints()).isEmpty();
			}
		}
	}

	private static void isHealthyAndHearsItself(int port) {
		try (NodeStream stream = NodeStream.open(port);
				SseTestClient health = PatientClient.to(port, "/actuator/health").header("Accept", "*/*").connect()) {
			assertThat(health.body()).contains("\"status\":\"UP\"");
			assertThat(stream.port()).isEqualTo(port);
			assertThat(stream.isOneOfMany()).isFalse();
			String id = NodeStream.publish(port);
			assertThat(stream.awaitIds(1)).containsExactly(id);
			assertThat(stream.publisher(0)).isEqualTo(port);
		}
	}

}
