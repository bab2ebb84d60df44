/**
 * Tests of the load client.
 */
@NullMarked
package io.github.ssestarter.benchmarks.load;

import org.jspecify.annotations.NullMarked;
