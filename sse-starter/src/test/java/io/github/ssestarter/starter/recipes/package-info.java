/**
 * The code of {@code docs/recipes.md}, which has it word for word.
 */
@NullMarked
package io.github.ssestarter.starter.recipes;

import org.jspecify.annotations.NullMarked;
