package io.github.ssestarter.autoconfigure;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.thread.Threading;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.web.servlet.DispatcherServlet;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.SsePublishListener;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.LocalBackplane;
import io.github.ssestarter.fanout.Commits;
import io.github.ssestarter.fanout.EngineConnections;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.fanout.notice.ApplicationCalls;
import io.github.ssestarter.fanout.notice.DaemonThreads;
import io.github.ssestarter.fanout.stream.CallContext;
import io.github.ssestarter.fanout.stream.EngineEnvironment;
import io.github.ssestarter.fanout.stream.SessionLookup;
import io.github.ssestarter.format.EventWatcher;
import io.github.ssestarter.format.SseEventFormatter;
import io.github.ssestarter.history.EventHistory;

/**
 * Auto-configuration of Server-Sent Events in Spring MVC.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { JacksonAutoConfiguration.class, WebMvcAutoConfiguration.class })
@ConditionalOnClass({ DispatcherServlet.class, JsonMapper.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnProperty(name = "sse.enabled", matchIfMissing = true)
@EnableConfigurationProperties(SseProperties.class)
@Import({ SseWebMvcConfiguration.class, SseBrowserClientConfiguration.class, SseTicketConfiguration.class,
		SseRunsConfiguration.class, SseTomcatConfiguration.class, SseJettyConfiguration.class,
		SseSecurityConfiguration.class, SseSessionConfiguration.class, SseContextConfiguration.class,
		SseTransactionConfiguration.class, SseDiagnosisConfiguration.class })
@ImportRuntimeHints(SseRuntimeHints.class)
public final class SseAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	SseEventFormatter sseEventFormatter(ApplicationContext context, ObjectProvider<EventWatcher> watcher,
			SseProperties properties) {
		return new SseEventFormatter(new LateJson(context),
				PropertyChecks.bytes("sse.event.max-size", properties.getEvent().getMaxSize()),
				watcher.getIfAvailable(() -> EventWatcher.NONE));
	}

	@Bean
	@ConditionalOnMissingBean
	Backplane sseBackplane(SseProperties properties) {
		if (properties.getRedis().isEnabled()) {
			throw RedisSettingsMapper.noLettuce();
		}
		return new LocalBackplane(Clock.systemUTC(), new SecureRandom());
	}

	@Bean
	@ConditionalOnMissingBean
	SseEngine sseEngine(SseProperties properties, SseEventFormatter formatter, Backplane backplane,
			ApplicationContext context, ObjectProvider<SseAuthorizer> authorizer, ObjectProvider<SseLogins> logins,
			@Qualifier("sseTaskExecutor") ObjectProvider<Executor> executor) {
		SecurityRules.requireApplied(properties, context);
		Function<String, ThreadFactory> threads = threads(context);
		EngineEnvironment environment = new EngineEnvironment(
				ApplicationCalls.dispatched(executor.getIfAvailable(), threads, System::nanoTime),
				threads.apply("sse-attached-heartbeat-"), context::publishEvent, authorizer.getIfAvailable(),
				logins.getIfAvailable(() -> SseLogins.PLAIN),
				CallContext.Capture.all(context.getBeanProvider(CallContext.Capture.class).orderedStream().toList()),
				SessionLookup.all(context.getBeanProvider(SessionLookup.class).orderedStream().toList()),
				Clock.systemUTC(), System::nanoTime, new SecureRandom());
		EventHistory history = new EventHistory(EngineSettingsMapper.historyLimits(properties),
				EngineSettingsMapper.historyWindows(properties), System::nanoTime);
		return new SseEngine(EngineSettingsMapper.settings(properties, RequestThreads.max(context.getEnvironment())),
				formatter, history, backplane, environment);
	}

	/**
	 * Threads of ours that may wait: virtual where the application's are.
	 */
	static Function<String, ThreadFactory> threads(ApplicationContext context) {
		return (Threading.VIRTUAL.isActive(context.getEnvironment()))
				? (prefix) -> new VirtualThreadTaskExecutor(prefix).getVirtualThreadFactory() : DaemonThreads::numbered;
	}

	@Bean
	@ConditionalOnMissingBean
	SseBroadcaster sseBroadcaster(ObjectProvider<SseEngine> engine, ObjectProvider<Commits> commits) {
		return new LateBroadcaster(engine::getObject, commits.getIfAvailable(() -> Commits.NONE));
	}

	@Bean
	@ConditionalOnMissingBean
	SseConnections sseConnections(ObjectProvider<SseEngine> engine) {
		return new LateConnections(() -> new EngineConnections(engine.getObject(), Clock.systemUTC()));
	}

	/**
	 * Once there is all that they may need.
	 */
	@Bean
	SmartInitializingSingleton ssePublishListeners(SseEngine engine, ObjectProvider<SsePublishListener> listeners) {
		return () -> listeners.orderedStream().forEach(engine::addPublishListener);
	}

	@Bean
	StartUpTime sseStartUpTime(SseProperties properties, Backplane backplane, ApplicationContext context) {
		return new StartUpTime(context, backplane, properties.getShutdown().getMaxRetry());
	}

	@Bean
	EngineLifecycle sseEngineLifecycle(SseEngine engine) {
		return new EngineLifecycle(EngineLifecycle.AROUND_WEB_SERVER, engine::start, engine::stop);
	}

	@Bean
	EngineLifecycle sseDrainLifecycle(SseEngine engine) {
		return new EngineLifecycle(EngineLifecycle.BEFORE_GRACEFUL_SHUTDOWN, () -> {
		}, engine::drain);
	}

}
