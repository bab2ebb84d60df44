/**
 * The engine: shards, connections, cursors and heartbeats. All the concurrency of the
 * library is in this package.
 */
@NullMarked
package io.github.ssestarter.fanout;

import org.jspecify.annotations.NullMarked;
