/**
 * What the tests have in common: applications, containers, proxies, and clients of every
 * kind.
 */
@NullMarked
package io.github.ssestarter.starter.testsupport;

import org.jspecify.annotations.NullMarked;
