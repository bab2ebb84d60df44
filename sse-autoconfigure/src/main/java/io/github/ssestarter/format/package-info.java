/**
 * Events to bytes, once. Nothing else writes a frame, and nothing here knows HTTP.
 */
@NullMarked
package io.github.ssestarter.format;

import org.jspecify.annotations.NullMarked;
