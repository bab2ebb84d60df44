/**
 * One log for many nodes, in a stream of Redis.
 */
@NullMarked
package io.github.ssestarter.redis;

import org.jspecify.annotations.NullMarked;
