/**
 * What the tests have in common: a server of bytes.
 */
@NullMarked
package io.github.ssestarter.test.testsupport;

import org.jspecify.annotations.NullMarked;
