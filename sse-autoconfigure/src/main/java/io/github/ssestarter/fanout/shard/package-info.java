/**
 * From the log to the socket: one thread, one writer.
 */
@NullMarked
package io.github.ssestarter.fanout.shard;

import org.jspecify.annotations.NullMarked;
