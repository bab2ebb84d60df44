package io.github.ssestarter.autoconfigure;

import java.security.SecureRandom;
import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseClientIds;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.format.SseEventFormatter;
import io.github.ssestarter.servlet.PresentedClientIdResolver;
import io.github.ssestarter.servlet.ProblemExceptionResolver;
import io.github.ssestarter.servlet.Refusal;
import io.github.ssestarter.servlet.RequestClientIds;
import io.github.ssestarter.servlet.SignedClientIds;
import io.github.ssestarter.servlet.SseClientArgumentResolver;
import io.github.ssestarter.servlet.SseClientIdResolver;
import io.github.ssestarter.servlet.SseExceptionResolver;
import io.github.ssestarter.servlet.SseRequest;
import io.github.ssestarter.servlet.SseSessionListener;
import io.github.ssestarter.servlet.SseStreamArgumentResolver;
import io.github.ssestarter.servlet.SseStreamInterceptor;
import io.github.ssestarter.servlet.StreamHeaders;

/**
 * Streams in Spring MVC.
 */
@Configuration(proxyBeanMethods = false)
class SseWebMvcConfiguration {

	private static final int MIN_SECRET = 32;

	@Bean
	@ConditionalOnMissingBean
	SseClientIds sseClientIds(SseProperties properties) {
		String secret = properties.getClientId().getSecret();
		if (secret != null && secret.length() < MIN_SECRET) {
			throw PropertyChecks.invalid("sse.client-id.secret", "(" + secret.length() + " characters)",
					"a random text of at least " + MIN_SECRET
							+ " characters, the same on all nodes, such as the output of 'openssl rand -base64 32'");
		}
		return new SignedClientIds(secret, properties.getClientId().getBindTo());
	}

	@Bean
	@ConditionalOnMissingBean
	SseClientIdResolver sseClientIdResolver(SseRequest request, SseClientIds clientIds) {
		return new PresentedClientIdResolver(request, clientIds);
	}

	@Bean
	@ConditionalOnMissingBean
	SseRequest sseRequest(SseProperties properties) {
		SseProperties.Limits limits = properties.getLimits();
		String parameter = properties.getClientId().getParameter();
		if (parameter.isBlank()) {
			throw PropertyChecks.invalid("sse.client-id.parameter", parameter,
					"the name of a request parameter, such as clientId");
		}
		return new SseRequest(parameter,
				PropertyChecks.positive("sse.limits.max-client-id-length", limits.getMaxClientIdLength()),
				PropertyChecks.positive("sse.limits.max-last-event-id-length", limits.getMaxLastEventIdLength()),
				EngineSettingsMapper.heartbeatBounds(properties.getHeartbeat()));
	}

	@Bean
	StreamHeaders sseStreamHeaders(SseProperties properties) {
		return new StreamHeaders(properties.getResponse().isIdentity());
	}

	@Bean
	Refusal sseRefusal(SseEventFormatter formatter, StreamHeaders headers, SseProperties properties) {
		return new Refusal(formatter, headers,
				PropertyChecks.eventName("sse.event.busy-name", properties.getEvent().getBusyName()),
				PropertyChecks.positive("sse.limits.busy-retry", properties.getLimits().getBusyRetry()),
				properties.getShutdown().getMinRetry(), new SecureRandom());
	}

	@Bean
	SseExceptionResolver sseExceptionResolver(Refusal refusal, StreamHeaders headers) {
		return new SseExceptionResolver(refusal, headers);
	}

	@Bean
	ProblemExceptionResolver sseProblemExceptionResolver() {
		return new ProblemExceptionResolver();
	}

	@Bean
	SseSessionListener sseSessionListener(SseEngine engine) {
		return new SseSessionListener(engine);
	}

	/**
	 * First of all, so that its interceptor is the first of those that want to be.
	 */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	WebMvcConfigurer sseWebMvcConfigurer(SseEngine engine, SseBroadcaster broadcaster, SseRequest request,
			SseClientIdResolver clientIdResolver, SseClientIds clientIds, Refusal refusal, StreamHeaders headers,
			SseProperties properties) {
		int sendBuffer = PropertyChecks.bytes("sse.stream.send-buffer", properties.getStream().getSendBuffer());
		RequestClientIds requestClientIds = new RequestClientIds(clientIdResolver, clientIds,
				properties.getLimits().getMaxClientIdLength());
		return new WebMvcConfigurer() {

			@Override
			public void addInterceptors(InterceptorRegistry registry) {
				registry.addInterceptor(new SseStreamInterceptor(refusal, headers)).order(Ordered.HIGHEST_PRECEDENCE);
			}

			@Override
			public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
				resolvers.add(new SseStreamArgumentResolver(engine, request, requestClientIds, sendBuffer,
						properties.getTransport(), headers));
				resolvers.add(new SseClientArgumentResolver(engine, broadcaster, requestClientIds));
			}

		};
	}

	@Bean
	SseHandlerMethods sseHandlerMethods(SseProperties properties, ApplicationContext context) {
		return new SseHandlerMethods(properties, context);
	}

	@Bean
	static StreamObservations sseStreamObservations() {
		return new StreamObservations();
	}

	@Bean
	ChildContexts sseChildContexts(ApplicationContext context, SseExceptionResolver exceptions,
			ProblemExceptionResolver problems) {
		return new ChildContexts(context, exceptions, problems);
	}

}
