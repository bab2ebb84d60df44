/**
 * Microbenchmarks.
 */
@NullMarked
package io.github.ssestarter.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
