package io.github.ssestarter.servlet;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonView;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.method.HandlerMethod;

import io.github.ssestarter.SseStream;

/**
 * The controller methods that take an {@link SseStream}, and what they may not be.
 *
 * @since 0.1.0
 */
public final class StreamMethods {

	private static final Set<String> RETURN_TYPES = Set.of("void", "kotlin.Unit", SseStream.class.getName());

	private static final String CONTINUATION = "kotlin.coroutines.Continuation";

	private StreamMethods() {
	}

	/**
	 * Whether a handler takes a stream.
	 * @param handler any handler
	 * @return whether it is a method with a parameter of type {@link SseStream}
	 */
	public static boolean isStreamMethod(@Nullable Object handler) {
		if (handler instanceof HandlerMethod handlerMethod) {
			for (Class<?> type : handlerMethod.getMethod().getParameterTypes()) {
				if (type == SseStream.class) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * Refuses a method whose stream could not work.
	 * @param handlerMethod a method that takes a stream
	 * @throws SseStartUpException if it returns something, runs elsewhere, or has several
	 * views, naming the method and the remedy
	 */
	public static void requireUsable(HandlerMethod handlerMethod) {
		Method method = handlerMethod.getMethod();
		for (Class<?> type : method.getParameterTypes()) {
			if (type.getName().equals(CONTINUATION)) {
				throw refused(handlerMethod, "is a suspend function",
						"Make it an ordinary function, and send from coroutines of your own after keepOpen()");
			}
		}
		if (!RETURN_TYPES.contains(method.getReturnType().getName())) {
			throw refused(handlerMethod, "returns " + method.getReturnType().getName(),
					"Make it void and send through the stream, by sendFrom(…) what a publisher yields: the response is the"
							+ " stream's");
		}
		if (hasAnnotation(handlerMethod, Async.class)) {
			throw refused(handlerMethod, "is @Async",
					"Call keepOpen() or join(…), return, and send from an @Async method that it calls");
		}
		if (hasAnnotation(handlerMethod, ResponseStatus.class)) {
			throw refused(handlerMethod, "has @ResponseStatus, which is applied after the method, too late",
					"Set the status on the HttpServletResponse");
		}
		requireOneView(handlerMethod);
	}

	/**
	 * As for a method that returns a body: one class can be the view of a stream.
	 */
	private static void requireOneView(HandlerMethod handlerMethod) {
		JsonView view = handlerMethod.getMethodAnnotation(JsonView.class);
		if (view != null && view.value().length != 1) {
			throw refused(handlerMethod, "has a @JsonView of " + view.value().length + " classes",
					"Name one class, such as an interface that extends them");
		}
	}

	private static boolean hasAnnotation(HandlerMethod handlerMethod, Class<? extends Annotation> annotation) {
		return AnnotatedElementUtils.hasAnnotation(handlerMethod.getMethod(), annotation)
				|| AnnotatedElementUtils.hasAnnotation(handlerMethod.getBeanType(), annotation);
	}

	private static SseStartUpException refused(HandlerMethod handlerMethod, String fault, String remedy) {
		return new SseStartUpException(
				"The method " + handlerMethod.getShortLogMessage() + " takes an SseStream, but " + fault + ".",
				remedy + ".");
	}

}
