/**
 * The starter as an application has it: real servers on real ports, and real clients.
 */
@NullMarked
package io.github.ssestarter.starter;

import org.jspecify.annotations.NullMarked;
