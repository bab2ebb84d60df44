/**
 * Tells the log, the meters and the application what happens.
 */
@NullMarked
package io.github.ssestarter.fanout.notice;

import org.jspecify.annotations.NullMarked;
