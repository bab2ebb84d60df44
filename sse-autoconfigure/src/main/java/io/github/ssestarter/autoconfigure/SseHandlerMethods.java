package io.github.ssestarter.autoconfigure;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

import io.github.ssestarter.SseTopic;
import io.github.ssestarter.fanout.shard.StreamOptions;
import io.github.ssestarter.servlet.SseEndpoint;

/**
 * Once Spring MVC is complete: prepares it for streams, and adds the ready-made
 * endpoints.
 */
final class SseHandlerMethods implements SmartInitializingSingleton {

	private final SseProperties properties;

	private final ApplicationContext context;

	SseHandlerMethods(SseProperties properties, ApplicationContext context) {
		this.context = context;
		this.properties = properties;
	}

	@Override
	public void afterSingletonsInstantiated() {
		StreamMvc mvc = new StreamMvc(this.context);
		HandMadeMvc.requireStreams(mvc.adapters(), this.context);
		mvc.prepare();
		if (!this.properties.getEndpoints().isEmpty()) {
			addEndpoints(this.context.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class));
		}
	}

	private void addEndpoints(RequestMappingHandlerMapping mapping) {
		List<SseProperties.Endpoint> endpoints = this.properties.getEndpoints();
		Set<String> operationIds = new HashSet<>();
		for (int i = 0; i < endpoints.size(); i++) {
			String name = "sse.endpoints[" + i + "]";
			String operationId = endpoints.get(i).getOpenapi().getOperationId();
			if (operationId != null && !operationIds.add(operationId)) {
				throw PropertyChecks.invalid(name + ".openapi.operation-id", operationId,
						"an id that no other endpoint has");
			}
			new SseEndpoint(settings(name, endpoints.get(i))).register(mapping);
		}
	}

	private SseEndpoint.Settings settings(String name, SseProperties.Endpoint endpoint) {
		Duration interval = endpoint.getHeartbeatInterval();
		Duration retry = endpoint.getRetry();
		return new SseEndpoint.Settings(path(name + ".path", endpoint.getPath()),
				topics(name + ".topics", endpoint.getTopics()),
				new StreamOptions(
						(interval != null)
								? EngineSettingsMapper.heartbeatInterval(name + ".heartbeat-interval", interval)
								: this.properties.getHeartbeat().getInterval(),
						(retry != null) ? EngineSettingsMapper.retry(name + ".retry", retry)
								: this.properties.getRetry()));
	}

	private static String path(String name, @Nullable String path) {
		String remedy = "a path that begins with '/', such as /sse/broadcast";
		if (path == null || !path.startsWith("/")) {
			throw PropertyChecks.invalid(name, path, remedy);
		}
		try {
			PathPatternParser.defaultInstance.parse(path);
		}
		catch (PatternParseException ex) {
			throw PropertyChecks.invalid(name, path, remedy + " (" + ex.getMessage() + ")");
		}
		return path;
	}

	private List<String> topics(String name, List<String> topics) {
		SseProperties.Limits limits = this.properties.getLimits();
		if (topics.size() > limits.getMaxTopicsPerStream()) {
			throw PropertyChecks.invalid(name, topics.size() + " topics", "at most " + limits.getMaxTopicsPerStream()
					+ " topics, or raise 'sse.limits.max-topics-per-stream'");
		}
		for (String topic : topics) {
			try {
				SseTopic.requireName(topic);
			}
			catch (IllegalArgumentException ex) {
				throw PropertyChecks.invalid(name, topic, "names of topics (" + ex.getMessage() + ")");
			}
			if (topic.length() > limits.getMaxTopicLength()) {
				throw PropertyChecks.invalid(name, topic, "names of at most " + limits.getMaxTopicLength()
						+ " characters, or raise 'sse.limits.max-topic-length'");
			}
		}
		return List.copyOf(topics);
	}

}
