/**
 * Microbenchmarks of what only the engine's own package can reach.
 */
@NullMarked
package io.github.ssestarter.fanout.shard;

import org.jspecify.annotations.NullMarked;
