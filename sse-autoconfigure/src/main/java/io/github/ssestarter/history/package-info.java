/**
 * Each node's bounded window of what went through the backplane.
 */
@NullMarked
package io.github.ssestarter.history;

import org.jspecify.annotations.NullMarked;
