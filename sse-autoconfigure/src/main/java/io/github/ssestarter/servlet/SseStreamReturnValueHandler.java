package io.github.ssestarter.servlet;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.method.support.ModelAndViewContainer;

import io.github.ssestarter.SseStream;

/**
 * Lets controller methods return the {@link SseStream} that they took: it is no body.
 *
 * @since 0.1.0
 */
public final class SseStreamReturnValueHandler implements HandlerMethodReturnValueHandler {

	@Override
	public boolean supportsReturnType(MethodParameter returnType) {
		// The type is that of the value, if there is one
		return SseStream.class.isAssignableFrom(returnType.getParameterType())
				|| returnType.getParameterType().getName().equals("kotlin.Unit");
	}

	@Override
	public void handleReturnValue(@Nullable Object returnValue, MethodParameter returnType,
			ModelAndViewContainer mavContainer, NativeWebRequest webRequest) {
		mavContainer.setRequestHandled(true);
	}

}
