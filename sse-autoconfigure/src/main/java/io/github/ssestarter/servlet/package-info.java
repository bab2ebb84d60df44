/**
 * Streams over servlet responses and in Spring MVC.
 */
@NullMarked
package io.github.ssestarter.servlet;

import org.jspecify.annotations.NullMarked;
