/**
 * A small application that shows the SSE starter at work: one controller for each of the
 * pages in {@code static}.
 */
@NullMarked
package io.github.ssestarter.sample;

import org.jspecify.annotations.NullMarked;
