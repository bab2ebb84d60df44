/**
 * Wires, starts, stops and shows the engine, which is in the packages below:
 * docs/engine.md tells where what happens.
 */
@NullMarked
package io.github.ssestarter.fanout;

import org.jspecify.annotations.NullMarked;
