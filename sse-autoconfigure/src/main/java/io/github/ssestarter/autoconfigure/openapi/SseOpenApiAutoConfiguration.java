package io.github.ssestarter.autoconfigure.openapi;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springdoc.core.configuration.SpringDocConfiguration;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.customizers.OpenApiBuilderCustomizer;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import io.github.ssestarter.SseClient;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.autoconfigure.SseAutoConfiguration;
import io.github.ssestarter.autoconfigure.SseProperties;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.fanout.shard.Frames.HeartbeatMode;
import io.github.ssestarter.fanout.stream.StreamSettings.OnDuplicate;
import io.github.ssestarter.openapi.ClientOperations;
import io.github.ssestarter.openapi.OwnEvents;
import io.github.ssestarter.openapi.StreamAnswers;
import io.github.ssestarter.openapi.StreamContent;
import io.github.ssestarter.openapi.StreamOperations;
import io.github.ssestarter.servlet.PresentedClientIdResolver;
import io.github.ssestarter.servlet.SseClientIdResolver;
import io.github.ssestarter.servlet.SseEndpoint;

/**
 * Auto-configuration of streams in the OpenAPI document that springdoc makes.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { SseAutoConfiguration.class, SpringDocConfiguration.class })
@ConditionalOnClass(GlobalOpenApiCustomizer.class)
@ConditionalOnBean({ SseEngine.class, SpringDocConfiguration.class })
@ConditionalOnBooleanProperty(name = "sse.openapi.enabled", matchIfMissing = true)
public final class SseOpenApiAutoConfiguration {

	static {
		// Of springdoc's own making, and for all applications of a process
		SpringDocUtils.getConfig()
			.addRequestWrapperToIgnore(SseStream.class, SseClient.class)
			.addResponseTypeToIgnore(SseStream.class);
	}

	@Bean
	StreamOperations sseStreamOperations(SseProperties properties, SseClientIdResolver clientIds) {
		return new StreamOperations(new EndpointDescriptions(properties), answers(properties, clientIds));
	}

	private static StreamAnswers answers(SseProperties properties, SseClientIdResolver clientIds) {
		SseProperties.Limits limits = properties.getLimits();
		return new StreamAnswers(
				(clientIds instanceof PresentedClientIdResolver) ? properties.getClientId().getParameter() : null,
				isAnySet(limits.getMaxStreamsPerUser(), limits.getMaxStreamsPerAddress(),
						limits.getMaxConnectsPerSecond()),
				isAnySet(limits.getMaxStreams(), limits.getMaxAttached()),
				properties.getClientId().getOnDuplicate() == OnDuplicate.REJECT);
	}

	private static boolean isAnySet(@Nullable Integer... limits) {
		for (Integer limit : limits) {
			if (limit != null) {
				return true;
			}
		}
		return false;
	}

	private static OwnEvents ownEvents(SseProperties properties) {
		SseProperties.Event event = properties.getEvent();
		boolean isHeartbeatEvent = properties.getHeartbeat().getMode() == HeartbeatMode.EVENT;
		return new OwnEvents(event.getConnectedName(), event.getGapName(), event.getBusyName(),
				(isHeartbeatEvent) ? event.getHeartbeatName() : null, event.getCloseName());
	}

	@Bean
	ClientOperations sseClientOperations() {
		return new ClientOperations();
	}

	@Bean
	StreamContent sseStreamContent(SseProperties properties, SpringDocConfigProperties springDoc) {
		return new StreamContent(ownEvents(properties), springDoc.getSpecVersion());
	}

	/**
	 * Endpoints are no beans, among which springdoc looks.
	 */
	@Bean
	OpenApiBuilderCustomizer sseEndpointOperations(
			@Qualifier("requestMappingHandlerMapping") ObjectProvider<RequestMappingHandlerMapping> mapping) {
		return (openApi) -> mapping.ifAvailable((methods) -> methods.getHandlerMethods().values().forEach((method) -> {
			if (method.getBean() instanceof SseEndpoint endpoint) {
				openApi.addMappings(Map.of(endpoint.toString(), endpoint));
			}
		}));
	}

}
