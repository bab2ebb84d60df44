package io.github.ssestarter.fanout.stream;

import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.fanout.notice.ApplicationCalls;

/**
 * What the engine takes from the application around it.
 *
 * @param calls runs what is the application's
 * @param heartbeats makes the threads that write heartbeats of attached streams, each of
 * which may have to wait for its client
 * @param applicationEvents takes the application events
 * @param authorizer decides who may join what, {@code null} if everybody may
 * @param logins what is known of users
 * @param contexts keeps what the application finds around it when it is asked
 * @param sessions looks whether sessions still are there
 * @param clock tells the time
 * @param nanoTime a clock that cannot jump, see {@link System#nanoTime()}
 * @param random spreads what must not happen at once
 * @since 0.1.0
 */
public record EngineEnvironment(ApplicationCalls calls, ThreadFactory heartbeats, Consumer<Object> applicationEvents,
		@Nullable SseAuthorizer authorizer, SseLogins logins, CallContext.Capture contexts, SessionLookup sessions,
		InstantSource clock, LongSupplier nanoTime, RandomGenerator random) {
}
