/**
 * One stream's two lives, to its one end.
 */
@NullMarked
package io.github.ssestarter.fanout.stream;

import org.jspecify.annotations.NullMarked;
