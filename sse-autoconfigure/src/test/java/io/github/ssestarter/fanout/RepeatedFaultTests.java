package io.github.ssestarter.fanout;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.notice.EngineListener;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Faults that come again for every stream, or in every turn: the log tells them once.
 */
@ExtendWith(OutputCaptureExtension.class)
class RepeatedFaultTests {

	private final TestEngine engine = new TestEngine();

	@Test
	void callbacksThatAlwaysFailAreToldOnce(CapturedOutput output) {
		this.engine.applicationEvents = (event) -> {
			throw new IllegalStateException("the listener's fault");
		};
		this.engine.start();
		openAndEnd(50);
		assertThat(output).containsOnlyOnce("A callback failed").containsOnlyOnce("the listener's fault");
		this.engine.pass(Duration.ofMinutes(1));
		openAndEnd(1);
		assertThat(output).contains("times more since this was told last");
	}

	@ParameterizedTest
	@ValueSource(classes = { IllegalStateException.class, NoClassDefFoundError.class })
	void anAuthorizerThatAlwaysFailsIsToldOnceAndNoTurnFails(Class<? extends Throwable> type, CapturedOutput output) {
		this.engine.authorizer = (principal, topic) -> {
			if (topic.equals("orders/1")) {
				throw failure(type);
			}
			return true;
		};
		this.engine.start();
		TestClient[] clients = new TestClient[10];
		for (int i = 0; i < clients.length; i++) {
			clients[i] = this.engine.attach("c" + i);
			clients[i].stream().joinMatching("orders/*");
			clients[i].returned();
		}
		this.engine.turn();
		this.engine.send(SseAudience.topic("orders/1"), "x");
		this.engine.turn();
		assertThat(clients)
			.allSatisfy((client) -> assertThat(client.closeReasons()).containsExactly(SseCloseReason.FAILED));
		assertThat(output).containsOnlyOnce(
				"Whether a stream may hear a topic could not be decided, and the stream is closed: [orders/1]");
	}

	@Test
	void anExecutorWithoutThreadsFailsNoTurnAndIsDoneWithout(CapturedOutput output) {
		AtomicBoolean isExhausted = new AtomicBoolean();
		this.engine.authorizer = (principal, topic) -> true;
		this.engine.applicationExecutor = (task) -> {
			if (isExhausted.get()) {
				throw new InternalError("unable to create native thread");
			}
			new Thread(task).start();
		};
		this.engine.start();
		TestClient asks = this.engine.attach("asks");
		asks.stream().joinMatching("orders/*");
		asks.returned();
		TestClient other = this.engine.attach("other").joined("orders/1");
		isExhausted.set(true);
		this.engine.send(SseAudience.topic("orders/1"), "x");
		this.engine.turn();
		assertThat(other.takeData()).containsExactly("x");
		await().untilAsserted(() -> {
			this.engine.turn();
			assertThat(asks.text()).contains("data: x\n");
		});
		assertThat(asks.closeReasons()).isEmpty();
		assertThat(output).containsOnlyOnce("unable to create native thread");
	}

	@Test
	void turnsThatAlwaysFailAreToldOnceAndLeaveTheProcessorToOthers(CapturedOutput output) {
		AtomicInteger turns = new AtomicInteger();
		this.engine.beforeTime = () -> {
			if (isCalledBy("turn")) {
				turns.incrementAndGet();
				throw new IllegalStateException("the clock's fault");
			}
		};
		this.engine.startThreads();
		try {
			await().atMost(Duration.ofSeconds(5)).until(() -> turns.get() >= 5);
			int before = turns.get();
			long start = System.nanoTime();
			await().atMost(Duration.ofSeconds(5)).until(() -> turns.get() >= before + 5);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(150));
			assertThat(output).containsOnlyOnce("A turn of the engine failed; it goes on")
				.containsOnlyOnce("the clock's fault");
		}
		finally {
			this.engine.beforeTime = () -> {
			};
			this.engine.engine().stop();
		}
	}

	@Test
	void aListenerThatAlwaysFailsIsToldOnceAndDisturbsNobody(CapturedOutput output) {
		this.engine.start();
		this.engine.engine()
			.addListener((EngineListener) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { EngineListener.class }, (proxy, method, arguments) -> {
						throw new IllegalStateException("the listener's fault");
					}));
		TestClient client = this.engine.attach("c1").joined("topic");
		this.engine.send(SseAudience.topic("topic"), "x");
		this.engine.turn();
		assertThat(client.takeData()).containsExactly("x");
		client.stream().complete();
		this.engine.turn();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.COMPLETED);
		assertThat(output).containsOnlyOnce("A listener of the SSE engine failed")
			.containsOnlyOnce("the listener's fault");
	}

	@Test
	void aTurnThatFailsHalfWayNeitherLosesNorRepeatsEvents() {
		this.engine.authorizer = (principal, topic) -> true;
		this.engine.start();
		TestClient served = this.engine.attach("served").joined("topic");
		TestClient failing = this.engine.attach("failing");
		failing.stream().joinMatching("sec*");
		failing.returned();
		this.engine.turn();
		TestClient next = this.engine.attach("next").joined("topic");
		this.engine.beforeTime = () -> {
			if (isCalledBy("ask")) {
				throw new IllegalStateException("the clock's fault");
			}
		};
		this.engine.send(SseAudience.topic("topic"), "1");
		this.engine.send(SseAudience.topic("topic", "second"), "2");
		assertThatIllegalStateException().isThrownBy(this.engine::turn);
		this.engine.beforeTime = () -> {
		};
		List<TestClient> both = List.of(served, next);
		both.forEach((client) -> client.transport().block());
		this.engine.send(SseAudience.topic("topic"), "3");
		this.engine.turn();
		both.forEach((client) -> client.transport().allow(Long.MAX_VALUE));
		this.engine.turn();
		assertThat(served.takeData()).containsExactly("1", "2", "3");
		assertThat(next.takeData()).containsExactly("1", "2", "3");
	}

	private static boolean isCalledBy(String method) {
		return StackWalker.getInstance()
			.walk((frames) -> frames.anyMatch((frame) -> frame.getMethodName().equals(method)));
	}

	private void openAndEnd(int streams) {
		for (int i = 0; i < streams; i++) {
			TestClient client = this.engine.attach("c" + i).joined("topic");
			client.stream().complete();
			this.engine.turn();
		}
	}

	private static RuntimeException failure(Class<? extends Throwable> type) {
		if (type == NoClassDefFoundError.class) {
			throw new NoClassDefFoundError("the authorizer's fault");
		}
		return new IllegalStateException("the authorizer's fault");
	}

}
