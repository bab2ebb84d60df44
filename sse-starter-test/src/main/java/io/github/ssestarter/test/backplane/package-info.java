/**
 * What every backplane has to keep to, as tests.
 */
@NullMarked
package io.github.ssestarter.test.backplane;

import org.jspecify.annotations.NullMarked;
