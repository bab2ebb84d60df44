package io.github.ssestarter.autoconfigure;

import java.security.Principal;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseRuns;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.runs.LocalRuns;
import io.github.ssestarter.runs.RunNodes;
import io.github.ssestarter.runs.RunOutput;
import io.github.ssestarter.runs.RunSettings;

/**
 * Work that outlives the streams that hear it.
 */
@Configuration(proxyBeanMethods = false)
class SseRunsConfiguration {

	@Bean
	@ConditionalOnMissingBean(SseRuns.class)
	LocalRuns sseRuns(SseProperties properties, ObjectProvider<RunNodes> nodes, ObjectProvider<SseEngine> engine,
			ApplicationContext context, @Qualifier("sseTaskExecutor") ObjectProvider<Executor> executor) {
		ThreadFactory threads = SseAutoConfiguration.threads(context).apply("sse-run-");
		Executor runs = executor.getIfAvailable(() -> (body) -> threads.newThread(body).start());
		return new LocalRuns(settings(properties.getRuns()), nodes.getIfAvailable(() -> RunNodes.ALONE),
				new EngineOutput(engine), threads(runs, engine), System::nanoTime);
	}

	/**
	 * Beans that the engine asks may start runs.
	 */
	private static LocalRuns.Threads threads(Executor runs, ObjectProvider<SseEngine> engine) {
		return new LocalRuns.Threads(runs, (callback) -> engine.getObject().callbacks().execute(callback),
				() -> engine.getObject().contexts().capture(), SseRunsConfiguration::user);
	}

	private static RunSettings settings(SseProperties.Runs runs) {
		int max = PropertyChecks.positive("sse.runs.max", runs.getMax());
		Integer maxPerUser = runs.getMaxPerUser();
		return new RunSettings(max,
				(maxPerUser != null) ? PropertyChecks.positive("sse.runs.max-per-user", maxPerUser) : max,
				PropertyChecks.positive("sse.runs.max-life", runs.getMaxLife()),
				PropertyChecks.positive("sse.runs.keep", runs.getKeep()),
				PropertyChecks.positive("sse.runs.stop-timeout", runs.getStopTimeout()));
	}

	private static @Nullable String user() {
		Principal principal = (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request)
				? request.getRequest().getUserPrincipal() : null;
		return (principal != null) ? principal.getName() : null;
	}

	/**
	 * Before streams are asked to end, so that they hear the last of it.
	 */
	@Bean
	EngineLifecycle sseRunsLifecycle(ObjectProvider<LocalRuns> runs) {
		return new EngineLifecycle(EngineLifecycle.BEFORE_STREAMS_END, () -> runs.ifAvailable(LocalRuns::open),
				() -> runs.ifAvailable(LocalRuns::shutDown));
	}

	/**
	 * Sends by the engine.
	 */
	private record EngineOutput(ObjectProvider<SseEngine> engine) implements RunOutput {

		@Override
		public void send(String topic, SseEvent event) {
			this.engine.getObject().broadcaster().send(SseAudience.topic(topic), event);
		}

		@Override
		public void complete(String topic, boolean isFailed) {
			if (isFailed) {
				this.engine.getObject().failTopic(topic);
			}
			else {
				this.engine.getObject().broadcaster().completeTopic(topic);
			}
		}

	}

}
