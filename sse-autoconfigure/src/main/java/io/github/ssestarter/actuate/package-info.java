/**
 * Shows streams to those who run the application: an endpoint and a health indicator.
 */
@NullMarked
package io.github.ssestarter.actuate;

import org.jspecify.annotations.NullMarked;
