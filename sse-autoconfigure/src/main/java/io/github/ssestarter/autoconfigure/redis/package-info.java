/**
 * Auto-configuration of the backplane on Redis.
 */
@NullMarked
package io.github.ssestarter.autoconfigure.redis;

import org.jspecify.annotations.NullMarked;
