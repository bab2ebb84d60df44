package io.github.ssestarter.autoconfigure;

import java.util.List;
import java.util.Map;

import net.bytebuddy.ByteBuddy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseEventType;
import io.github.ssestarter.SseEvents;
import io.github.ssestarter.SseStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events held against what is described.
 */
@ExtendWith(OutputCaptureExtension.class)
class EventChecksTests {

	private static final String CHECK = "sse.openapi.check-events=true";

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
				WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class, SseAutoConfiguration.class))
		.withUserConfiguration(Streams.class);

	@Test
	void anotherTypeIsWarnedOfOnce(CapturedOutput output) {
		this.runner.withPropertyValues(CHECK).run((context) -> {
			SseBroadcaster broadcaster = context.getBean(SseBroadcaster.class);
			broadcaster.broadcast("tick", Map.of("i", 1));
			broadcaster.broadcast("tick", Map.of("i", 2));
			assertThat(MockMvcTester.from(context).get().uri("/streams").accept("text/event-stream")).hasStatusOk();
			assertThat(output).containsOnlyOnce("The data of an event 'tick' is " + Map.of("i", 1).getClass().getName()
					+ ", and what is described is " + Tick.class.getName() + ":");
			assertThat(output)
				.containsOnlyOnce("The data of an event 'done' is java.lang.Integer, and what is described is none:");
		});
	}

	@Test
	void whatIsSentBeforeTheContextIsRefreshedIsCheckedTooAndOnceAtAll(CapturedOutput output) {
		this.runner.withUserConfiguration(AtStart.class).withPropertyValues(CHECK).run((context) -> {
			assertThat(output).containsOnlyOnce("The data of an event 'tick' is java.lang.Long");
			GenericApplicationContext child = new GenericApplicationContext(context);
			child.refresh();
			child.close();
			context.getBean(SseBroadcaster.class).broadcast("tick", 1L);
			assertThat(output).containsOnlyOnce("The data of an event 'tick' is java.lang.Long");
		});
	}

	@Test
	void whatIsDescribedOrNotTellsNothing(CapturedOutput output) {
		this.runner
			.withPropertyValues(CHECK, "sse.endpoints[0].path=/numbers",
					"sse.endpoints[0].openapi.items.tick=java.lang.Integer", "sse.endpoints[0].openapi.items.words=int")
			.run((context) -> {
				SseBroadcaster broadcaster = context.getBean(SseBroadcaster.class);
				List<SseEvent> events = List.of(SseEvent.of("tick", new Tick(1)), SseEvent.of("tick", 1),
						SseEvent.of("text"), SseEvent.of("message", new StringBuilder("text")), SseEvent.named("done"),
						SseEvent.of("done", ""), SseEvent.of("other", Map.of()), SseEvent.commentOnly("text"),
						SseEvent.of("words", 1));
				events.forEach((event) -> broadcaster.send(SseAudience.everyone(), event));
				assertThat(output).doesNotContain("is described");
			});
	}

	@Test
	void itIsDoneWhereOneDevelops() throws Exception {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(EventChecks.class));
		this.runner.withClassLoader(withDevtools())
			.run((context) -> assertThat(context).hasSingleBean(EventChecks.class));
		this.runner.withClassLoader(withDevtools())
			.withPropertyValues("sse.openapi.check-events=false")
			.run((context) -> assertThat(context).doesNotHaveBean(EventChecks.class));
	}

	private static ClassLoader withDevtools() {
		return new ByteBuddy().subclass(Object.class)
			.name("org.springframework.boot.devtools.restart.Restarter")
			.make()
			.load(EventChecksTests.class.getClassLoader())
			.getLoaded()
			.getClassLoader();
	}

	@Configuration(proxyBeanMethods = false)
	static class AtStart {

		@Bean
		SmartLifecycle sending(SseBroadcaster broadcaster) {
			return new SmartLifecycle() {

				@Override
				public void start() {
					broadcaster.broadcast("tick", 1L);
				}

				@Override
				public void stop() {
				}

				@Override
				public boolean isRunning() {
					return false;
				}

			};
		}

	}

	record Tick(int i) {
	}

	@RestController
	static class Streams {

		@GetMapping("/streams")
		@SseEvents({ @SseEventType(name = "tick", data = Tick.class), @SseEventType(data = String.class),
				@SseEventType(name = "done") })
		void stream(SseStream stream) {
			stream.send("tick", Map.of("i", 3)).send("done", 4);
		}

	}

}
