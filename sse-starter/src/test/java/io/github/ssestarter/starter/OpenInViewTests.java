package io.github.ssestarter.starter;

import java.util.List;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import jakarta.persistence.EntityManager;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.orm.jpa.support.OpenEntityManagerInViewInterceptor;
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
 * With open-in-view a request holds its database connection from the first query to its
 * end: for a stream that is when its method has returned.
 */
class OpenInViewTests {

	private static final int STREAMS = 5;

	@ParameterizedTest
	@EnumSource
	void streamsHoldNoDatabaseConnection(Container container) {
		try (TestApplication application = TestApplication.start(container, Orders.class,
				"spring.autoconfigure.exclude=", "spring.datasource.url=jdbc:h2:mem:open-in-view",
				"spring.jpa.open-in-view=true", "spring.datasource.hikari.maximum-pool-size=1",
				"spring.datasource.hikari.connection-timeout=2000")) {
			assertThat(application.bean(OpenEntityManagerInViewInterceptor.class)).isNotNull();
			List<SseTestClient> clients = SseTestClient.connectAll(STREAMS, (i) -> application.to("/orders"));
			await().atMost(10, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == STREAMS);
			assertThat(application.bean(HikariDataSource.class).getHikariPoolMXBean().getActiveConnections()).isZero();
			application.broadcaster().send(SseAudience.topic("orders"), "order", "1");
			clients.forEach((client) -> client.expect("order", "1"));
			SseTestClient.closeAll(clients);
		}
	}

	@RestController
	static class Orders {

		private final ObjectProvider<EntityManager> entityManager;

		Orders(ObjectProvider<EntityManager> entityManager) {
			this.entityManager = entityManager;
		}

		@GetMapping("/orders")
		void orders(SseStream stream) {
			assertThat(this.entityManager.getObject().createNativeQuery("select 1").getSingleResult()).isEqualTo(1);
			stream.join("orders");
		}

	}

}
