package io.github.ssestarter.autoconfigure;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.fanout.stream.StreamRequest;
import io.github.ssestarter.fanout.transport.AttachedResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * On which threads callbacks run, and heartbeats are written.
 */
@ExtendWith(OutputCaptureExtension.class)
class TaskExecutorTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class,
				DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class, SseAutoConfiguration.class))
		// No container writes the ends that the stop waits for
		.withPropertyValues("sse.shutdown.timeout=100ms");

	@Test
	void producersThatUseUpBootsExecutorHoldNoCallbackUp(CapturedOutput output) {
		CountDownLatch end = new CountDownLatch(1);
		this.runner.run((context) -> {
			Executor boots = context.getBean("applicationTaskExecutor", Executor.class);
			for (int i = 0; i < 8; i++) {
				boots.execute(() -> waitFor(end));
			}
			assertThat(callbackThread(context).getName()).startsWith("sse-callback-");
			assertThat(output).doesNotContain("has not begun");
			end.countDown();
		});
	}

	@Test
	void theBeanOfItsNameIsUsedBesideBoots() {
		this.runner.withUserConfiguration(OwnExecutorConfiguration.class).run((context) -> {
			assertThat(context).hasBean("applicationTaskExecutor");
			assertThat(callbackThread(context).getName()).startsWith("mine-");
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void theThreadsAreVirtualWhereTheApplicationsAre() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true").run((context) -> {
			Thread thread = callbackThread(context);
			assertThat(thread.getName()).startsWith("sse-callback-");
			assertThat(Thread.class.getMethod("isVirtual").invoke(thread)).isEqualTo(true);
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void soAreThoseThatWriteHeartbeatsAndMayWaitForAClient() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true", "sse.heartbeat.interval=20ms")
			.run((context) -> {
				AtomicReference<Thread> thread = new AtomicReference<>();
				AttachedResponse response = mock();
				willAnswer((call) -> {
					thread.set(Thread.currentThread());
					return null;
				}).given(response).write(any());
				attach(context, response).open();
				await().until(() -> thread.get().getName().startsWith("sse-attached-heartbeat-"));
				assertThat(Thread.class.getMethod("isVirtual").invoke(thread.get())).isEqualTo(true);
			});
	}

	private static void waitFor(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static SseStream attach(ApplicationContext context, AttachedResponse response) {
		return context.getBean(SseEngine.class)
			.attach(response, new StreamRequest("c1", null, null, "192.0.2.1", null));
	}

	private static Thread callbackThread(ApplicationContext context) {
		SseStream stream = attach(context, mock());
		AtomicReference<Thread> thread = new AtomicReference<>();
		stream.onClose((reason) -> thread.set(Thread.currentThread()));
		stream.complete();
		await().until(() -> thread.get() != null);
		return thread.get();
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnExecutorConfiguration {

		@Bean(defaultCandidate = false)
		Executor sseTaskExecutor() {
			return new SimpleAsyncTaskExecutor("mine-");
		}

	}

}
