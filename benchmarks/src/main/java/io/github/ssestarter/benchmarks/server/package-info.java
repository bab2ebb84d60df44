/**
 * The servers that are measured, ours and the peers, each a process of its own.
 */
@NullMarked
package io.github.ssestarter.benchmarks.server;

import org.jspecify.annotations.NullMarked;
