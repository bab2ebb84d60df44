/**
 * Brings every event to every node in one order.
 */
@NullMarked
package io.github.ssestarter.backplane;

import org.jspecify.annotations.NullMarked;
