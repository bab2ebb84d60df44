/**
 * What a stream writes to: the interfaces that a container is fitted to.
 */
@NullMarked
package io.github.ssestarter.fanout.transport;

import org.jspecify.annotations.NullMarked;
