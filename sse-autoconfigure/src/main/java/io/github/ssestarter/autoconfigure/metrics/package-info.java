/**
 * Auto-configuration of the meters.
 */
@NullMarked
package io.github.ssestarter.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
