package io.github.ssestarter.servlet;

import java.security.Principal;
import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonView;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.util.ContentCachingResponseWrapper;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.fanout.stream.EngineStream;
import io.github.ssestarter.fanout.stream.NoRoomException;
import io.github.ssestarter.fanout.stream.StreamRequest;
import io.github.ssestarter.fanout.transport.AttachedResponse;
import io.github.ssestarter.tickets.Ticket;

/**
 * Gives controller methods their {@link SseStream}: one for each request, however often
 * it is asked for.
 *
 * @since 0.1.0
 */
public final class SseStreamArgumentResolver implements HandlerMethodArgumentResolver {

	/** An attribute that a request has whose session Spring Session keeps. */
	private static final String SESSION_REPOSITORY = "org.springframework.session.SessionRepository";

	private final SseEngine engine;

	private final SseRequest reader;

	private final RequestClientIds clientIds;

	private final int sendBuffer;

	private final SocketTakeovers sockets;

	private final StreamHeaders headers;

	/**
	 * Creates the resolver.
	 * @param engine makes the streams
	 * @param reader reads requests
	 * @param clientIds finds and makes client ids
	 * @param sendBuffer send buffer of a detached stream's socket, in bytes
	 * @param transport what detached streams are written to
	 * @param headers the headers of streams
	 */
	public SseStreamArgumentResolver(SseEngine engine, SseRequest reader, RequestClientIds clientIds, int sendBuffer,
			TransportMode transport, StreamHeaders headers) {
		this.headers = headers;
		this.sockets = new SocketTakeovers(transport);
		this.sendBuffer = sendBuffer;
		this.engine = engine;
		this.reader = reader;
		this.clientIds = clientIds;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType() == SseStream.class;
	}

	@Override
	public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer mavContainer,
			NativeWebRequest webRequest, @Nullable WebDataBinderFactory binderFactory) throws Exception {
		HttpServletRequest request = webRequest.getNativeRequest(HttpServletRequest.class);
		StreamAttribute attribute = (request != null) ? StreamAttribute.of(request) : null;
		if (attribute == null) {
			throw new IllegalStateException("No SseStream for " + parameter.getExecutable()
					+ ": the request did not pass the SseStreamInterceptor. Map the method with Spring MVC's"
					+ " @RequestMapping, and let the handler mapping use the application's interceptors");
		}
		if (mavContainer != null) {
			mavContainer.setRequestHandled(true);
		}
		EngineStream stream = attribute.stream();
		if (stream == null) {
			stream = attach(attribute, parameter);
		}
		JsonView view = parameter.getMethodAnnotation(JsonView.class);
		if (view != null) {
			stream.setView(view.value()[0]);
		}
		return stream;
	}

	private EngineStream attach(StreamAttribute attribute, MethodParameter parameter) throws Exception {
		HttpServletRequest request = attribute.request();
		SseRequest.requireAcceptable(request);
		if (!request.isAsyncSupported()) {
			throw new IllegalStateException("No SseStream for " + parameter.getExecutable()
					+ ": a filter or servlet in front of it does not support asynchronous requests. Register it with"
					+ " asyncSupported = true");
		}
		requireUnbuffered(attribute.response(), parameter);
		String clientId = this.clientIds.findOrCreate(request);
		HttpSession session = request.getSession(false);
		String sessionId = (session != null) ? session.getId() : null;
		EngineStream stream = attach(attribute, new AttachedServletResponse(request, attribute.response(), clientId,
				this.sendBuffer, this.sockets, this.headers), streamRequest(request, clientId, sessionId));
		attribute.setStream(stream);
		if (session != null && sessionId != null) {
			if (request.getAttribute(SESSION_REPOSITORY) != null) {
				this.engine.closer().sessionStored(sessionId, (session.isNew()) ? null : end(session));
			}
			lookAgainAt(session, sessionId);
		}
		return stream;
	}

	private StreamRequest streamRequest(HttpServletRequest request, String clientId, @Nullable String sessionId) {
		Ticket ticket = (Ticket) request.getAttribute(Ticket.ATTRIBUTE);
		StreamRequest opening = new StreamRequest(clientId, user(request, ticket), this.reader.lastEventId(request),
				request.getRemoteAddr(), sessionId)
			.withHeartbeatInterval(this.reader.heartbeatInterval(request));
		if (Refusal.comesBackAfterAnEnd(request)) {
			opening = opening.ofEventSource();
		}
		return (ticket != null) ? opening.withTopics(ticket.topics()) : opening;
	}

	/**
	 * Here, after all filters, each of which may have said who it is.
	 */
	private static @Nullable Principal user(HttpServletRequest request, @Nullable Ticket ticket) {
		Principal user = request.getUserPrincipal();
		if (ticket == null) {
			return user;
		}
		if (user != null && !ticket.principal().getName().equals(user.getName())) {
			throw new TicketUserException();
		}
		return (user != null) ? user : ticket.principal();
	}

	private EngineStream attach(StreamAttribute attribute, AttachedResponse response, StreamRequest request) {
		try {
			return this.engine.attach(response, request);
		}
		catch (NoRoomException ex) {
			attribute.refused(ex);
			throw ex;
		}
	}

	private static Instant end(HttpSession session) {
		int seconds = session.getMaxInactiveInterval();
		return (seconds > 0) ? Instant.ofEpochMilli(session.getLastAccessedTime()).plusSeconds(seconds) : Instant.MAX;
	}

	/**
	 * A session that has ended, or was given another id, before the engine knew of the
	 * stream did not tell of it.
	 */
	private void lookAgainAt(HttpSession session, String sessionId) {
		try {
			session.getCreationTime();
			String now = session.getId();
			if (!now.equals(sessionId)) {
				this.engine.closer().sessionRenamed(sessionId, now);
			}
		}
		catch (IllegalStateException ex) {
			this.engine.closer().closeSession(sessionId, SseCloseReason.LOGGED_OUT);
		}
	}

	private static void requireUnbuffered(ServletResponse response, MethodParameter parameter) {
		ServletResponse wrapped = response;
		while (wrapped instanceof ServletResponseWrapper wrapper) {
			if (wrapped instanceof ContentCachingResponseWrapper
					&& wrapped.getClass().getEnclosingClass() != ShallowEtagHeaderFilter.class) {
				throw new IllegalStateException("No SseStream for " + parameter.getExecutable()
						+ ": a filter wraps the response in a " + wrapped.getClass().getName()
						+ ", which would hold back the stream for ever. Let that filter leave this path alone");
			}
			wrapped = wrapper.getResponse();
		}
	}

}
