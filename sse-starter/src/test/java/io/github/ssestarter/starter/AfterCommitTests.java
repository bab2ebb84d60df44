package io.github.ssestarter.starter;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import jakarta.persistence.EntityManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SsePublishException;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Events that wait for the commit of the transaction in which they are sent.
 */
class AfterCommitTests {

	private static final SseAudience ORDERS = SseAudience.topic("orders");

	private static final Duration A_MOMENT = Duration.ofMillis(200);

	private static TestApplication application;

	private SseTestClient client;

	@BeforeAll
	static void start() {
		application = start(Container.TOMCAT, Store.JDBC);
	}

	private static TestApplication start(Container container, Store store) {
		TestApplication application = TestApplication.start(container, Orders.class,
				"spring.autoconfigure.exclude=" + store.excluded);
		application.bean(JdbcTemplate.class).execute("create table orders (state varchar(20))");
		application.bean(JdbcTemplate.class).execute("insert into orders values ('new')");
		return application;
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void connect() {
		this.client = application.connect("/orders");
		this.client.awaitOpen();
	}

	@AfterEach
	void disconnect() {
		this.client.close();
	}

	@ParameterizedTest
	@CsvSource({ "TOMCAT,JDBC", "JETTY,JDBC", "TOMCAT,JPA", "JETTY,JPA" })
	void aPageThatReadsOnTheEventNeverSeesTheOldRow(Container container, Store store) throws Exception {
		try (TestApplication application = start(container, store)) {
			SseTestClient page = application.connect("/orders");
			page.awaitOpen();
			Orders orders = application.bean(Orders.class);
			transaction(application, (status) -> {
				orders.write(store, "paid");
				orders.tell("paid");
				page.expectNothing(A_MOMENT);
			});
			page.expect("order", "paid");
			assertThat(read(application)).isEqualTo("paid");
			transaction(application, (status) -> {
				orders.write(store, "sent");
				orders.tell("sent");
				status.setRollbackOnly();
			});
			page.expectNothing(A_MOMENT);
			assertThat(read(application)).isEqualTo("paid");
			page.close();
		}
	}

	@Test
	void outsideATransactionItSendsAtOnce() {
		tell("1");
		this.client.expect("order", "1");
		template(TransactionDefinition.PROPAGATION_SUPPORTS).executeWithoutResult((status) -> {
			tell("2");
			this.client.expect("order", "2");
		});
	}

	@Test
	void eventsKeepTheirOrderAndThoseThatDoNotWaitAreFirst() {
		transaction(application, (status) -> {
			tell("1");
			tell("2");
			application.broadcaster().send(ORDERS, "order", "at once");
			tell("3");
			this.client.expect("order", "at once");
		});
		this.client.expect("order", "1");
		this.client.expect("order", "2");
		this.client.expect("order", "3");
	}

	@Test
	void whatASavepointTakesBackIsNotHeard() {
		transaction(application, (status) -> {
			nested((inner) -> {
				tell("first, taken back");
				inner.setRollbackOnly();
			});
			tell("1");
			nested((inner) -> {
				tell("taken back");
				nested((innermost) -> tell("taken back too"));
				inner.setRollbackOnly();
			});
			nested((inner) -> tell("2"));
			tell("3");
		});
		this.client.expect("order", "1");
		this.client.expect("order", "2");
		this.client.expect("order", "3");
	}

	@Test
	void aTransactionInsideHasItsOwnEnd() {
		transaction(application, (status) -> {
			tell("outer");
			template(TransactionDefinition.PROPAGATION_REQUIRES_NEW).executeWithoutResult((inner) -> tell("inner"));
			this.client.expect("order", "inner");
			tell("outer too");
		});
		this.client.expect("order", "outer");
		this.client.expect("order", "outer too");
	}

	@Test
	void whatIsSentAsATransactionEndsIsNotLost() {
		transaction(application,
				(status) -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void afterCommit() {
						tell("1");
					}

					@Override
					public void afterCompletion(int status) {
						tell("2");
					}

				}));
		assertThat(this.client.awaitEvents(2)).extracting("data").containsExactlyInAnyOrder("1", "2");
	}

	@Test
	void whatIsWrongWithAnEventIsThrownWhereItIsSent() {
		SseBroadcaster broadcaster = application.broadcaster().afterCommit();
		transaction(application, (status) -> {
			for (SseEvent event : new SseEvent[] { SseEvent.of("x").id(""), SseEvent.of("x".repeat(10_000_000)) }) {
				assertThatIllegalArgumentException().isThrownBy(() -> broadcaster.send(ORDERS, event));
				assertThatIllegalArgumentException().isThrownBy(() -> broadcaster.publish(ORDERS, event));
			}
			assertThatIllegalArgumentException()
				.isThrownBy(() -> broadcaster.close(ORDERS, SseEvent.of("farewell").id("1")));
		});
		this.client.expectNothing(A_MOMENT);
	}

	@Test
	void publishTellsTheIdAfterTheCommitAndFailsAtARollback() {
		SseBroadcaster broadcaster = application.broadcaster().afterCommit();
		CompletableFuture<String> committed = template(TransactionDefinition.PROPAGATION_REQUIRED)
			.execute((status) -> broadcaster.publish(ORDERS, SseEvent.of("order", "1")));
		this.client.expect("order", "1");
		assertThat(committed).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo(this.client.lastEventId());
		CompletableFuture<String> rolledBack = template(TransactionDefinition.PROPAGATION_REQUIRED)
			.execute((status) -> {
				CompletableFuture<String> result = broadcaster.publish(ORDERS, SseEvent.of("order", "2"));
				assertThat(result).isNotDone();
				status.setRollbackOnly();
				return result;
			});
		assertThat(rolledBack).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(SsePublishException.class)
			.withMessageContaining("not committed");
	}

	@Test
	void streamsAreClosedAfterTheCommit() {
		SseBroadcaster broadcaster = application.broadcaster().afterCommit();
		assertThat(broadcaster.afterCommit()).isSameAs(broadcaster);
		transaction(application, (status) -> {
			broadcaster.close(ORDERS);
			status.setRollbackOnly();
		});
		transaction(application, (status) -> {
			broadcaster.close(ORDERS, SseEvent.of("order", "closed"));
			this.client.expectNothing(A_MOMENT);
			assertThat(broadcaster.connectedCount(ORDERS)).isPositive();
		});
		this.client.expect("order", "closed");
		this.client.expectEnd();
	}

	private static void tell(String state) {
		application.bean(Orders.class).tell(state);
	}

	private static void nested(Consumer<TransactionStatus> action) {
		template(TransactionDefinition.PROPAGATION_NESTED).executeWithoutResult(action);
	}

	private static void transaction(TestApplication application, Consumer<TransactionStatus> action) {
		new TransactionTemplate(application.bean(PlatformTransactionManager.class)).executeWithoutResult(action);
	}

	private static TransactionTemplate template(int propagation) {
		TransactionTemplate template = new TransactionTemplate(application.bean(PlatformTransactionManager.class));
		template.setPropagationBehavior(propagation);
		return template;
	}

	private static String read(TestApplication application) throws IOException, InterruptedException {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create(application.url("/state"))).build(),
					HttpResponse.BodyHandlers.ofString())
			.body();
	}

	enum Store {

		JDBC("org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
				+ "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration"),
		JPA("");

		private final String excluded;

		Store(String excluded) {
			this.excluded = excluded;
		}

	}

	@RestController
	static class Orders {

		private final SseBroadcaster broadcaster;

		private final JdbcTemplate jdbc;

		private final ObjectProvider<EntityManager> entityManager;

		Orders(SseBroadcaster broadcaster, JdbcTemplate jdbc, ObjectProvider<EntityManager> entityManager) {
			this.broadcaster = broadcaster.afterCommit();
			this.jdbc = jdbc;
			this.entityManager = entityManager;
		}

		@GetMapping("/orders")
		void orders(SseStream stream) {
			stream.join("orders");
		}

		@GetMapping("/state")
		String state() {
			return String.valueOf(this.jdbc.queryForObject("select state from orders", String.class));
		}

		void write(Store store, String state) {
			if (store == Store.JPA) {
				this.entityManager.getObject()
					.createNativeQuery("update orders set state = ?")
					.setParameter(1, state)
					.executeUpdate();
			}
			else {
				this.jdbc.update("update orders set state = ?", state);
			}
		}

		void tell(String state) {
			this.broadcaster.send(ORDERS, "order", state);
		}

	}

}
