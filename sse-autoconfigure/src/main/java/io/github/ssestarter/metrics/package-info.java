/**
 * Counts what the engine does, with Micrometer.
 */
@NullMarked
package io.github.ssestarter.metrics;

import org.jspecify.annotations.NullMarked;
