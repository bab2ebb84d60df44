package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertPathValidatorException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.PemCertificate;
import io.github.ssestarter.starter.testsupport.ProxyServer;
import io.github.ssestarter.starter.testsupport.RedisServer;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Redis that speaks TLS, and asks for a certificate of its clients.
 */
class RedisTlsTests {

	@TempDir
	private Path folder;

	private PemCertificate certificate;

	private int port;

	private RedisServer redis;

	@BeforeEach
	void start() throws IOException {
		this.certificate = PemCertificate.create(this.folder);
		this.port = ProxyServer.freePort();
		this.redis = RedisServer.start(RedisServer.Version.INSTALLED, this.folder, "--tls-port",
				Integer.toString(this.port), "--tls-cert-file", this.certificate.certificate().toString(),
				"--tls-key-file", this.certificate.key().toString(), "--tls-ca-cert-file",
				this.certificate.certificate().toString(), "--tls-auth-clients", "yes");
	}

	@AfterEach
	void stop() {
		if (this.redis != null) {
			this.redis.close();
		}
	}

	@Test
	void anEventCrossesTwoNodesByABundleOfSpringBoot() {
		try (TestApplication left = start(trust(), keystore(), key());
				TestApplication right = start(trust(), keystore(), key(),
						"spring.data.redis.url=rediss://127.0.0.1:" + this.port);
				SseTestClient client = right.connect("/orders")) {
			Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> right.broadcaster().connectedCount() == 1);
			left.broadcaster().send(SseAudience.topic("orders"), "order", "by TLS");
			Awaitility.await()
				.atMost(30, TimeUnit.SECONDS)
				.until(() -> client.events().stream().anyMatch((event) -> "by TLS".equals(event.data())));
		}
	}

	@Test
	void aCertificateThatIsNotTrustedIsNoRedisAndHealthSaysWhy() {
		Path other = this.folder.resolve("other");
		assertThat(other.toFile().mkdir()).isTrue();
		try (TestApplication node = start(trust(PemCertificate.create(other)), keystore(), key())) {
			assertThat(node.bean(Backplane.class).failure()).hasMessageContaining("Redis cannot be reached")
				.hasRootCauseInstanceOf(CertPathValidatorException.class);
		}
	}

	private TestApplication start(String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.add("spring.data.redis.ssl.bundle=redis");
		return TestApplication.startNode(Container.TOMCAT, Orders.class, this.port, all.toArray(String[]::new));
	}

	private String trust() {
		return trust(this.certificate);
	}

	private static String trust(PemCertificate certificate) {
		return "spring.ssl.bundle.pem.redis.truststore.certificate=" + certificate.certificate().toUri();
	}

	private String keystore() {
		return "spring.ssl.bundle.pem.redis.keystore.certificate=" + this.certificate.certificate().toUri();
	}

	private String key() {
		return "spring.ssl.bundle.pem.redis.keystore.private-key=" + this.certificate.key().toUri();
	}

	@RestController
	static class Orders {

		@GetMapping("/orders")
		void orders(SseStream stream) {
			stream.join("orders");
		}

	}

}
