/**
 * Work that outlives the streams that hear it.
 */
@NullMarked
package io.github.ssestarter.runs;

import org.jspecify.annotations.NullMarked;
