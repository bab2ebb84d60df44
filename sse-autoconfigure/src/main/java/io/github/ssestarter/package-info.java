/**
 * What an application uses: {@link io.github.ssestarter.SseStream} for one client,
 * {@link io.github.ssestarter.SseBroadcaster} for many, and the values they take.
 */
@NullMarked
package io.github.ssestarter;

import org.jspecify.annotations.NullMarked;
