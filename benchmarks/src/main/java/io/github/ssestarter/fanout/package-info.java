/**
 * What microbenchmarks have to reach of the engine.
 */
@NullMarked
package io.github.ssestarter.fanout;

import org.jspecify.annotations.NullMarked;
