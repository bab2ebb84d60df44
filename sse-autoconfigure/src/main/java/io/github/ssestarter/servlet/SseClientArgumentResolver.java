package io.github.ssestarter.servlet;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.server.ResponseStatusException;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseClient;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.ClusterClients;
import io.github.ssestarter.fanout.SseEngine;

/**
 * Gives controller methods the caller's {@link SseClient}.
 *
 * @since 0.1.0
 */
public final class SseClientArgumentResolver implements HandlerMethodArgumentResolver {

	private final SseEngine engine;

	private final SseBroadcaster broadcaster;

	private final RequestClientIds clientIds;

	/**
	 * Creates the resolver.
	 * @param engine knows the streams
	 * @param broadcaster sends to them
	 * @param clientIds finds client ids
	 */
	public SseClientArgumentResolver(SseEngine engine, SseBroadcaster broadcaster, RequestClientIds clientIds) {
		this.engine = engine;
		this.broadcaster = broadcaster;
		this.clientIds = clientIds;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType() == SseClient.class;
	}

	@Override
	public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer mavContainer,
			NativeWebRequest webRequest, @Nullable WebDataBinderFactory binderFactory) {
		HttpServletRequest request = webRequest.getNativeRequest(HttpServletRequest.class);
		String id = (request != null) ? this.clientIds.find(request) : null;
		if (id == null) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"The header " + SseRequest.CLIENT_ID_HEADER + " has no client id that was given out here");
		}
		ClusterClients.Owner owner = this.engine.clients().find(id);
		if (owner == null) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "The client has no stream open");
		}
		return new OpenClient(id, owner.user(), this.broadcaster, this.engine.clients());
	}

	private record OpenClient(String id, @Nullable String user, SseBroadcaster broadcaster,
			ClusterClients streams) implements SseClient {

		@Override
		public void send(SseEvent event) {
			this.broadcaster.send(SseAudience.client(this.id), event);
		}

		@Override
		public void join(String... topics) {
			try {
				this.streams.join(this.id, List.of(topics));
			}
			catch (SseClosedException ex) {
				throw new ClientStreamException(ex);
			}
		}

		@Override
		public void leave(String topic, String... more) {
			Set<String> names = new LinkedHashSet<>(List.of(more));
			names.add(topic);
			this.streams.leave(this.id, names);
		}

		@Override
		public void close() {
			this.broadcaster.close(SseAudience.client(this.id));
		}

	}

}
