package io.github.ssestarter.fanout.stream;

import org.jspecify.annotations.Nullable;

/**
 * An event of the application's as bytes.
 *
 * @param bytes the bytes, never written to again
 * @param ownId the id of the application's own that they are still to get, {@code null}
 * for none
 */
record Frame(byte[] bytes, @Nullable String ownId) {
}
