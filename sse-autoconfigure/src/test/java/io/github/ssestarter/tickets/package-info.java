/**
 * Tests for tickets.
 */
@NullMarked
package io.github.ssestarter.tickets;

import org.jspecify.annotations.NullMarked;
