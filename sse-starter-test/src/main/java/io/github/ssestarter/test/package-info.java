/**
 * A client that tests talk to their event streams with, and that can be as rude as the
 * network.
 */
@NullMarked
package io.github.ssestarter.test;

import org.jspecify.annotations.NullMarked;
