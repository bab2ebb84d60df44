/**
 * What the tests of the engine have in common: an engine that a test turns by hand, its
 * clients, and a model to compare it with.
 */
@NullMarked
package io.github.ssestarter.fanout.testsupport;

import org.jspecify.annotations.NullMarked;
