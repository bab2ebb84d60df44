/**
 * Auto-configuration of streams in the OpenAPI document.
 */
@NullMarked
package io.github.ssestarter.autoconfigure.openapi;

import org.jspecify.annotations.NullMarked;
