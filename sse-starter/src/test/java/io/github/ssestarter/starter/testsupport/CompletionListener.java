package io.github.ssestarter.starter.testsupport;

import java.util.function.Consumer;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/**
 * Hears when the container has let a request go.
 */
public record CompletionListener(Consumer<AsyncEvent> action) implements AsyncListener {

	@Override
	public void onComplete(AsyncEvent event) {
		this.action.accept(event);
	}

	@Override
	public void onTimeout(AsyncEvent event) {
	}

	@Override
	public void onError(AsyncEvent event) {
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
	}

}
