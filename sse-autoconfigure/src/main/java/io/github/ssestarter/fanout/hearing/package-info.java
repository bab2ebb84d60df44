/**
 * What a stream hears at each position of the log.
 */
@NullMarked
package io.github.ssestarter.fanout.hearing;

import org.jspecify.annotations.NullMarked;
