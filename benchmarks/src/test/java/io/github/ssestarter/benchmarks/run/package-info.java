/**
 * Tests of what runs the scenarios.
 */
@NullMarked
package io.github.ssestarter.benchmarks.run;

import org.jspecify.annotations.NullMarked;
