/**
 * The scenarios, and the one command that runs them.
 */
@NullMarked
package io.github.ssestarter.benchmarks.run;

import org.jspecify.annotations.NullMarked;
