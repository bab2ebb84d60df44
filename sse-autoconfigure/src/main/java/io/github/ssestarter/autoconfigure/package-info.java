/**
 * Auto-configuration and properties.
 */
@NullMarked
package io.github.ssestarter.autoconfigure;

import org.jspecify.annotations.NullMarked;
