/**
 * Tickets: what they are good for, where they are kept, and how one is used up.
 */
@NullMarked
package io.github.ssestarter.tickets;

import org.jspecify.annotations.NullMarked;
