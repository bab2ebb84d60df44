/**
 * Auto-configuration of the actuator endpoint and the health indicator.
 */
@NullMarked
package io.github.ssestarter.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
