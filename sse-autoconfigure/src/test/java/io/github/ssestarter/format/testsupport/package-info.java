/**
 * What tests read event streams with.
 */
@NullMarked
package io.github.ssestarter.format.testsupport;

import org.jspecify.annotations.NullMarked;
