/**
 * What the tests have in common: the running sample, its browser, and its hostile
 * clients.
 */
@NullMarked
package io.github.ssestarter.sample.testsupport;

import org.jspecify.annotations.NullMarked;
