/**
 * The load client: one process that holds all connections and measures what arrives.
 */
@NullMarked
package io.github.ssestarter.benchmarks.load;

import org.jspecify.annotations.NullMarked;
