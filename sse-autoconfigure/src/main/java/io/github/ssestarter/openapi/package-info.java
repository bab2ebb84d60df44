/**
 * Streams in the application's OpenAPI document, by springdoc, and events held against
 * what is described.
 */
@NullMarked
package io.github.ssestarter.openapi;

import org.jspecify.annotations.NullMarked;
